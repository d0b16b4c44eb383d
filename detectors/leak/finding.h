// Finding: a rule's confirmed match in a record. Spans are byte offsets, end exclusive.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "detectors/base/fingerprint.h"
#include "detectors/base/level.h"
#include "detectors/base/secret.h"
#include "detectors/base/time.h"

namespace leaktrip {

struct Rule;

enum class DecodeStep : uint8_t {
  kPercent,
  kJson,
  kBase64,
  kHex,
  kHtml,
  kUtf16,
  kEscape,
  kUnicode,
  kMarkup,
  kGzip
};
std::string_view Name(DecodeStep step);  // "percent", "json", "base64", …

struct Finding {
  const Rule* rule = nullptr;  // owned by the RuleSet that found it
  size_t record = 0;           // index of the record in its block
  size_t start = 0;            // of the secret as written, from the start of the block
  size_t end = 0;
  Severity severity = Severity::kMedium;     // the rule's, lowered for expired or dead credentials
  Confidence confidence = Confidence::kLow;  // the rule's, moved by checksum and structure
  Fingerprint fingerprint;                   // of the decoded secret
  std::string redacted;
  std::vector<DecodeStep> decoded;  // outermost first; empty when found as written
  uint32_t hint_gap = UINT32_MAX;   // from the rule's nearest hint; its kind needs none: the most
  std::optional<Millis> expires;    // what the credential says of itself
  std::vector<std::string> facts;   // what spoke for and against, in words, without the secret
  Secret secret;                    // for revocation only
};

}  // namespace leaktrip
