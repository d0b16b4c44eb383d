#include "detectors/access/alert_budget.h"

#include <algorithm>

#include "detectors/access/tail.h"

namespace leaktrip {
namespace {

constexpr double kBinWidth = 0.25;
constexpr Millis kHalfLife = 7 * kDay;
constexpr double kLeastDays = 2;

}  // namespace

size_t AlertBudget::Bin(double score) {
  return static_cast<size_t>(std::clamp(score / kBinWidth, 0.0, static_cast<double>(kBins - 1)));
}

void AlertBudget::Learn(Millis ts, double before, double now) {
  const Millis day = ts / kDay * kDay;
  if (day_ == 0) day_ = day;
  if (day > day_) {
    const double factor = Faded(day - day_, kHalfLife);
    for (double& n : cases_) n *= factor;
    const int64_t passed = (day - day_) / kDay;  // both are midnights
    days_ = days_ * factor + static_cast<double>(passed);
    day_ = day;
  }
  if (before > 0) cases_[Bin(before)] = std::max(0.0, cases_[Bin(before)] - 1);
  ++cases_[Bin(now)];
}

double AlertBudget::Threshold(double per_day, double least, double fallback, Of of) const {
  if (days_ < kLeastDays) return fallback;
  return of == Of::kAll ? TopLevel(cases_, kBinWidth, per_day * days_, least)
                        : TailLevel(cases_, kBinWidth, per_day * days_, least);
}

void AlertBudget::Write(StateWriter* writer) const {
  for (const double n : cases_) writer->Real(n);
  writer->Real(days_).Int(day_);
}

bool AlertBudget::Read(StateReader* reader) {
  for (double& n : cases_) n = reader->Real();
  days_ = reader->Real();
  day_ = reader->Int();
  return reader->ok();
}

}  // namespace leaktrip
