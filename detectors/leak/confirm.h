// Stage two: decides in a bounded window. The fast engine calls it where stage one points, the
// oracle on every rule and the whole record; both must come to the same findings.
//
// Threads: none of its own; everything it needs comes in.
#pragma once

#include <functional>
#include <string_view>

#include "detectors/leak/decode.h"
#include "detectors/leak/engine.h"
#include "detectors/leak/rule_set.h"

namespace leaktrip {

// Where one match's secret stands, as offsets in the text given.
struct Candidate {
  Span match;
  Span secret;
};

// How matches are looked for: through the rule's guard, or by RE2 alone, as the oracle does.
enum class Search : uint8_t { kPlain, kGuarded };

// Calls `visit` for each match of the rule that begins in [from, to) of text, left to right. visit
// answers where to go on. No match reaches past `to`. text is the record, or the part of it around
// [from, to).
void ForEachMatch(const CompiledRule& rule, std::string_view text, size_t from, size_t to,
                  Search search, const std::function<size_t(const Candidate&)>& visit);

// The same for a rule with hints: matches that lie within its reach after a hint that stands in
// [from, to).
void ForEachHintedMatch(const CompiledRule& rule, std::string_view text, size_t from, size_t to,
                        Search search, const std::function<size_t(const Candidate&)>& visit);

// What is to be said of one candidate.
struct Decision {
  bool keep = false;
  Severity severity = Severity::kMedium;
  Confidence confidence = Confidence::kLow;
  std::optional<Millis> expires;
  std::vector<std::string> facts;
  std::string reason;              // why it was kept or dropped, without the secret
  uint32_t hint_gap = UINT32_MAX;  // bytes between the nearest hint and the secret
  bool boundary =
      false;  // dropped because it is part of a longer word: a later start may still match
};
Decision Decide(const CompiledRule& rule, std::string_view text, const Candidate& candidate,
                Millis now);

}  // namespace leaktrip
