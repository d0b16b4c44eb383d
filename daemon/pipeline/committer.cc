#include "daemon/pipeline/committer.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include "daemon/ops/log.h"
#include "daemon/ops/simulate.h"

namespace leaktrip {
namespace {

constexpr Millis kWithAlerts = 20;
constexpr Millis kQuiet = 250;
constexpr Millis kFirstRetry = 50;
constexpr Millis kLongestRetry = 1000;
constexpr Millis kSlice = 20;  // of a wait, so that GiveUp() is noticed

double Seconds(Millis time) { return static_cast<double>(time) / 1000; }

const char* TypeOf(Code code) {
  switch (code) {
    case Code::kFull:
      return "full";
    case Code::kUnavailable:
      return "busy";
    default:
      return "io";
  }
}

}  // namespace

Committer::Committer(Options options) : options_(std::move(options)) {
  last_commit_ = options_.clock->Monotonic();
}

Millis Committer::Wait(bool has_alerts) const {
  const Millis interval = std::max(has_alerts ? kWithAlerts : kQuiet, 4 * last_duration_);
  return std::max<Millis>(0, last_commit_ + interval - options_.clock->Monotonic());
}

bool Committer::Commit(const CommitUnit& unit) {
  if (gave_up_) return false;
  Millis retry = kFirstRetry;
  while (!CommitOnce(unit)) {
    if (give_up_) {
      gave_up_ = true;
      return false;
    }
    options_.waiting();
    for (Millis slept = 0; slept < retry && !give_up_; slept += kSlice) {
      std::this_thread::sleep_for(std::chrono::milliseconds(kSlice));
    }
    retry = std::min(2 * retry, kLongestRetry);
  }
  OnSuccess(unit);
  return true;
}

bool Committer::CommitOnce(const CommitUnit& unit) {
  SimulationPoint("before-commit");
  const Millis start = options_.clock->Monotonic();
  const Result<void> done = options_.store->Commit(unit, options_.clock->Wall());
  last_commit_ = options_.clock->Monotonic();
  last_duration_ = last_commit_ - start;
  healthy_ = done.has_value();
  if (!done) OnFailure(done.error());
  return done.has_value();
}

void Committer::OnFailure(const Error& error) {
  const std::string type = TypeOf(error.code);
  if (options_.metrics != nullptr) {
    options_.metrics->Count("errors_total", 1, {{"stage", "store"}, {"type", type}});
    options_.metrics->Count("back_pressure_total", 1, {{"reason", "store-" + type}});
  }
  LogRepeated(spdlog::level::err, "store-" + type,
              "the store refuses, reading has stopped: " + error.message + "; trying again");
}

void Committer::OnSuccess(const CommitUnit& unit) {
  SimulationPoint("after-commit");
  options_.source->Store(unit.offsets);
  SimulationPoint("offsets-stored");
  if (options_.metrics != nullptr) {
    const Millis now = options_.clock->Wall();
    options_.metrics->Observe("commit_duration_seconds", Seconds(last_duration_));
    options_.metrics->Set("last_commit_timestamp_seconds", Seconds(now));
    for (const Alert& alert : unit.alerts) {
      options_.metrics->Observe("event_to_alert_seconds",
                                Seconds(std::max<Millis>(0, now - alert.ts)));
    }
  }
  if ((!unit.alerts.empty() || !unit.proposals.empty()) && options_.committed) {
    options_.committed();
  }
}

}  // namespace leaktrip
