#include "detectors/access/tail.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace leaktrip {
namespace {

constexpr double kBodyFrom = 0.2;  // shares of all counts between which the body lies
constexpr double kBodyTo = 0.7;
constexpr double kLeastTop = 8;      // scores that a tail is read off
constexpr double kLeastCounts = 40;  // fewer have no shape
constexpr double kLeastDecay = 1.5;  // from the body to what follows; a flatter tail is none

double Sum(std::span<const double> bins) { return std::accumulate(bins.begin(), bins.end(), 0.0); }

// The first bin at whose beginning this share of all counts is passed.
size_t BinAt(std::span<const double> bins, double counts) {
  double below = 0;
  for (size_t bin = 0; bin < bins.size(); ++bin) {
    if (below >= counts) return bin;
    below += bins[bin];
  }
  return bins.size();
}

// The score above which `wanted` counts lie, between the edges of its bin.
double Quantile(std::span<const double> bins, double width, double wanted) {
  double above = 0;
  for (size_t bin = bins.size(); bin-- > 0;) {
    if (above + bins[bin] > wanted)
      return width * (static_cast<double>(bin + 1) - (wanted - above) / bins[bin]);
    above += bins[bin];
  }
  return 0;
}

}  // namespace

double TailLevel(std::span<const double> bins, double width, double wanted, double from) {
  const double all = Sum(bins);
  const double seen = Quantile(bins, width, wanted);
  if (all < kLeastCounts || wanted <= 0) return std::max(from, seen);
  const size_t start = BinAt(bins, kBodyFrom * all);
  const size_t end = std::max(BinAt(bins, kBodyTo * all), start + 1);
  const size_t size = end - start;
  if (end + size > bins.size()) return std::max(from, seen);
  // Of an exponential, each of two bands of equal width holds the same part of what is left.
  const double body = Sum(bins.subspan(start, size));
  const double next = Sum(bins.subspan(end, size));
  const double decay = body / std::max(next, 0.5);
  if (decay < kLeastDecay) return std::max(from, seen);
  const double scale = width * static_cast<double>(size) / std::log(decay);
  const double owners = body / (1 - 1 / decay);  // above the start of the body
  const double level = width * static_cast<double>(start) + scale * std::log(owners / wanted);
  // More than was seen is never needed.
  return std::max(from, std::min(level, seen));
}

double TopLevel(std::span<const double> bins, double width, double wanted, double from) {
  const double start = std::max(kLeastTop, wanted);
  const double high = Quantile(bins, width, start);
  if (start <= wanted || wanted <= 0) return std::max(from, high);
  const double scale = (high - Quantile(bins, width, 2 * start)) / std::log(2.0);
  return std::max(from, high + scale * std::log(start / wanted));
}

}  // namespace leaktrip
