#include "detectors/access/campaign.h"

#include <algorithm>
#include <cmath>

namespace leaktrip {
namespace {

constexpr Millis kWindow = 10 * kMinute;
constexpr double kMostSum = 40;
constexpr double kJump = 3;
constexpr Millis kSettled = 2 * kHour;
constexpr double kLeastPeak = 5;
constexpr double kFrozenAbove = 8;
constexpr int kMostEmptyWindows = 6 * 24 * 7;

}  // namespace

double& Campaign::Normal(Millis ts) { return normal_[static_cast<size_t>(ts / kHour % 24)]; }

double Campaign::normal() const { return normal_[static_cast<size_t>(window_ / kHour % 24)]; }

// S after a window of x pairs.
double Campaign::With(double x, Millis ts) const {
  const double mu0 = std::max(normal_[static_cast<size_t>(ts / kHour % 24)], 0.05);
  const double mu1 = 2 * mu0 + 1.5;
  return std::clamp(sum_ + x * std::log(mu1 / mu0) - (mu1 - mu0), 0.0, kMostSum);
}

void Campaign::CloseWindow() {
  sum_ = With(x_, window_);
  if (sum_ < settings_.calm) {
    started_ = 0;
    pairs_ = 0;
    sources_.clear();
    targets_.clear();
    peak_ = 0;
  }
  if (started_ != 0) peak_ = std::max(peak_, x_);
  const auto hour = static_cast<size_t>(window_ / kHour % 24);
  if (sum_ <= kFrozenAbove || closed_ < settings_.warm_up) {
    ++windows_[hour];
    const double rate = std::max(settings_.rate, 1.0 / static_cast<double>(windows_[hour]));
    normal_[hour] += rate * (x_ - normal_[hour]);
  }
  ++closed_;
  x_ = 0;
  seen_.clear();
}

void Campaign::Advance(Millis ts) {
  const Millis window = ts / kWindow * kWindow;
  if (window_ == 0) window_ = window;
  for (int i = 0; window_ < window && i < kMostEmptyWindows; ++i) {
    CloseWindow();
    window_ += kWindow;
  }
  window_ = std::max(window_, window);
}

void Campaign::Observe(Millis ts, uint64_t source, uint64_t target) {
  Advance(ts);
  auto seen =
      std::find_if(seen_.begin(), seen_.end(), [&](const Seen& s) { return s.source == source; });
  if (seen == seen_.end()) {
    if (seen_.size() >= kMostSources) return;
    seen = seen_.insert(seen_.end(), Seen{source, {}});
  }
  const auto room = std::find_if(seen->targets.begin(), seen->targets.end(),
                                 [&](uint64_t t) { return t == 0 || t == target; });
  if (room == seen->targets.end() || *room == target) return;
  *room = target;
  if (started_ == 0) started_ = ts;
  ++x_;
  ++pairs_;
  if (targets_.size() < kLeastTargets &&
      std::find(targets_.begin(), targets_.end(), target) == targets_.end())
    targets_.push_back(target);
  // A far bigger campaign begins while a small one is on: it is another case.
  if (ts - started_ > kSettled && x_ > kJump * std::max(peak_, kLeastPeak)) {
    started_ = ts;
    pairs_ = peak_ = x_;
    sources_.clear();
    for (const auto& s : seen_)
      if (sources_.size() < kMostNamed) sources_.push_back(s.source);
  }
  if (sources_.size() < kMostNamed &&
      std::find(sources_.begin(), sources_.end(), source) == sources_.end())
    sources_.push_back(source);
}

void Campaign::Write(StateWriter* writer) const {
  for (size_t hour = 0; hour < normal_.size(); ++hour)
    writer->Real(normal_[hour]).Uint(windows_[hour]);
  writer->Uint(closed_).Real(sum_).Real(pairs_).Int(window_).Int(started_).Real(x_).Real(peak_);
  writer->Uint(seen_.size());
  for (const auto& s : seen_) writer->Uint(s.source).Uint(s.targets[0]).Uint(s.targets[1]);
  writer->Uint(sources_.size());
  for (const uint64_t source : sources_) writer->Uint(source);
  writer->Uint(targets_.size());
  for (const uint64_t target : targets_) writer->Uint(target);
}

bool Campaign::Read(StateReader* reader) {
  for (size_t hour = 0; hour < normal_.size(); ++hour) {
    normal_[hour] = reader->Real();
    windows_[hour] = reader->Uint();
  }
  closed_ = reader->Uint();
  sum_ = reader->Real();
  pairs_ = reader->Real();
  window_ = reader->Int();
  started_ = reader->Int();
  x_ = reader->Real();
  peak_ = reader->Real();
  seen_.resize(reader->Count(kMostSources));
  for (auto& s : seen_) {
    s.source = reader->Uint();
    for (auto& target : s.targets) target = reader->Uint();
  }
  sources_.resize(reader->Count(kMostNamed));
  for (auto& source : sources_) source = reader->Uint();
  targets_.resize(reader->Count(kLeastTargets));
  for (auto& target : targets_) target = reader->Uint();
  return reader->ok();
}

}  // namespace leaktrip
