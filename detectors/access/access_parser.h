// AccessParser: one record to one AccessEvent. Native JSON (simdjson) and NCSA common and combined
// lines.
//
// Threads: one parser per worker; it owns its buffers. Views in the event point into the
// record or into the parser's arena and live until Reset(): once per batch, not per record.
// Failure: a reason from a small fixed set, fit for a metric label (kReasons). Bounds: records
// above 4 MiB are refused; a user name is cut at 256 bytes.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "detectors/access/access_event.h"
#include "detectors/base/result.h"

namespace leaktrip {

enum class AccessFormat : uint8_t { kAuto, kNative, kNcsa };

class AccessParser {
 public:
  explicit AccessParser(AccessFormat format);
  ~AccessParser();
  AccessParser(const AccessParser&) = delete;
  AccessParser& operator=(const AccessParser&) = delete;

  // REQUIRES: record lives as long as the event is used. Never reads past its end.
  // A `token` field, and a token in the Authorization or query part of a line, is hashed and
  // forgotten.
  static constexpr std::array<std::string_view, 10> kReasons = {
      "empty",   "too-large", "bad-json",   "bad-type",    "bad-line",
      "no-time", "bad-time",  "bad-status", "bad-address", "bad-token"};
  std::expected<AccessEvent, std::string_view> Parse(std::string_view record);
  // Frees what earlier events point to.
  void Reset();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leaktrip
