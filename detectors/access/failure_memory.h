// FailureMemory: refused sign-ins of the last days, by source and by account.
//
// A failure is unfamiliar when the account was never used with success from that neighbourhood:
// people mistype their passwords at home, attackers guess from elsewhere. Part of Knowledge; one
// thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "detectors/access/access_event.h"
#include "detectors/access/campaign.h"
#include "detectors/access/entity_table.h"
#include "detectors/access/places.h"

namespace leaktrip {

// True for an answer that refuses who is asking (401), not what is asked (403 of a known caller).
inline bool RefusedIdentity(const AccessEvent& event) {
  return event.status == 401 || (event.status == 403 && !event.token && event.method == "POST");
}

// One account (or token) that a source failed to open.
struct FailedTarget {
  uint64_t target = 0;  // hash of the user, or of the token when there is no user
  Millis first = 0;
  Millis last = 0;
  uint32_t count = 0;
  bool familiar = false;
};

struct SourceFailures {
  std::vector<FailedTarget> targets;  // at most 32, the oldest leaves first
  double unfamiliar = 0;              // faded count, half-life 6 h
  Millis last = 0;                    // of the last failure

  const FailedTarget* Find(uint64_t target) const;
  // Distinct targets with an unfamiliar failure since `since`, other than `besides`.
  int DistinctSince(Millis since, uint64_t besides) const;
  void Write(StateWriter* writer) const;
  bool Read(StateReader* reader);
};

struct AccountFailures {
  PlaceList networks;   // with unfamiliar failures, the last 16
  double familiar = 0;  // faded count, half-life 30 min
  Millis last_familiar = 0;

  int NetworksSince(Millis since) const;
  void Write(StateWriter* writer) const;
  bool Read(StateReader* reader);
};

class FailureMemory {
 public:
  FailureMemory();

  const SourceFailures* Source(const IpAddress& ip) const;
  const AccountFailures* Account(std::string_view user) const;
  static uint64_t TargetOf(const AccessEvent& event);  // 0: neither user nor token

  // Guessing spread over many sources: at accounts, and at tokens.
  const Campaign& accounts() const { return at_accounts_; }
  const Campaign& tokens() const { return at_tokens_; }

  void Learn(const AccessEvent& event, bool familiar);

  void Save(const StateSink& sink);
  bool Restore(std::string_view key, std::string_view value, bool* good);
  size_t entries() const { return sources_.size() + accounts_.size(); }
  uint64_t evictions() const { return sources_.evictions() + accounts_.evictions(); }

 private:
  EntityTable<SourceFailures> sources_;
  EntityTable<AccountFailures> accounts_;
  Campaign at_accounts_;
  Campaign at_tokens_;
  bool campaigns_dirty_ = false;
};

}  // namespace leaktrip
