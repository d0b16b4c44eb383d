// What failed-attempts remembers of a source and of an account. Values.
#pragma once

#include <algorithm>
#include <vector>

#include "detectors/access/places.h"

namespace leaktrip {

// Refused attempts of one source on anything that is not known from there.
struct SourceGuesses {
  static constexpr size_t kTokens = 16;

  double failures = 0;  // faded to `last`
  Millis started = 0;
  Millis last = 0;
  bool raised = false;
  std::vector<uint64_t> tokens;  // distinct ones that were never valid, the last 16

  // True when it was not among the last ones.
  bool AddToken(uint64_t token) {
    if (std::find(tokens.begin(), tokens.end(), token) != tokens.end()) return false;
    if (tokens.size() >= kTokens) tokens.erase(tokens.begin());
    tokens.push_back(token);
    return true;
  }
  void Write(StateWriter* writer) const {
    writer->Real(failures).Int(started).Int(last).Uint(raised).Uint(tokens.size());
    for (const uint64_t token : tokens) writer->Uint(token);
  }
  bool Read(StateReader* reader) {
    failures = reader->Real();
    started = reader->Int();
    last = reader->Int();
    raised = reader->Uint() != 0;
    tokens.resize(reader->Count(kTokens));
    for (auto& token : tokens) token = reader->Uint();
    return reader->ok();
  }
};

// One case of guessing at one account.
struct AccountCase {
  Millis started = 0;
  Millis last = 0;
  bool raised = false;

  void Write(StateWriter* writer) const { writer->Int(started).Int(last).Uint(raised); }
  bool Read(StateReader* reader) {
    started = reader->Int();
    last = reader->Int();
    raised = reader->Uint() != 0;
    return reader->ok();
  }
};

}  // namespace leaktrip
