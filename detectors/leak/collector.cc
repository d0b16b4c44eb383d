#include "detectors/leak/collector.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace leaktrip {
namespace {

size_t SegmentAt(const DecodedText& text, size_t at) {
  return static_cast<size_t>(std::upper_bound(text.ends.begin(), text.ends.end(), at) -
                             text.ends.begin());
}

// Specific before generic, sure before unsure, long before short, plain before decoded, a near hint
// before a far one or none, then the order of the rules.
bool Better(const Finding& a, const Finding& b) {
  const auto rank = [](const Finding& f) {
    return std::tuple(f.rule->provider.empty() ? 0 : 1, static_cast<int>(f.confidence),
                      f.end - f.start, -static_cast<int64_t>(f.decoded.size()),
                      -static_cast<int64_t>(f.hint_gap));
  };
  const auto left = rank(a), right = rank(b);
  return left != right ? left > right : a.rule < b.rule;
}

// In stretches of a fixed size, which compilers turn into wide instructions.
size_t CountLines(std::string_view text) {
  constexpr size_t kStretch = 64;
  size_t lines = 0;
  for (; text.size() >= kStretch; text.remove_prefix(kStretch)) {
    unsigned here = 0;
    for (size_t i = 0; i < kStretch; ++i) here += text[i] == '\n';
    lines += here;
  }
  return lines + static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

bool Overlap(const Finding& a, const Finding& b) { return a.start < b.end && b.start < a.end; }

}  // namespace

std::vector<DecodeStep> Layers::StepsOf(size_t at) const {
  std::vector<DecodeStep> steps;
  for (auto it = texts.rbegin(); it != texts.rend(); ++it) {
    const DecodedSegment& segment = (*it)->segments[SegmentAt(**it, at)];
    steps.insert(steps.begin(), segment.step);
    at = segment.source.begin;
  }
  return steps;
}

Span Layers::InBlock(Span span) const {
  for (auto it = texts.rbegin(); it != texts.rend(); ++it)
    span = (*it)->SourceOf(SegmentAt(**it, span.begin), span.begin, span.end);
  return span;
}

void Collector::Begin(const Block& block, Millis now, std::vector<Finding>* findings,
                      std::vector<Verdict>* verdicts) {
  block_ = block;
  now_ = now;
  findings_ = findings;
  verdicts_ = verdicts;
  first_ = findings->size();
}

void Collector::Collect(const RuleSet& set, const CompiledRule& rule, const Layers& layers,
                        std::string_view text, Span record, size_t from, size_t to) {
  const size_t begin = std::max(record.begin, from - std::min(from, kContext));
  const size_t end = std::min(record.end, to + kContext);
  const std::string_view near = text.substr(begin, end - begin);
  const auto for_each = rule.hinted ? ForEachHintedMatch : ForEachMatch;
  for_each(rule, near, from - begin, to - begin, search_, [&](const Candidate& candidate) {
    Decision decision = Decide(rule, near, candidate, now_);
    const Span span =
        layers.InBlock({candidate.secret.begin + begin, candidate.secret.end + begin});
    if (verdicts_)
      verdicts_->push_back({rule.rule, span.begin, span.end, decision.keep, decision.reason});
    const size_t next = decision.boundary ? candidate.match.begin + 1 : candidate.secret.end;
    if (decision.keep) {
      if (!layers.texts.empty()) decision.facts.emplace_back("it was decoded first");
      Keep(set, rule, layers,
           near.substr(candidate.secret.begin, candidate.secret.end - candidate.secret.begin),
           {candidate.secret.begin + begin, candidate.secret.end + begin}, std::move(decision));
    }
    return next;
  });
}

void Collector::Keep(const RuleSet& set, const CompiledRule& rule, const Layers& layers,
                     std::string_view secret, Span span, Decision decision) {
  Finding& finding = findings_->emplace_back();
  const Span written = layers.InBlock(span);
  finding.rule = rule.rule;
  finding.start = written.begin;
  finding.end = written.end;
  finding.severity = decision.severity;
  finding.confidence = decision.confidence;
  finding.expires = decision.expires;
  finding.hint_gap = decision.hint_gap;
  finding.facts = std::move(decision.facts);
  finding.decoded = layers.StepsOf(span.begin);
  finding.fingerprint = rule.rule->guessable ? Fingerprint::OfGuessable(set.hmac_key, secret)
                                             : Fingerprint::OfToken(secret);
  finding.redacted = rule.rule->guessable ? "\u2026" : Redact(secret);
  finding.secret = Secret(secret);
}

void Collector::Finish() {
  const auto begin = findings_->begin() + static_cast<ptrdiff_t>(first_);
  std::sort(begin, findings_->end(), Better);
  std::map<size_t, Finding> kept;  // by start; they do not overlap
  for (auto it = begin; it != findings_->end(); ++it) {
    const auto next = kept.lower_bound(it->start);
    const auto other = next != kept.end() && Overlap(next->second, *it) ? next
                       : next != kept.begin() && Overlap(std::prev(next)->second, *it)
                           ? std::prev(next)
                           : kept.end();
    if (other == kept.end()) {
      kept.emplace_hint(next, it->start, std::move(*it));
      continue;
    }
    // The specific rule names the secret; a generic one that sees the same bytes may be surer that
    // it is one.
    Finding& best = other->second;
    if (best.start == it->start && best.end == it->end)
      best.confidence = std::max(best.confidence, it->confidence);
  }
  findings_->erase(begin, findings_->end());
  for (auto& entry : kept) findings_->push_back(std::move(entry.second));
  SetRecords(std::span(*findings_).subspan(first_));
}

// Lines are counted once for all findings, which are in order.
void Collector::SetRecords(std::span<Finding> kept) const {
  const auto& ends = block_.record_ends;
  size_t counted = 0, line = 0;
  for (auto& finding : kept) {
    if (ends.empty()) {
      const auto bytes = block_.bytes.substr(counted, finding.start - counted);
      line += CountLines(bytes);
      counted = finding.start;
      finding.record = line;
    } else {
      finding.record = static_cast<size_t>(
          std::upper_bound(ends.begin(), ends.end(), finding.start) - ends.begin());
    }
  }
}

}  // namespace leaktrip
