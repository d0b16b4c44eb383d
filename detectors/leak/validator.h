// Structure checks: does a candidate hold what its kind must hold, and what does it say of itself?
//
// jwt: header with `alg`, payload JSON; says exp. basic-auth: base64 of printable user:password.
// pem: a base64 body that is DER or OpenSSH. aws-key-id: base32 with an account number.
// base64-json: base64 of a JSON object. uuid. age: Bech32 with its checksum. macaroon: the binary
// form with its signature. fly-macaroon: the same in MessagePack. Pure functions, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/base/time.h"

namespace leaktrip {

struct Structure {
  bool holds = false;
  std::optional<Millis> expires;
  std::vector<std::string>
      facts;  // without the secret: "JWT without expiry", "AWS account 123456789012"
};

using StructureFunction = Structure (*)(std::string_view secret);

// nullptr for an unknown name.
StructureFunction FindValidator(std::string_view name);
std::vector<std::string_view> ValidatorNames();

}  // namespace leaktrip
