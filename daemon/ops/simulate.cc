#include "daemon/ops/simulate.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <cstdlib>
#include <string>

namespace leaktrip {
namespace {

struct Simulation {
  enum class Fault { kNone, kCrash, kHang };

  Simulation() {
    const char* text = std::getenv("LEAKTRIP_SIMULATE");
    const std::string_view all = text == nullptr ? "" : text;
    const size_t first = all.find(':');
    const size_t last = all.rfind(':');
    if (first == std::string_view::npos || first == last) return;
    const std::string_view kind = all.substr(0, first);
    const std::string_view number = all.substr(last + 1);
    long wanted = 0;
    std::from_chars(number.data(), number.data() + number.size(), wanted);
    if (wanted <= 0) return;
    point = all.substr(first + 1, last - first - 1);
    left = wanted;
    if (kind == "crash-at") fault = Fault::kCrash;
    if (kind == "hang-at") fault = Fault::kHang;
  }

  Fault fault = Fault::kNone;
  std::string point;
  std::atomic<long> left = 0;
};

}  // namespace

void SimulationPoint(std::string_view point) {
  static Simulation simulation;
  if (simulation.fault == Simulation::Fault::kNone || point != simulation.point) return;
  if (--simulation.left != 0) return;
  if (simulation.fault == Simulation::Fault::kCrash) raise(SIGKILL);
  for (;;) pause();
}

}  // namespace leaktrip
