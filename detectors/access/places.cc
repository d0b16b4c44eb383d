#include "detectors/access/places.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace leaktrip {
namespace {

constexpr Millis kHalfLife = 30 * kDay;
constexpr Millis kForgotten = 90 * kDay;
constexpr size_t kMostPlaces = 64;

uint64_t HighBits(const IpAddress& ip, int bytes) {
  uint64_t number = 0;
  for (int i = 0; i < bytes; ++i) number = number << 8 | ip.bytes[static_cast<size_t>(i)];
  return number;
}

uint64_t V4(const IpAddress& ip) {
  return uint64_t{ip.bytes[12]} << 24 | uint64_t{ip.bytes[13]} << 16 | uint64_t{ip.bytes[14]} << 8 |
         ip.bytes[15];
}

}  // namespace

double Faded(Millis elapsed, Millis half_life) {
  if (elapsed <= 0) return 1;
  return std::exp2(-static_cast<double>(elapsed) / static_cast<double>(half_life));
}

// Global IPv6 addresses begin with 2 or 3, so the small numbers of IPv4 are free.
uint64_t SourceNumber(const IpAddress& ip) { return ip.IsV4() ? V4(ip) : HighBits(ip, 8); }
uint64_t NetworkNumber(const IpAddress& ip) {
  return ip.IsV4() ? V4(ip) >> 8 : HighBits(ip, 6) << 16;
}

IpAddress AddressOf(uint64_t source_number) {
  IpAddress ip;
  const bool v4 = source_number <= 0xffffffff;
  if (v4) ip.bytes[10] = ip.bytes[11] = 0xff;
  for (size_t i = 0; i < (v4 ? 4 : 8); ++i)
    ip.bytes[(v4 ? 15 : 7) - i] = static_cast<uint8_t>(source_number >> (8 * i));
  return ip;
}

const SeenPlace* PlaceList::Find(uint64_t key) const {
  for (const auto& place : places_)
    if (place.key == key) return &place;
  return nullptr;
}

bool PlaceList::Learn(uint64_t key, Millis ts, size_t capacity) {
  for (auto& place : places_) {
    if (place.key != key) continue;
    const bool visit = ts - place.last >= kVisitGap;
    if (visit)
      place.visits = static_cast<float>(place.visits * Faded(ts - place.last, kHalfLife) + 1);
    place.last = std::max(place.last, ts);
    return visit;
  }
  std::erase_if(places_, [&](const SeenPlace& p) { return ts - p.last > kForgotten; });
  const auto by_last = [](const SeenPlace& a, const SeenPlace& b) { return a.last < b.last; };
  if (places_.size() >= capacity)
    places_.erase(std::min_element(places_.begin(), places_.end(), by_last));
  places_.push_back({key, ts, ts, 1});
  return true;
}

const SeenPlace* PlaceList::MostVisited() const {
  const auto at =
      std::max_element(places_.begin(), places_.end(),
                       [](const SeenPlace& a, const SeenPlace& b) { return a.visits < b.visits; });
  return at == places_.end() ? nullptr : &*at;
}

void PlaceList::Write(StateWriter* writer) const {
  writer->Uint(places_.size());
  for (const auto& place : places_)
    writer->Uint(place.key).Int(place.first).Int(place.last - place.first).Real(place.visits);
}

bool PlaceList::Read(StateReader* reader) {
  places_.resize(reader->Count(kMostPlaces));
  for (auto& place : places_) {
    place.key = reader->Uint();
    place.first = reader->Int();
    place.last = place.first + reader->Int();
    place.visits = static_cast<float>(reader->Real());
  }
  return reader->ok();
}

}  // namespace leaktrip
