// NetworkRanges: networks of any source as ranges that follow each other, on their way into a
// NetworkTable. A value; one thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/access/networks.h"
#include "detectors/base/ip_address.h"
#include "detectors/base/result.h"

namespace leaktrip {

// NetworkInfo that owns its texts.
struct NetworkFacts {
  uint32_t asn = 0;
  std::string as_name;
  std::string country;
  float latitude = 0;
  float longitude = 0;
  NetworkKind kind = NetworkKind::kUnknown;

  friend auto operator<=>(const NetworkFacts&, const NetworkFacts&) = default;
};

class NetworkRanges {
 public:
  static constexpr uint32_t kGap = ~0u;
  struct Range {
    IpAddress first;        // up to the next range
    uint32_t facts = kGap;  // index of facts()
  };

  // The number of these facts, for Add().
  uint32_t Keep(NetworkFacts facts);
  // A network; where networks nest, the narrower one wins. REQUIRES: networks do not overlap
  // otherwise, and first <= last.
  void Add(const IpAddress& first, const IpAddress& last, uint32_t facts);
  // Call once after the last Add().
  void Finish();

  // What these know, and where they know nothing what `others` do.
  void FillFrom(const NetworkRanges& others);

  const std::vector<Range>& ranges() const { return ranges_; }
  const std::vector<NetworkFacts>& facts() const { return facts_; }

 private:
  struct Network {
    IpAddress first;
    IpAddress last;
    uint32_t facts = 0;
  };

  void Start(const IpAddress& at, uint32_t facts);
  void CloseLast(std::vector<Network>* open);
  uint32_t Combine(uint32_t own, uint32_t other, const NetworkRanges& others);

  std::vector<Network> networks_;
  std::vector<Range> ranges_;
  std::vector<NetworkFacts> facts_;
  std::map<NetworkFacts, uint32_t> known_;
};

// `cidr,asn,as_name,country,lat,lon` and maybe `,kind`. Every bad line is an error with its place.
Result<NetworkRanges> RangesFromCsv(std::string_view text, const std::string& file);
// Country, city, AS, anonymous-IP and connection-type databases name their fields alike; what one
// does not have stays unknown. Failure: kNotFound, or kInvalid for a file that is no database.
Result<NetworkRanges> RangesFromMmdb(const std::string& path);

}  // namespace leaktrip
