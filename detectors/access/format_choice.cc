#include "detectors/access/format_choice.h"

#include <algorithm>

namespace leaktrip {
namespace {

constexpr size_t kLongestWindow = 1 << 20;

size_t FilledFields(const AccessEvent& event) {
  size_t n = event.client_ip.has_value() + event.token.has_value() + (event.status != 0) +
             event.token_created.has_value() + event.token_expires.has_value() +
             event.service_account + (event.bytes != 0);
  for (const auto text :
       {event.method, event.path, event.user, event.user_agent, event.host, event.scope})
    n += !text.empty();
  return n;
}

struct Reading {
  FormatRank rank;
  std::vector<bool> events;  // by record
};

Reading ReadWith(int format, AccessParser* parser, const std::vector<std::string_view>& sample,
                 Millis written) {
  Reading reading{{.format = format}, std::vector<bool>(sample.size())};
  parser->Use({format});
  std::vector<AccessEvent> events;
  for (size_t i = 0; i < sample.size(); ++i) {
    events.clear();
    const auto reason = parser->ParseAll(sample[i], written, &events);
    if (reason.empty()) {
      reading.events[i] = true;
      ++reading.rank.events;
      reading.rank.fields += FilledFields(events.front());
    } else if (reason == "not-an-event") {
      ++reading.rank.known;
    }
  }
  reading.rank.fields += parser->TakeForwarded();
  parser->Reset();
  return reading;
}

std::vector<int> Cover(const std::vector<Reading>& readings, size_t records) {
  std::vector<int> chosen;
  std::vector<bool> covered(records);
  while (chosen.size() < kMostAtOnce) {
    const Reading* best = nullptr;
    size_t most = 0;
    for (const Reading& reading : readings) {
      size_t fresh = 0;
      for (size_t i = 0; i < records; ++i) fresh += reading.events[i] && !covered[i];
      if (fresh > most) {
        most = fresh;
        best = &reading;
      }
    }
    if (best == nullptr) break;
    for (size_t i = 0; i < records; ++i) covered[i] = covered[i] || best->events[i];
    chosen.push_back(best->rank.format);
  }
  return chosen;
}

}  // namespace

FormatTrial TryFormats(const std::shared_ptr<const FormatSet>& formats,
                       const std::vector<std::string_view>& sample, Millis written) {
  AccessParser parser({.formats = formats});
  std::vector<Reading> readings;
  for (size_t i = 0; i < formats->formats.size(); ++i) {
    Reading reading = ReadWith(static_cast<int>(i), &parser, sample, written);
    if (reading.rank.events + reading.rank.known > 0) readings.push_back(std::move(reading));
  }
  std::stable_sort(readings.begin(), readings.end(), [&](const Reading& a, const Reading& b) {
    if (a.rank.events != b.rank.events) return a.rank.events > b.rank.events;
    if (a.rank.fields != b.rank.fields) return a.rank.fields > b.rank.fields;
    if (a.rank.known != b.rank.known) return a.rank.known > b.rank.known;
    return formats->formats[static_cast<size_t>(a.rank.format)].preference <
           formats->formats[static_cast<size_t>(b.rank.format)].preference;
  });
  FormatTrial trial;
  trial.chosen = Cover(readings, sample.size());
  for (Reading& reading : readings) {
    trial.ranks.push_back(reading.rank);
    trial.reads.push_back(std::move(reading.events));
  }
  return trial;
}

size_t FormatTrial::EventsReadBy(const std::vector<int>& formats) const {
  std::vector<bool> read;
  for (size_t i = 0; i < ranks.size(); ++i) {
    if (std::find(formats.begin(), formats.end(), ranks[i].format) == formats.end()) continue;
    read.resize(reads[i].size());
    for (size_t r = 0; r < read.size(); ++r) read[r] = read[r] || reads[i][r];
  }
  return static_cast<size_t>(std::count(read.begin(), read.end(), true));
}

bool FormatChoice::Decide(const std::shared_ptr<const FormatSet>& formats,
                          const std::vector<std::string_view>& sample, Millis written) {
  FormatTrial trial = TryFormats(formats, sample, written);
  records_ = unread_ = 0;
  const bool better = trial.EventsReadBy(trial.chosen) > trial.EventsReadBy(chosen_);
  // What stays unread after a new look is looked at ever more seldom.
  window_ = better ? kSample : std::min(window_ * 2, kLongestWindow);
  if (better) {
    // In a small sample what was there before may be missing.
    if (sampled_ < kSample)
      for (const int known : chosen_)
        if (trial.chosen.size() < kMostAtOnce &&
            std::find(trial.chosen.begin(), trial.chosen.end(), known) == trial.chosen.end())
          trial.chosen.push_back(known);
    chosen_ = std::move(trial.chosen);
  }
  sampled_ += sample.size();
  wants_sample_ = sampled_ < kSample;
  return better;
}

std::vector<int> FormatChoice::ToTry(const FormatSet& formats) const {
  std::vector<int> all = chosen_;
  if (all.empty()) return all;
  for (const std::string_view id : {"native", "ncsa"}) {
    const int format = formats.Find(id);
    if (format >= 0 && std::find(all.begin(), all.end(), format) == all.end())
      all.push_back(format);
  }
  return all;
}

void FormatChoice::Count(size_t records, size_t unread) {
  records_ += records;
  unread_ += unread;
  if (records_ < window_) return;
  wants_sample_ = wants_sample_ || unread_ * 2 > records_;
  records_ = unread_ = 0;
}

std::string FormatNames(const FormatSet& formats, const std::vector<int>& chosen) {
  if (chosen.empty()) return "native + ncsa";
  std::string names;
  for (const int format : chosen)
    names += (names.empty() ? "" : " + ") + formats.formats[static_cast<size_t>(format)].id;
  return names;
}

}  // namespace leaktrip
