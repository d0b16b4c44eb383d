// What the detectors of guessing remember of a source and of an account, and what they have in
// common. Values and pure functions.
#pragma once

#include <algorithm>
#include <vector>

#include "detectors/access/detector.h"
#include "detectors/access/knowledge.h"
#include "detectors/access/places.h"

namespace leaktrip {

// A refused attempt that may be a guess: it names an account or a token, comes from an address that
// is not known for it, and is no token that used to work (revoked-token-used's case).
inline bool MayBeGuess(const AccessEvent& event, const Knowledge& knowledge) {
  if (!RefusedIdentity(event) || !event.client_ip || FailureMemory::TargetOf(event) == 0)
    return false;
  if (event.token &&
      (knowledge.TokenOf(event) != nullptr || knowledge.Revocation(*event.token) != nullptr))
    return false;
  return !knowledge.Familiar(event);
}

// An anomaly about a case of guessing: times and severity; the rest is the detector's.
inline Anomaly GuessAnomaly(std::string_view detector, const AccessEvent& event, Millis started,
                            Severity severity) {
  Anomaly anomaly;
  anomaly.detector = detector;
  anomaly.ts = event.ts;
  anomaly.started = started;
  anomaly.severity = severity;
  return anomaly;
}

// The alert of a campaign, with its sources as members. thing: "account" or "token".
Anomaly CampaignAnomaly(std::string_view detector, const AccessEvent& event,
                        const Campaign& campaign, double alarm, Severity severity,
                        const Knowledge& knowledge, std::string summary, std::string_view thing);

// A sequential test of one source: the log ratio of attacker against people, faded to `last`.
struct SourceWalk {
  double log_ratio = 0;
  double refused = 0;  // faded alike
  Millis started = 0;
  Millis last = 0;
  bool raised = false;

  // Begins anew after a quiet time; fades what is there.
  void Turn(Millis ts, Millis half_life, Millis quiet) {
    if (started == 0 || ts - last > quiet) {
      *this = {};
      started = ts;
    }
    const double factor = Faded(ts - last, half_life);
    log_ratio *= factor;
    refused *= factor;
    last = std::max(last, ts);
  }
  void Write(StateWriter* writer) const {
    writer->Real(log_ratio).Real(refused).Int(started).Int(last).Uint(raised);
  }
  bool Read(StateReader* reader) {
    log_ratio = reader->Real();
    refused = reader->Real();
    started = reader->Int();
    last = reader->Int();
    raised = reader->Uint() != 0;
    return reader->ok();
  }
};

// Distinct tokens of one source that were never valid, the last 16.
struct TokenGuesses {
  static constexpr size_t kTokens = 16;

  Millis started = 0;
  Millis last = 0;
  bool raised = false;
  std::vector<uint64_t> tokens;

  void AddToken(uint64_t token) {
    if (std::find(tokens.begin(), tokens.end(), token) != tokens.end()) return;
    if (tokens.size() >= kTokens) tokens.erase(tokens.begin());
    tokens.push_back(token);
  }
  void Write(StateWriter* writer) const {
    writer->Int(started).Int(last).Uint(raised).Uint(tokens.size());
    for (const uint64_t token : tokens) writer->Uint(token);
  }
  bool Read(StateReader* reader) {
    started = reader->Int();
    last = reader->Int();
    raised = reader->Uint() != 0;
    tokens.resize(reader->Count(kTokens));
    for (auto& token : tokens) token = reader->Uint();
    return reader->ok();
  }
};

// One case of guessing at one account.
struct AccountCase {
  Millis started = 0;
  Millis last = 0;
  bool raised = false;

  void Turn(Millis ts, Millis quiet) {
    if (started == 0 || ts - last > quiet) *this = {ts, 0, false};
    last = std::max(last, ts);
  }
  void Write(StateWriter* writer) const { writer->Int(started).Int(last).Uint(raised); }
  bool Read(StateReader* reader) {
    started = reader->Int();
    last = reader->Int();
    raised = reader->Uint() != 0;
    return reader->ok();
  }
};

}  // namespace leaktrip
