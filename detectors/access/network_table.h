// NetworkTable: networks as one flat run of bytes that can be mapped from a file and searched as it
// lies there.
//
// Layout, little-endian, each part following the last:
//
//   header        "LTNETS01", counts of IPv4 ranges, IPv6 ranges, facts and text bytes (u32 each),
//                 8 bytes zero, SHA-256 of all that follows the header
//   IPv6 starts   16 bytes each, ascending
//   IPv4 index    65,537 u32: the first IPv4 range that begins in each /16 or after it
//   IPv4 starts   u32 each, ascending
//   IPv4 facts    u32 each: number of the facts, or ~0 for a gap
//   IPv6 facts    likewise
//   facts         asn u32, text offset u32, text size u16, country 2 letters, latitude f32,
//                 longitude f32, kind u8, 3 bytes zero
//   text          names of networks
//
// Names are looked at once, when the table is loaded: a network whose kind no source knows counts
// as hosting or eyeball by the name of its AS. The file does not hold that, so it does not outlive
// a better judgement. Immutable; any thread. Failure: kInvalid for bytes that are no table or are
// damaged; a table that was accepted never leads outside of itself.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/access/network_ranges.h"
#include "detectors/access/networks.h"

namespace leaktrip {

class NetworkTable : public Networks {
 public:
  static constexpr std::string_view kMagic = "LTNETS01";

  static std::string Bytes(const NetworkRanges& ranges);
  static std::shared_ptr<const Networks> Of(const NetworkRanges& ranges);
  // bytes live as long as `owner`, and begin at an address that is a multiple of 16.
  static Result<std::shared_ptr<const NetworkTable>> FromBytes(std::string_view bytes,
                                                               std::shared_ptr<const void> owner,
                                                               const std::string& file);

  std::optional<NetworkInfo> Find(const IpAddress& ip) const override;
  size_t ranges() const { return v4_ + v6_; }
  size_t facts() const { return facts_; }

 private:
  NetworkTable() = default;
  bool Attach(std::string_view bytes);
  void JudgeKinds();
  NetworkInfo Stored(uint32_t number) const;
  std::optional<NetworkInfo> Facts(uint32_t number) const;

  std::shared_ptr<const void> owner_;
  size_t v4_ = 0, v6_ = 0, facts_ = 0;
  const char* v6_starts_ = nullptr;
  const uint32_t* v4_index_ = nullptr;
  const uint32_t* v4_starts_ = nullptr;
  const uint32_t* v4_facts_ = nullptr;
  const uint32_t* v6_facts_ = nullptr;
  const char* facts_start_ = nullptr;
  std::string_view text_;
  std::vector<NetworkKind> kinds_;  // of the facts
};

}  // namespace leaktrip
