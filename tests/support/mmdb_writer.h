// Writes MMDB files, so that tests have real ones: a search tree of 24, 28 or 32-bit records, a
// data section and the metadata, as the format's description of version 2.0 has it.
//
//   MmdbWriter writer(6, 28);
//   writer.Add("192.0.2.0/24", MmdbMap{{"country", MmdbMap{{"iso_code", "DE"}}}});
//   writer.Alias("2002::/16");     // leads to the IPv4 part of the tree, as real files have it
//   std::ofstream(path) << writer.Bytes();
//
// One thread. Failure: an assertion; a test says what is right.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "detectors/base/ip_address.h"

namespace leaktrip::test {

struct MmdbValue;
using MmdbMap = std::map<std::string, MmdbValue>;

struct MmdbValue {
  // NOLINTNEXTLINE(google-explicit-constructor)
  MmdbValue(const char* text) : value(std::string(text)) {}
  MmdbValue(double number) : value(number) {}        // NOLINT(google-explicit-constructor)
  MmdbValue(uint32_t number) : value(number) {}      // NOLINT(google-explicit-constructor)
  MmdbValue(bool truth) : value(truth) {}            // NOLINT(google-explicit-constructor)
  MmdbValue(MmdbMap map) : value(std::move(map)) {}  // NOLINT(google-explicit-constructor)
  std::variant<std::string, double, uint32_t, bool, MmdbMap> value;
};

class MmdbWriter {
 public:
  // ip_version 4 or 6, record_bits 24, 28 or 32. In a tree of version 6 IPv4 lies at ::/96.
  MmdbWriter(int ip_version, int record_bits);

  void Add(std::string_view cidr, const MmdbValue& value);
  void Alias(std::string_view cidr);
  std::string Bytes() const;

 private:
  static constexpr int64_t kEmpty = -1;
  struct Branch {
    int64_t node = kEmpty;  // below
    int64_t data = kEmpty;  // offset in the data section
  };
  struct Node {
    Branch branches[2];
  };

  // The branch that a network hangs on; what was there is pushed down.
  Branch* Find(std::string_view cidr);

  int ip_version_;
  int record_bits_;
  std::vector<Node> nodes_;
  std::string data_;
};

}  // namespace leaktrip::test
