#include "detectors/leak/confirm.h"

#include <algorithm>

#include "detectors/base/encoding.h"
#include "detectors/leak/context.h"
#include "detectors/leak/signed_url.h"
#include "detectors/leak/statistics.h"

namespace leaktrip {
namespace {

// Whether the alphanumeric byte before `at` belongs to an escape (\n, %3D, \u003d, \x3d) and not to
// a word.
bool EscapeEndsAt(std::string_view text, size_t at) {
  if (at >= 2 && text[at - 2] == '\\' &&
      std::string_view("nrtbf").find(text[at - 1]) != std::string_view::npos)
    return true;
  if (at >= 3 && text[at - 3] == '%' && HexDigit(text[at - 2]) >= 0 && HexDigit(text[at - 1]) >= 0)
    return true;
  if (at >= 4 && text.substr(at - 4, 2) == "\\x") return true;
  return at >= 6 && text.substr(at - 6, 4) == "\\u00";
}

bool ContinuesLeft(const CompiledRule& rule, std::string_view text, const Candidate& candidate) {
  const size_t at = candidate.secret.begin;
  if (at > candidate.match.begin || at == 0)
    return false;  // the pattern itself says what stands before
  return rule.before[static_cast<unsigned char>(text[at - 1])] && !EscapeEndsAt(text, at);
}

bool ContinuesRight(const CompiledRule& rule, std::string_view text, const Candidate& candidate) {
  const size_t at = candidate.secret.end;
  if (at < candidate.match.end || at >= text.size()) return false;
  return rule.after[static_cast<unsigned char>(text[at])];
}

Confidence Lower(Confidence c) {
  return c == Confidence::kHigh ? Confidence::kMedium : Confidence::kLow;
}

void ApplyChecksum(const CompiledRule& rule, std::string_view secret, Decision* decision) {
  if (!rule.checksum) return;
  const auto holds = rule.checksum(secret);
  if (!holds) return;
  decision->confidence = *holds ? Confidence::kHigh : Lower(decision->confidence);
  decision->facts.emplace_back(*holds ? "its check digits are right"
                                      : "its check digits are wrong");
}

void ApplyExpiry(std::optional<Millis> expires, Millis now, Decision* decision) {
  decision->expires = expires;
  if (!expires || *expires > now) return;
  decision->severity = std::min(decision->severity, Severity::kLow);
  decision->facts.push_back("it expired at " + FormatTime(*expires));
}

void ApplyStructure(const CompiledRule& rule, std::string_view secret, Millis now,
                    Decision* decision) {
  if (!rule.validate) return;
  Structure structure = rule.validate(secret);
  if (!structure.holds) {
    decision->confidence = Confidence::kLow;
    decision->facts.push_back("it is not built like a " + *rule.rule->validate);
    return;
  }
  decision->facts.insert(decision->facts.end(), structure.facts.begin(), structure.facts.end());
  ApplyExpiry(structure.expires, now, decision);
}

// A signed URL says in its other parameters how long it lives.
void ApplySignedUrl(std::string_view text, const Candidate& candidate, Millis now,
                    Decision* decision) {
  // As far behind the match as both engines see.
  constexpr size_t kBehind = 64;
  const size_t begin = candidate.match.begin;
  const auto parameters = text.substr(begin, candidate.match.end + kBehind - begin);
  const auto expires = SignedUrlExpiry(parameters.substr(0, parameters.find('\n')));
  ApplyExpiry(expires, now, decision);
  if (expires && *expires > now)
    decision->facts.push_back("it works until " + FormatTime(*expires));
}

// A kind without a shape is only as sure as the name its value is given; for a generic rule the
// name is what it found, unless it means an identifier after all.
bool ApplyName(const CompiledRule& rule, NameSays says, Decision* decision) {
  switch (says) {
    case NameSays::kIdentifier:
      if (rule.hinted) return false;
      decision->confidence = Confidence::kLow;
      decision->facts.emplace_back("its name says that it is an identifier");
      return true;
    case NameSays::kNothing:
      if (!rule.hinted) return true;
      decision->confidence = Confidence::kLow;
      decision->facts.emplace_back("its name does not say that it is a credential");
      return true;
    case NameSays::kCredential:
      return true;
  }
  return true;
}

size_t HintGap(const CompiledRule& rule, std::string_view text, size_t at) {
  for (size_t gap = 0; gap < std::min(at, rule.reach); ++gap)
    for (const auto& hint : rule.rule->hints)
      if (gap + hint.size() <= at && HintStandsAt(text, at - gap - hint.size(), hint)) return gap;
  return rule.reach;
}

// Whether some stretch of [from, to) could be a secret of at least `least` characters: most windows
// hold none.
bool HoldsLongWord(std::string_view text, size_t from, size_t to, size_t least) {
  constexpr size_t kWorthwhile = 16;
  const size_t step = std::min(least, kWorthwhile);
  auto in_word = [&](size_t i) {
    return text[i] > ' ' && text[i] != '"' && text[i] != '\'' && text[i] != '&' && text[i] != '/';
  };
  for (size_t probe = from + step - 1; probe < to;) {
    if (!in_word(probe)) {
      probe += step;
      continue;
    }
    size_t begin = probe, end = probe + 1;
    while (begin > from && in_word(begin - 1)) --begin;
    while (end < to && in_word(end)) ++end;
    if (end - begin >= step) return true;
    probe = end + step;
  }
  return false;
}

void Doubt(std::string_view why, Decision* decision) {
  decision->confidence = Confidence::kLow;
  decision->facts.emplace_back(why);
}

Decision Drop(std::string reason) {
  Decision decision;
  decision.reason = std::move(reason);
  return decision;
}

// Cuts a match without an upper bound to the longest one allowed from where it begins; false when
// there is none.
bool Recap(const CompiledRule& rule, std::string_view text, re2::StringPiece groups[2]) {
  if (!rule.capped || groups[0].size() <= rule.max_width) return true;
  const size_t begin = static_cast<size_t>(groups[0].data() - text.data());
  const re2::StringPiece capped(text.data(), begin + rule.max_width);
  return rule.regex->Match(capped, begin, capped.size(), re2::RE2::ANCHOR_START, groups, 1);
}

// Whether a match up to `end` is a part of a longer word, as Decide() would have it; known before
// the secret is, when it ends the match.
bool GoesOnAfter(const CompiledRule& rule, std::string_view text, size_t end) {
  return rule.group != 0 && rule.secret_ends_match && end < text.size() &&
         rule.after[static_cast<unsigned char>(text[end])];
}

// The first match in [from, to). Guarded, RE2 sees one beginning at a time: where many overlap, its
// automaton would make a state of its own for nearly every byte.
bool FindMatch(const CompiledRule& rule, re2::StringPiece text, size_t from, size_t to,
               Search search, re2::StringPiece groups[2]) {
  if (search == Search::kPlain)
    return from + rule.min_width <= to &&
           rule.regex->Match(text, from, to, re2::RE2::UNANCHORED, groups, 1);
  for (; from + rule.min_width <= to; ++from)
    if (rule.guard->Allows({text.data(), text.size()}, from, to) &&
        rule.regex->Match(text, from, to, re2::RE2::ANCHOR_START, groups, 1))
      return true;
  return false;
}

// Fills in where the group is in a match.
bool FindSecret(const CompiledRule& rule, re2::StringPiece text, re2::StringPiece groups[2]) {
  if (rule.group == 0) return true;
  const auto begin = static_cast<size_t>(groups[0].data() - text.data());
  return rule.regex->Match(text, begin, begin + groups[0].size(), re2::RE2::ANCHOR_BOTH, groups, 2);
}

}  // namespace

void ForEachMatch(const CompiledRule& rule, std::string_view text, size_t from, size_t to,
                  Search search, const std::function<size_t(const Candidate&)>& visit) {
  const re2::StringPiece whole(text.data(), text.size());
  const auto offset = [&](const char* p) { return static_cast<size_t>(p - text.data()); };
  re2::StringPiece groups[2];
  // Where the match is takes an automaton, where the secret is in it far more.
  while (FindMatch(rule, whole, from, to, search, groups)) {
    const size_t begin = offset(groups[0].data());
    if (!Recap(rule, text, groups) || GoesOnAfter(rule, text, begin + groups[0].size()) ||
        !FindSecret(rule, whole, groups)) {
      from = begin + 1;
      continue;
    }
    Candidate candidate;
    candidate.match = {begin, begin + groups[0].size()};
    const auto& secret = groups[rule.group];
    candidate.secret = secret.data()
                           ? Span{offset(secret.data()), offset(secret.data()) + secret.size()}
                           : candidate.match;
    from = std::max(visit(candidate), begin + 1);
  }
}

void ForEachHintedMatch(const CompiledRule& rule, std::string_view text, size_t from, size_t to,
                        Search search, const std::function<size_t(const Candidate&)>& visit) {
  size_t done = from;  // regions of neighbouring hints overlap; each byte is looked at once
  for (size_t at = from; at < to; ++at) {
    if (!rule.hint_first[static_cast<unsigned char>(text[at])]) continue;
    for (const auto& hint : rule.rule->hints) {
      if (at + hint.size() > to || !HintStandsAt(text, at, hint)) continue;
      const size_t begin = std::max(done, at + hint.size());
      const size_t end = std::min(to, at + hint.size() + rule.reach);
      if (begin >= end || !HoldsLongWord(text, begin, end, rule.min_width)) continue;
      ForEachMatch(rule, text, begin, end, search,
                   [&](const Candidate& candidate) { return done = visit(candidate); });
    }
  }
}

Decision Decide(const CompiledRule& rule, std::string_view text, const Candidate& candidate,
                Millis now) {
  const std::string_view secret =
      text.substr(candidate.secret.begin, candidate.secret.end - candidate.secret.begin);
  if (ContinuesLeft(rule, text, candidate) || ContinuesRight(rule, text, candidate)) {
    Decision decision = Drop("it is part of a longer word");
    decision.boundary = true;
    return decision;
  }
  for (const auto& allow : rule.allow)
    if (re2::RE2::PartialMatch(re2::StringPiece(secret.data(), secret.size()), *allow))
      return Drop("the rule's allow list names it");
  if (const auto why =
          PlaceholderReason(secret, rule.rule->guessable || rule.rule->provider.empty());
      !why.empty())
    return Drop("it is a placeholder: " + std::string(why));
  if (FileExtensionAt(text, candidate.secret.end)) return Drop("it is the name of a file");
  const double entropy = Entropy(secret);
  if (entropy < rule.rule->min_entropy) return Drop("its characters are too regular for a secret");
  Decision decision;
  decision.keep = true;
  decision.severity = rule.rule->severity;
  decision.confidence = rule.rule->confidence;
  const bool shapeless = rule.hinted || (rule.rule->provider.empty() && !rule.rule->guessable &&
                                         !rule.rule->multiline);
  const bool words = shapeless && ReadsLikeWords(secret);
  if (words && rule.hinted) return Drop("it reads like words");
  if (shapeless && !ApplyName(rule, ReadNameBefore(text, candidate.secret.begin), &decision))
    return Drop("its name says that it is an identifier");
  if (rule.hinted)
    decision.hint_gap = static_cast<uint32_t>(HintGap(rule, text, candidate.secret.begin));
  if (words) Doubt("it reads like words", &decision);
  if (const auto why = DoubtReason(secret); !why.empty()) Doubt(why, &decision);
  ApplyStructure(rule, secret, now, &decision);
  ApplyChecksum(rule, secret, &decision);
  if (rule.rule->kind == "signed-url") ApplySignedUrl(text, candidate, now, &decision);
  decision.reason = "it matches " + rule.rule->id;
  for (const auto& fact : decision.facts) decision.reason += "; " + fact;
  return decision;
}

}  // namespace leaktrip
