// AccessEvent: who did what, from where, with which token, with what outcome.
//
// Text fields are views into the record or into the parser's arena; they live as long as the batch
// they came with. Absent fields are empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "detectors/base/fingerprint.h"
#include "detectors/base/ip_address.h"
#include "detectors/base/time.h"

namespace leaktrip {

struct AccessEvent {
  Millis ts = 0;
  std::optional<IpAddress> client_ip;
  std::optional<Fingerprint> token;  // SHA-256 of the token
  uint16_t status = 0;               // HTTP status; 0: unknown
  bool service_account = false;
  std::string_view method;
  std::string_view path;  // without query
  std::string_view user;
  std::string_view user_agent;
  std::string_view host;
  std::string_view scope;
  std::optional<Millis> token_created;
  std::optional<Millis> token_expires;
  uint64_t bytes = 0;

  bool Succeeded() const { return status >= 200 && status < 400; }
  bool Denied() const { return status == 401 || status == 403; }
};

}  // namespace leaktrip
