#include "detectors/judge_words.h"

#include "detectors/access/words.h"
#include "detectors/leak/rule.h"

namespace leaktrip {

std::string LeakSummary(const Finding& finding) {
  return finding.rule == nullptr ? "A secret leaked." : finding.rule->name + " leaked.";
}

std::string FoundWords(const Finding& finding, const RecordOrigin& origin) {
  std::string words = "found in " + Plain(origin.topic, 200);
  if (origin.partition >= 0) words += ", partition " + std::to_string(origin.partition);
  if (origin.offset >= 0) words += ", offset " + std::to_string(origin.offset);
  if (finding.rule != nullptr) words += ", by rule " + finding.rule->id;
  return words + ", confidence " + std::string(Name(finding.confidence));
}

std::vector<std::string> LeakReasons(const Finding& finding, const RecordOrigin& origin,
                                     const TokenFacts* facts) {
  std::vector<std::string> reasons = {FoundWords(finding, origin)};
  if (facts != nullptr && facts->uses > 0) {
    reasons.push_back(facts->user.empty() ? "its owner is not known"
                                          : "it belongs to " + Plain(facts->user, 100));
    std::string last = "last used at " + FormatTime(facts->last_seen);
    if (facts->last_ip) last += " from " + facts->last_ip->ToString();
    reasons.push_back(last + ", " + CountWords(facts->uses, "use") + " since " +
                      FormatTime(facts->first_seen));
  } else {
    reasons.push_back("its use was not seen so far");
  }
  reasons.insert(reasons.end(), finding.facts.begin(), finding.facts.end());
  if (!finding.decoded.empty()) {
    std::string steps = "hidden under";
    for (const DecodeStep step : finding.decoded) steps += " " + std::string(Name(step));
    reasons.push_back(steps);
  }
  return reasons;
}

LeakDetails DetailsOf(const Finding& finding, const RecordOrigin& origin) {
  LeakDetails leak;
  if (finding.rule != nullptr) {
    leak.rule = finding.rule->id;
    leak.provider = finding.rule->provider;
    leak.kind = finding.rule->kind;
    leak.revocation = finding.rule->revocation;
  }
  if (finding.rule == nullptr || !finding.rule->guessable) leak.redacted = finding.redacted;
  leak.fingerprint = finding.fingerprint.Hex();
  leak.confidence = finding.confidence;
  for (const DecodeStep step : finding.decoded) leak.decoded.emplace_back(Name(step));
  leak.expires = finding.expires;
  leak.first = {std::string(origin.topic), origin.partition, origin.offset};
  leak.count = 1;
  leak.first_seen = leak.last_seen = origin.ts;
  leak.topics = {std::string(origin.topic)};
  if (!origin.host.empty()) leak.hosts = {std::string(origin.host)};
  if (!origin.path.empty()) leak.paths = {std::string(origin.path)};
  return leak;
}

}  // namespace leaktrip
