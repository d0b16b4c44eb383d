// ForeignPattern: a regular expression of Go, Rust, RE2 or Hyperscan as a tree, so that it can be
// rewritten in the dialect of pattern.h.
//
// Flags (i, s, m, x, U) are resolved while parsing: a node knows whether it ignores case, verbose
// blanks and comments are gone, and names of classes are spelled out. Texts of single characters
// and classes are in our dialect already.
//
// Plain values. Failure: what the dialect has no counterpart for (look-around, back-references,
// Unicode classes), with its column.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/base/result.h"

namespace leaktrip {

struct ForeignNode {
  enum class Kind { kEmpty, kSet, kConcat, kAlternate, kRepeat, kCapture, kAssert, kAnchor };
  static constexpr uint32_t kUnbounded = UINT32_MAX;

  Kind kind = Kind::kEmpty;
  std::string text;           // kSet and kAssert: as our dialect writes it
  bool fold = false;          // kSet: in any case
  uint32_t min = 1, max = 1;  // kRepeat
  int group = 0;              // kCapture: its number from 1
  std::string name;           // kCapture
  std::vector<ForeignNode> children;
};

struct ForeignPattern {
  ForeignNode root;
  int groups = 0;
  std::vector<std::string> notes;  // what means a little less or more in our dialect
};

Result<ForeignPattern> ParseForeignPattern(std::string_view pattern);

}  // namespace leaktrip
