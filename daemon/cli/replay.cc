#include "daemon/cli/replay.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "daemon/cli/replay_state.h"
#include "daemon/config/format_set_loader.h"
#include "daemon/config/rules_folder.h"
#include "daemon/ingest/event_files.h"
#include "daemon/ingest/networks_file.h"
#include "daemon/ingest/side_feed.h"
#include "detectors/judge.h"

namespace leaktrip {
namespace {

constexpr uint64_t kBatchEvents = 100'000;

void Say(const Error& error, std::ostream& err) { err << "leaktrip: " << error.ToString() << "\n"; }

std::unique_ptr<DetectorSet> LoadDetectors(const ReplayOptions& options,
                                           std::shared_ptr<const Networks> networks,
                                           Errors* errors) {
  FileTexts own;
  if (!options.rules_dir.empty()) {
    auto read = ReadRulesFolder(options.rules_dir);
    if (!read)
      errors->push_back(read.error());
    else
      own = Below(*read, "access/");
  }
  auto detectors =
      DetectorSet::Make(Below(ShippedRules(), "access/"), own, std::move(networks), errors);
  if (options.alerts_per_day > 0) detectors->SetAlertsPerDay(options.alerts_per_day);
  return detectors;
}

Result<AccessParser::Options> LoadParsing(const ReplayOptions& options) {
  Errors errors;
  AccessParser::Options parsing;
  parsing.formats = LoadFormatSet(options.rules_dir, Examples::kSkip, &errors);
  if (!parsing.formats) return std::unexpected(errors.front());
  if (auto wrong = CheckFormatName(options.format, *parsing.formats); !wrong.empty())
    return Fail(Code::kInvalid, std::move(wrong));
  auto proxies = std::make_shared<TrustedProxies>();
  for (const std::string& network : options.trusted_proxies)
    if (auto added = proxies->Add(network); !added) return std::unexpected(added.error());
  parsing.proxies = std::move(proxies);
  return parsing;
}

// One run with everything that lives as long.
class Replay {
 public:
  Replay(const ReplayOptions& options, std::ostream& err)
      : options_(options),
        err_(err),
        show_progress_(&err == &std::cerr && ::isatty(STDERR_FILENO) != 0) {}

  Result<void> Prepare() {
    auto networks = LoadNetworks(options_.networks);
    if (!networks) return std::unexpected(networks.error());
    Errors errors;
    auto detectors = LoadDetectors(options_, *networks, &errors);
    for (const auto& error : errors) Say(error, err_);
    if (!errors.empty()) return Fail(Code::kInvalid, "the rules have errors");
    auto parsing = LoadParsing(options_);
    if (!parsing) return std::unexpected(parsing.error());
    judge_ = std::make_unique<Judge>(std::move(detectors), Judge::Options{});
    if (!options_.leaks.empty()) {
      auto leaks = ReadLeaks(options_.leaks);
      if (!leaks) return std::unexpected(leaks.error());
      leaks_ = *std::move(leaks);
    }
    if (!options_.revocations.empty()) {
      auto revocations = ReadRevocations(options_.revocations);
      if (!revocations) return std::unexpected(revocations.error());
      revocations_ = *std::move(revocations);
    }
    auto events = EventFiles::Open(options_.events,
                                   {.format = options_.format, .parsing = *std::move(parsing)});
    if (!events) return std::unexpected(events.error());
    events_ = *std::move(events);
    if (options_.state_dir.empty()) return {};
    auto state = ReplayState::Open(options_.state_dir);
    if (!state) return std::unexpected(state.error());
    state_ = *std::move(state);
    return {};
  }

  Result<void> Run(std::ostream& alerts_out) {
    for (;;) {
      const auto event = events_->Next();
      if (!event) return std::unexpected(event.error());
      if (*event == nullptr) break;
      if (count_ == 0) first_ = (*event)->ts;
      last_ = std::max(last_, (*event)->ts);
      Feed((*event)->ts);
      judge_->OnAccess(**event);
      if (++count_ % kBatchEvents == 0)
        if (const auto done = Flush(alerts_out); !done) return done;
    }
    return Flush(alerts_out);
  }

