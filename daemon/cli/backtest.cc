#include "daemon/cli/backtest.h"

#include <algorithm>
#include <atomic>
#include <tuple>

#include "daemon/cli/block_scanner.h"
#include "daemon/cli/scan_format.h"
#include "daemon/ingest/archive_reader.h"
#include "detectors/leak/allow_list.h"

namespace leaktrip {
namespace {

using Members = std::vector<std::pair<std::string, std::vector<SeenFinding>>>;

SeenFinding See(const std::string& file, const PlacedFinding& placed, const AllowEntry* allowed) {
  const Finding& finding = placed.finding;
  return {.file = file,
          .line = placed.line,
          .column = placed.column,
          .start = placed.start,
          .end = placed.end,
          .rule = finding.rule->id,
          .severity = finding.severity,
          .confidence = finding.confidence,
          .fingerprint = finding.fingerprint.Hex(),
          .redacted = finding.redacted,
          .text = RedactedLine(placed),
          .allowed = allowed ? AllowWords(*allowed) : ""};
}

// The findings of every member of the file, in its order.
Members ScanWith(const std::string& path, const std::shared_ptr<const RuleSet>& rules, Millis now,
                 Errors* errors) {
  Members members;
  auto reader = ByteReader::Open(path);
  if (!reader) {
    errors->push_back(reader.error());
    return members;
  }
  const auto engine = MakeEngine(rules);
  BlockScanner scanner(engine.get());
  const std::atomic<bool> stop = false;
  size_t count = 0;
  const auto visit = [&](const std::string& name, ByteReader* bytes) {
    auto& seen = members.emplace_back(name, std::vector<SeenFinding>()).second;
    return scanner.Scan(bytes, now, stop, [&](const PlacedFinding& placed) {
      if (++count > kMostFindings) return;
      const AllowPlace place{.path = name, .topic = {}};
      seen.push_back(See(name, placed, AllowOf(*rules).Find(placed.finding, place, now)));
    });
  };
  VisitMembers(std::move(*reader), path,
               {.visit = visit,
                .report = [&](const Error& error) { errors->push_back(error); },
                .stopped = [] { return false; }});
  if (count > kMostFindings)
    errors->push_back(
        {Code::kFull, "has more than 100,000 findings; only the first ones are compared", {path}});
  return members;
}

bool Overlap(const SeenFinding& a, const SeenFinding& b) {
  return a.start < b.end && b.start < a.end;
}

bool Same(const SeenFinding& a, const SeenFinding& b) {
  return std::tie(a.start, a.end, a.rule, a.severity, a.confidence) ==
         std::tie(b.start, b.end, b.rule, b.severity, b.confidence);
}

void ComparePair(const SeenFinding& before, const SeenFinding& after,
                 const std::function<void(const Difference&)>& sink) {
  const bool was = before.allowed.empty(), is = after.allowed.empty();
  if (was && !is) return sink({Difference::Kind::kGone, before, after});
  if (!was && is) return sink({Difference::Kind::kNew, std::nullopt, after});
  if (was && !Same(before, after)) sink({Difference::Kind::kChanged, before, after});
}

// Both lists are by start and do not overlap within themselves.
void Compare(const std::vector<SeenFinding>& before, const std::vector<SeenFinding>& after,
             const std::function<void(const Difference&)>& sink) {
  auto a = before.begin();
  auto b = after.begin();
  while (a != before.end() || b != after.end()) {
    if (a != before.end() && b != after.end() && Overlap(*a, *b)) {
      ComparePair(*a++, *b++, sink);
    } else if (b == after.end() || (a != before.end() && a->start < b->start)) {
      if (a->allowed.empty()) sink({Difference::Kind::kGone, *a, std::nullopt});
      ++a;
    } else {
      if (b->allowed.empty()) sink({Difference::Kind::kNew, std::nullopt, *b});
      ++b;
    }
  }
}

}  // namespace

std::string_view Name(Difference::Kind kind) {
  switch (kind) {
    case Difference::Kind::kNew:
      return "new";
    case Difference::Kind::kGone:
      return "gone";
    case Difference::Kind::kChanged:
      return "changed";
  }
  return "";
}

Errors Backtest(const std::string& path, const std::shared_ptr<const RuleSet>& before,
                const std::shared_ptr<const RuleSet>& after, Millis now,
                const std::function<void(const Difference&)>& sink) {
  Errors errors, again;
  const Members first = ScanWith(path, before, now, &errors);
  const Members second = ScanWith(path, after, now, &again);  // the same errors
  for (size_t i = 0; i < std::min(first.size(), second.size()); ++i)
    Compare(first[i].second, second[i].second, sink);
  return errors;
}

}  // namespace leaktrip
