// DemoIssuer: a token issuer on a free loopback port that tells good tokens from revoked ones and
// takes revocations by RFC 7009 (POST /oauth/revoke, Basic client authentication).
//
//   GET /api/whatever   Authorization: Bearer TOKEN   -> 200, or 401 for a revoked or unknown token
//
// Threads: its own; every function from any thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "detectors/base/secret.h"

namespace leaktrip {

class DemoIssuer {
 public:
  // Who may revoke; an empty id: anybody.
  DemoIssuer(const std::string& client_id, const Secret& client_secret);
  ~DemoIssuer();
  DemoIssuer(const DemoIssuer&) = delete;
  DemoIssuer& operator=(const DemoIssuer&) = delete;

  std::string api_url() const;     // "http://127.0.0.1:PORT/api"
  std::string revoke_url() const;  // "http://127.0.0.1:PORT/oauth/revoke"
  // Knows the token from now on. A token that was revoked stays so.
  void Issue(const Secret& token);
  // What a use over HTTP would answer: 200 or 401.
  int Use(const Secret& token) const;
  bool WaitForRevocation(const Secret& token, std::chrono::milliseconds deadline) const;
  size_t revocations() const;  // requests that were taken, repeats included

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leaktrip
