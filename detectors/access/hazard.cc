#include "detectors/access/hazard.h"

#include <algorithm>
#include <cmath>

namespace leaktrip {
namespace {

constexpr double kPriorFirsts = 0.5;
constexpr double kPriorExposures = 12;

}  // namespace

size_t Hazard::Bucket(double visits) {
  const double bucket = std::floor(std::log2(1 + std::max(visits, 0.0)));
  return std::min(static_cast<size_t>(bucket), kBuckets - 1);
}

void Hazard::Learn(double visits, bool happened) {
  const size_t bucket = Bucket(visits);
  ++exposures_[bucket];
  if (happened) ++firsts_[bucket];
}

double Hazard::Rate(double visits) const {
  const size_t bucket = Bucket(visits);
  return (firsts_[bucket] + kPriorFirsts) / (exposures_[bucket] + kPriorExposures);
}

void Hazard::Write(StateWriter* writer) const {
  for (size_t i = 0; i < kBuckets; ++i) writer->Real(firsts_[i]).Real(exposures_[i]);
}

bool Hazard::Read(StateReader* reader) {
  for (size_t i = 0; i < kBuckets; ++i) {
    firsts_[i] = reader->Real();
    exposures_[i] = reader->Real();
  }
  return reader->ok();
}

double OwnRate(double times, double visits, double hazard) {
  return times <= 0 ? hazard : (times + hazard) / (visits + 1);
}

}  // namespace leaktrip
