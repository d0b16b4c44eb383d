#include "daemon/pipeline/format_choices.h"

#include "daemon/ops/log.h"

namespace leaktrip {
namespace {

constexpr Millis kBetweenWords = 60'000;

}  // namespace

bool FormatChoices::WantsSample(std::string_view topic, std::string_view configured) {
  if (!formats_ || configured != "auto") return false;
  const std::lock_guard lock(mutex_);
  const auto known = topics_.find(topic);
  return known == topics_.end() || known->second.choice.WantsSample();
}

std::vector<int> FormatChoices::For(std::string_view topic, std::string_view configured,
                                    const std::vector<std::string_view>& sample, Millis written) {
  if (!formats_) return {};
  if (configured != "auto") {
    const int format = formats_->Find(configured);
    return format < 0 ? std::vector<int>() : std::vector<int>{format};
  }
  const std::lock_guard lock(mutex_);
  Topic& known = topics_.try_emplace(std::string(topic)).first->second;
  if (known.choice.WantsSample() && !sample.empty() &&
      known.choice.Decide(formats_, sample, written))
    spdlog::info("topic {}: access events are read as {}", topic,
                 FormatNames(*formats_, known.choice.chosen()));
  return known.choice.ToTry(*formats_);
}

void FormatChoices::Count(std::string_view topic, size_t records, const Unread& unread) {
  const std::lock_guard lock(mutex_);
  Topic& known = topics_.try_emplace(std::string(topic)).first->second;
  known.choice.Count(records, unread.records);
  known.unsaid += unread.records;
  const Millis now = clock_->Monotonic();
  if (unread.records == 0 || (known.ever_said && now - known.said < kBetweenWords)) return;
  spdlog::warn(
      "topic {}: {} records are no access events that can be read ({}), one is shaped `{}`", topic,
      known.unsaid, unread.reason, unread.shape);
  known.unsaid = 0;
  known.said = now;
  known.ever_said = true;
}

}  // namespace leaktrip