  void Summary() {
    if (show_progress_) err_ << "\r\033[K";
    err_ << count_ << " events";
    if (count_ > 0) err_ << " from " << FormatTime(first_) << " to " << FormatTime(last_);
    err_ << ", " << alerts_ << " alerts\n";
    for (const auto& [detector, n] : by_detector_) err_ << "  " << detector << ": " << n << "\n";
    for (const auto& [file, formats] : events_->Formats())
      err_ << "  " << file << " is read as " << formats << "\n";
    for (const auto& [reason, bad] : events_->bad_lines())
      err_ << "  discarded lines, " << reason << ": " << bad.count << ", the first at "
           << bad.first.file << ":" << bad.first.line
           << (bad.shape.empty() ? "" : ", shaped `" + bad.shape + "`") << "\n";
    uint64_t evictions = judge_->evictions() + judge_->detectors().knowledge().evictions();
    for (const auto& detector : judge_->detectors().detectors()) evictions += detector->evictions();
    if (evictions > 0) err_ << "  forgotten to stay within limits: " << evictions << "\n";
  }

 private:
  // What the side feeds know up to this time.
  void Feed(Millis ts) {
    for (; leaks_done_ < leaks_.size() && leaks_[leaks_done_].fact.ts <= ts; ++leaks_done_)
      judge_->OnLeakReport(leaks_[leaks_done_].token, leaks_[leaks_done_].fact);
    for (; revoked_done_ < revocations_.size() && revocations_[revoked_done_].fact.ts <= ts;
         ++revoked_done_)
      judge_->OnRevocation(revocations_[revoked_done_].token, revocations_[revoked_done_].fact);
  }

  Result<void> Flush(std::ostream& alerts_out) {
    auto alerts = judge_->TakeAlerts();
    for (const auto& alert : alerts) {
      alerts_out << AlertJson(alert) << "\n";
      ++by_detector_[alert.detector];
    }
    alerts_ += alerts.size();
    if (!alerts_out.flush())
      return Fail(Code::kIo, "cannot be written", {options_.alerts_out, 0, 0});
    if (show_progress_)
      err_ << "\r\033[K" << count_ << " events, " << FormatTime(last_) << ", " << alerts_
           << " alerts" << std::flush;
    return state_ == nullptr ? Result<void>{} : state_->Commit(judge_.get(), std::move(alerts));
  }

  const ReplayOptions& options_;
  std::ostream& err_;
  bool show_progress_;
  std::unique_ptr<Judge> judge_;
  std::vector<FedFact<LeakFact>> leaks_;
  std::vector<FedFact<RevocationFact>> revocations_;
  size_t leaks_done_ = 0;
  size_t revoked_done_ = 0;
  std::unique_ptr<EventFiles> events_;
  std::unique_ptr<ReplayState> state_;
  uint64_t count_ = 0;
  uint64_t alerts_ = 0;
  Millis first_ = 0;
  Millis last_ = 0;
  std::map<std::string, uint64_t> by_detector_;
};

}  // namespace

int RunReplay(const ReplayOptions& options, std::ostream& out, std::ostream& err) {
  if (options.events.empty() || options.alerts_out.empty()) {
    err << "leaktrip: replay needs --events FILE and --alerts OUT\n";
    return 2;
  }
  Replay replay(options, err);
  if (const auto prepared = replay.Prepare(); !prepared) return Say(prepared.error(), err), 2;
  std::ofstream file;
  if (options.alerts_out != "-") {
    file.open(options.alerts_out, std::ios::binary | std::ios::trunc);
    if (!file) return Say({Code::kIo, "cannot be written", {options.alerts_out, 0, 0}}, err), 2;
  }
  const auto done = replay.Run(options.alerts_out == "-" ? out : file);
  replay.Summary();
  if (!done) return Say(done.error(), err), 2;
  return 0;
}

}  // namespace leaktrip
