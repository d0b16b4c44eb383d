// Which of 64 bytes belong to a class, as the bits of a word: bit i is byte i.
//
// Classified 16 bytes at a time with what every x86-64-v2 machine has, 32 with AVX2 where the
// machine has it, chosen at run time; byte by byte elsewhere. Pure, any thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "detectors/leak/char_class.h"

namespace leaktrip {

inline constexpr size_t kMaskBytes = 64;

// The alphabet of base64, in both its forms, and of nearly every token.
inline constexpr CharClass kInRun{"A-Za-z0-9+/_-"};
// Without what parts a path.
inline constexpr CharClass kInWord{"A-Za-z0-9_-"};

// The characters of kInRun in blocks * 64 bytes. By table look-ups (Mula, Lemire: "Base64 encoding
// and decoding at almost the speed of a memory copy", 2018).
void RunMasks(const char* at, size_t blocks, uint64_t* masks);

struct WordMasks {
  uint64_t letters = 0;
  uint64_t lower = 0;  // among them
  uint64_t digits = 0;
  uint64_t escapes = 0;  // % and backslash
};
WordMasks WordMasksOf(const char* at);

// Where `first` stands with `second` after it. Reads 65 bytes.
uint64_t PairMask(const char* at, char first, char second);

}  // namespace leaktrip
