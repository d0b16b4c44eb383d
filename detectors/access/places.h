// Where an entity was seen: short lists of sources, networks, systems and countries with counts
// that fade.
//
// A place counts visits, not events: uses within 30 minutes of the last one belong to the same
// visit, or one page of requests would outweigh a month. Counts halve every 30 days and a place not
// seen for 90 days is forgotten. Values; times are event times and may come out of order.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "detectors/base/ip_address.h"
#include "detectors/base/state_bytes.h"
#include "detectors/base/time.h"

namespace leaktrip {

inline constexpr Millis kMinute = 60'000;
inline constexpr Millis kHour = 60 * kMinute;
inline constexpr Millis kDay = 24 * kHour;
inline constexpr Millis kVisitGap = 30 * kMinute;

// What is left of a count after `elapsed`; never more than 1.
double Faded(Millis elapsed, Millis half_life);

// The customer (IPv4 address, IPv6 /64) and its neighbourhood (/24, /48) as numbers, exact.
uint64_t SourceNumber(const IpAddress& ip);
uint64_t NetworkNumber(const IpAddress& ip);
// The first address of the source with this number.
IpAddress AddressOf(uint64_t source_number);
inline uint64_t CountryNumber(std::string_view country) {
  return country.size() == 2 ? static_cast<uint64_t>(static_cast<uint8_t>(country[0]) << 8 |
                                                     static_cast<uint8_t>(country[1]))
                             : 0;
}

struct SeenPlace {
  uint64_t key = 0;
  Millis first = 0;
  Millis last = 0;
  float visits = 0;  // faded to `last`
};

class PlaceList {
 public:
  const SeenPlace* Find(uint64_t key) const;
  // True when this begins a visit. When the list is full the place not seen for longest goes.
  bool Learn(uint64_t key, Millis ts, size_t capacity);
  const std::vector<SeenPlace>& places() const { return places_; }
  const SeenPlace* MostVisited() const;

  void Write(StateWriter* writer) const;
  bool Read(StateReader* reader);

 private:
  std::vector<SeenPlace> places_;
};

}  // namespace leaktrip
