// How `scan` writes a finding: text for people, one JSON object a line for scripts, SARIF 2.1.0 for
// code hosts. Each format has what goes before, between and after its items. Pure, any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/block_scanner.h"
#include "detectors/leak/rule.h"

namespace leaktrip {

class ScanFormat {
 public:
  virtual ~ScanFormat() = default;
  virtual std::string Head() const { return {}; }
  virtual std::string Item(const std::string& file, const PlacedFinding& placed) const = 0;
  virtual std::string_view Between() const { return {}; }
  virtual std::string Tail() const { return {}; }
};

std::unique_ptr<ScanFormat> MakeTextFormat(bool colour);
std::unique_ptr<ScanFormat> MakeJsonlFormat();
// rules must outlive the format.
std::unique_ptr<ScanFormat> MakeSarifFormat(const std::vector<Rule>& rules);

// The line of the finding with every secret in it redacted, cut around the finding when it is long,
// fit for a terminal.
std::string RedactedLine(const PlacedFinding& placed);

}  // namespace leaktrip
