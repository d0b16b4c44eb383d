// Knowledge: what all detectors share about entities: which sources a user or token is known from,
// which tokens leaked and which were revoked. Saved and restored by key like a detector's state.
//
// Ownership: the DetectorSet owns it and updates it after each event; detectors read it. One
// thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "detectors/access/access_event.h"
#include "detectors/access/detector.h"
#include "detectors/access/failure_memory.h"
#include "detectors/access/leak_use.h"
#include "detectors/access/networks.h"
#include "detectors/access/profile.h"

namespace leaktrip {

struct LeakFact {
  Millis ts = 0;
  std::string source;  // "leaktrip" or the name of a side feed
};

struct RevocationFact {
  Millis ts = 0;
  std::string user;
  std::string reason;
};

// What is known of one token, for the words of an alert.
struct TokenFacts {
  std::string user;
  Millis first_seen = 0;
  Millis last_seen = 0;
  std::optional<IpAddress> last_ip;
  uint64_t uses = 0;    // successful ones
  uint64_t agent = 0;   // AgentFamily() of the last use
  uint64_t before = 0;  // the one before that; 0: none
};

class Knowledge {
 public:
  explicit Knowledge(std::shared_ptr<const Networks> networks);
  ~Knowledge();
  Knowledge(const Knowledge&) = delete;
  Knowledge& operator=(const Knowledge&) = delete;

  const Networks& networks() const;
  const LeakFact* Leak(const Fingerprint& token) const;  // nullptr: not known as leaked
  const RevocationFact* Revocation(
      const Fingerprint& token) const;                       // nullptr: not known as revoked
  const TokenFacts* Token(const Fingerprint& token) const;   // nullptr: never seen with success
  const LeakUse* UseOfLeak(const Fingerprint& token) const;  // nullptr: not known as leaked
  // The token of the event, looked up once.
  const TokenFacts* TokenOf(const AccessEvent& event) const;
  // Earlier visits with success of this user (or of the token's owner, or of the token, when the
  // event names no user) from the source, its network, its AS and its country; see places.h.
  struct Familiarity {
    double source = 0;
    double network = 0;
    double asn = 0;
    double country = 0;
    double total = 0;  // from anywhere
  };
  Familiarity Known(const AccessEvent& event) const;
  // Whose places these are: the user, the token's owner, the token behind a NUL, or "" for nobody.
  // Valid until the next call.
  std::string_view PrincipalOf(const AccessEvent& event) const;
  const Profile* ProfileOf(const AccessEvent& event) const;  // nullptr: never seen with success
  uint64_t AgentOf(const AccessEvent& event) const;          // AgentFamily()
  std::optional<NetworkInfo> NetworkOf(const AccessEvent& event) const;
  // True when the AS rents machines rather than serving people; by name, see hosting.h.
  bool Hosting(const IpAddress& ip) const;
  // Known from here: from the AS of people, from the network of machines or where no AS is known.
  bool Familiar(const AccessEvent& event) const;
  // Known from here and with an agent of its own.
  bool KnownAgent(const AccessEvent& event) const;
  const FailureMemory& failures() const;

  // Turns to an event: what is looked up for it is looked up once, until the next LookAt() or
  // Learn(). Without it every question looks again.
  void LookAt(const AccessEvent& event);

  void AddLeak(const Fingerprint& token, LeakFact fact);  // the earliest wins
  void AddRevocation(const Fingerprint& token, RevocationFact fact);
  void Learn(const AccessEvent& event);
  // An anomaly is about this event: its place is on probation for its user, six days.
  void Suspect(const AccessEvent& event);

  void Save(const StateSink& sink);
  bool Restore(std::string_view key, std::string_view value);
  size_t entries() const;
  uint64_t evictions() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leaktrip
