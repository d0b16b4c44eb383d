#include "tests/support/mmdb_writer.h"

#include <bit>
#include <cassert>
#include <cstdlib>

namespace leaktrip::test {
namespace {

enum Type : int {
  kText = 2,
  kDouble = 3,
  kUint16 = 5,
  kUint32 = 6,
  kMap = 7,
  kUint64 = 9,
  kArray = 11,
  kBool = 14
};

void Control(std::string* out, int type, size_t size) {
  assert(size < 285 + 65536);
  const auto low = static_cast<char>(size < 29 ? size : size < 285 ? 29 : 30);
  *out += static_cast<char>((type < 8 ? type << 5 : 0) | low);
  if (type >= 8) *out += static_cast<char>(type - 7);
  if (low == 29) *out += static_cast<char>(size - 29);
  if (low == 30) {
    *out += static_cast<char>((size - 285) >> 8);
    *out += static_cast<char>((size - 285) & 0xff);
  }
}

void BigEndian(std::string* out, uint64_t number, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) *out += static_cast<char>(number >> (i * 8));
}

void Text(std::string* out, std::string_view text) {
  Control(out, kText, text.size());
  *out += text;
}

void Number(std::string* out, int type, uint64_t number) {
  int bytes = 0;
  while (bytes < 8 && (number >> (bytes * 8)) != 0) ++bytes;
  Control(out, type, static_cast<size_t>(bytes));
  BigEndian(out, number, bytes);
}

void Encode(std::string* out, const MmdbValue& value) {
  if (const auto* text = std::get_if<std::string>(&value.value)) {
    Text(out, *text);
  } else if (const auto* number = std::get_if<double>(&value.value)) {
    Control(out, kDouble, 8);
    BigEndian(out, std::bit_cast<uint64_t>(*number), 8);
  } else if (const auto* whole = std::get_if<uint32_t>(&value.value)) {
    Number(out, kUint32, *whole);
  } else if (const auto* truth = std::get_if<bool>(&value.value)) {
    Control(out, kBool, *truth ? 1 : 0);
  } else {
    const auto& map = std::get<MmdbMap>(value.value);
    Control(out, kMap, map.size());
    for (const auto& [key, item] : map) {
      Text(out, key);
      Encode(out, item);
    }
  }
}

}  // namespace

MmdbWriter::MmdbWriter(int ip_version, int record_bits)
    : ip_version_(ip_version), record_bits_(record_bits), nodes_(1) {}

MmdbWriter::Branch* MmdbWriter::Find(std::string_view cidr) {
  const size_t slash = cidr.find('/');
  const auto ip = IpAddress::Parse(cidr.substr(0, slash));
  assert(ip && slash != std::string_view::npos);
  std::array<uint8_t, 16> bytes = ip->bytes;
  int from = 0;
  int bits = std::atoi(std::string(cidr.substr(slash + 1)).c_str());
  if (ip->IsV4()) {
    assert(ip_version_ == 4 || ip_version_ == 6);
    bytes[10] = bytes[11] = 0;  // the tree has IPv4 at ::/96
    bits += 96;
    if (ip_version_ == 4) from = 96;
  }
  size_t node = 0;
  for (int bit = from;; ++bit) {
    const int side = bytes[static_cast<size_t>(bit / 8)] >> (7 - bit % 8) & 1;
    if (bit + 1 == bits) return &nodes_[node].branches[side];
    Branch branch = nodes_[node].branches[side];
    if (branch.node == kEmpty) {
      const Branch above = branch;
      branch = {.node = static_cast<int64_t>(nodes_.size())};
      nodes_[node].branches[side] = branch;
      nodes_.push_back({{above, above}});
    }
    node = static_cast<size_t>(branch.node);
  }
}

void MmdbWriter::Add(std::string_view cidr, const MmdbValue& value) {
  const auto offset = static_cast<int64_t>(data_.size());
  Encode(&data_, value);
  *Find(cidr) = {.data = offset};
}

void MmdbWriter::Alias(std::string_view cidr) {
  const Branch v4 = *Find("::/96");
  assert(v4.node != kEmpty);
  *Find(cidr) = v4;
}

std::string MmdbWriter::Bytes() const {
  const auto count = static_cast<uint64_t>(nodes_.size());
  const auto record = [&](const Branch& branch) {
    if (branch.node != kEmpty) return static_cast<uint64_t>(branch.node);
    return branch.data == kEmpty ? count : count + 16 + static_cast<uint64_t>(branch.data);
  };
  std::string out;
  for (const Node& node : nodes_) {
    const uint64_t left = record(node.branches[0]), right = record(node.branches[1]);
    if (record_bits_ == 28) {
      BigEndian(&out, left & 0xffffff, 3);
      out += static_cast<char>((left >> 24) << 4 | right >> 24);
      BigEndian(&out, right & 0xffffff, 3);
    } else {
      BigEndian(&out, left, record_bits_ / 8);
      BigEndian(&out, right, record_bits_ / 8);
    }
  }
  out.append(16, '\0');
  out += data_;
  out += "\xab\xcd\xefMaxMind.com";
  Control(&out, kMap, 9);
  const auto number = [&](std::string_view key, int type, uint64_t value) {
    Text(&out, key);
    Number(&out, type, value);
  };
  number("binary_format_major_version", kUint16, 2);
  number("binary_format_minor_version", kUint16, 0);
  number("build_epoch", kUint64, 1'709'510'419);
  number("ip_version", kUint16, static_cast<uint64_t>(ip_version_));
  number("node_count", kUint32, count);
  number("record_size", kUint16, static_cast<uint64_t>(record_bits_));
  Text(&out, "database_type");
  Text(&out, "Test");
  Text(&out, "languages");
  Control(&out, kArray, 0);
  Text(&out, "description");
  Control(&out, kMap, 0);
  return out;
}

}  // namespace leaktrip::test
