// AccessParser: records to AccessEvents, by the formats of a FormatSet. Native JSON (simdjson) and
// NCSA lines are known without one.
//
// Threads: one parser per worker; it owns its buffers. Views in the events point into the record,
// the format set or the parser's arena and live until Reset(): once per batch, not per record.
// Failure: a reason from a small fixed set, fit for a metric label (kReasons). Bounds: records
// above 4 MiB are refused; a user name is cut at 256 bytes.
#pragma once

#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "detectors/access/access_event.h"
#include "detectors/access/client_address.h"
#include "detectors/access/format.h"
#include "detectors/base/result.h"

namespace leaktrip {

enum class AccessFormat : uint8_t { kAuto, kNative, kNcsa };

class AccessParser {
 public:
  struct Options {
    std::shared_ptr<const FormatSet> formats;       // nullptr: native and ncsa alone
    std::shared_ptr<const TrustedProxies> proxies;  // nullptr: none
  };

  explicit AccessParser(AccessFormat format);
  explicit AccessParser(Options options);
  ~AccessParser();
  AccessParser(const AccessParser&) = delete;
  AccessParser& operator=(const AccessParser&) = delete;

  // Formats to try, in this order, as indices of the set. None, as at first: native for what looks
  // like JSON, ncsa for the rest.
  void Use(std::vector<int> formats);
  // An event stamped later than this cannot be true: it gets the time when its record was written.
  // 0, as at first: every stamp is believed.
  void SetLatest(Millis latest);

  static constexpr std::array<std::string_view, 12> kReasons = {
      "empty",    "too-large",  "bad-json",    "bad-type",  "bad-line",     "no-time",
      "bad-time", "bad-status", "bad-address", "bad-token", "other-format", "not-an-event"};
  // Appends the events of a record: mostly one, more where a line stands for several. Returns "" or
  // the reason why there are none. written: when the record was, as far as known, else 0.
  // REQUIRES: record lives as long as the events are used. Never reads past its end.
  // A `token` field, and a token in the Authorization or query part of a line, is hashed and
  // forgotten.
  std::string_view ParseAll(std::string_view record, Millis written,
                            std::vector<AccessEvent>* events);
  // The first of its events.
  std::expected<AccessEvent, std::string_view> Parse(std::string_view record, Millis written = 0);
  // Frees what earlier events point to.
  void Reset();
  // Events whose stamp lay too far ahead, since the last call.
  size_t TakeClamped();
  // Events that named a forwarded address, trusted or not, since the last call.
  size_t TakeForwarded();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leaktrip
