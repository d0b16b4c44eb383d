// Backtest: the same files judged by two rule sets, and what differs.
//
// New: the changed set reports a place where the first one has no finding. Gone: the other way
// round, with the allow entry that silenced it if there is one. Changed: both report it, but not
// the same bytes, rule, severity or confidence.
//
// Threads: one. Memory: the findings of one file, at most kMostFindings of each set; what goes
// beyond is not compared and is said as an error. Secrets are redacted.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "detectors/base/level.h"
#include "detectors/base/result.h"
#include "detectors/base/time.h"
#include "detectors/leak/engine.h"

namespace leaktrip {

inline constexpr size_t kMostFindings = 100'000;

// A finding as it is compared and shown.
struct SeenFinding {
  std::string file;
  uint64_t line = 0;
  uint64_t column = 0;
  uint64_t start = 0;
  uint64_t end = 0;
  std::string rule;
  Severity severity = Severity::kInfo;
  Confidence confidence = Confidence::kLow;
  std::string fingerprint;
  std::string redacted;
  std::string text;     // its line, redacted
  std::string allowed;  // why it is not reported; empty: it is
};

struct Difference {
  enum class Kind { kNew, kGone, kChanged };
  Kind kind = Kind::kNew;
  std::optional<SeenFinding> before;
  std::optional<SeenFinding> after;  // of a gone one: what an allow entry silenced, if that is why
};

std::string_view Name(Difference::Kind kind);  // "new", "gone", "changed"

// path is a file, compressed or an archive. Failure: it cannot be read.
Errors Backtest(const std::string& path, const std::shared_ptr<const RuleSet>& before,
                const std::shared_ptr<const RuleSet>& after, Millis now,
                const std::function<void(const Difference&)>& sink);

}  // namespace leaktrip
