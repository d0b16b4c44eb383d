#include "detectors/leak/rule_proposal.h"

#include <algorithm>
#include <optional>

#include "detectors/leak/engine.h"
#include "detectors/leak/example_maker.h"
#include "detectors/leak/statistics.h"

namespace leaktrip {
namespace {

constexpr size_t kLeastSample = 8;
constexpr size_t kMostSample = 4000;
constexpr size_t kMostRepeat = 1000;
constexpr size_t kLeastPrefix = 3;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsAlnum(char c) { return IsDigit(c) || IsLower(c) || IsUpper(c); }
bool Any(std::string_view text, bool (*is)(char)) {
  return std::any_of(text.begin(), text.end(), is);
}

// Parts of several samples that stand at the same place.
using Column = std::vector<std::string_view>;

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (!IsAlnum(c) && c != '_' && c != '-' && c != '~' && c != ':' && c != '/') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string ClassOf(const Column& parts) {
  std::string all;
  for (const auto part : parts) all += part;
  std::string members;
  const bool digits = Any(all, IsDigit), lower = Any(all, IsLower), upper = Any(all, IsUpper);
  const bool hex = std::all_of(all.begin(), all.end(), [&](char c) {
    return !IsAlnum(c) || IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
  const bool one_case = lower != upper;
  if (hex && one_case && all.size() >= 16) {
    members = lower ? "0-9a-f" : "0-9A-F";
  } else if (lower && upper) {
    members = "A-Za-z0-9";
  } else {
    members = std::string(upper ? "A-Z" : "") + (lower ? "a-z" : "");
    // Letters of one case alone may be chance, unless there are many.
    if (digits || all.size() < 32) members += "0-9";
  }
  std::string others;
  for (const char c : all)
    if (!IsAlnum(c) && c != '-' && others.find(c) == std::string::npos) others += c;
  std::sort(others.begin(), others.end());
  members += Escaped(others);
  if (all.find('-') != std::string::npos) members += '-';
  return "[" + members + "]";
}

std::string CountOf(const Column& parts) {
  size_t least = kMostSample, most = 0;
  for (const auto part : parts) {
    least = std::min(least, part.size());
    most = std::max(most, part.size());
  }
  if (most > kMostRepeat) return "{" + std::to_string(std::min(least, kMostRepeat)) + ",}";
  if (least == most) return least == 1 ? "" : "{" + std::to_string(least) + "}";
  return "{" + std::to_string(least) + "," + std::to_string(most) + "}";
}

// Base64's padding is no part of the class.
std::string Shape(Column parts) {
  size_t padding = 0;
  for (auto& part : parts) {
    const size_t last = part.find_last_not_of('=');
    const size_t end = last == std::string_view::npos ? 0 : last + 1;
    padding = std::max(padding, part.size() - end);
    part = part.substr(0, end);
  }
  std::string shape = ClassOf(parts) + CountOf(parts);
  if (padding > 0) shape += "={0," + std::to_string(std::max<size_t>(padding, 2)) + "}";
  return shape;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool IsUuid(const std::vector<std::string_view>& parts) {
  constexpr size_t kSizes[] = {8, 4, 4, 4, 12};
  return parts.size() == 5 &&
         std::equal(parts.begin(), parts.end(), std::begin(kSizes),
                    [](auto part, size_t size) { return part.size() == size; });
}

// The columns between separators that mean something: every `.`, and every `-` where the samples
// agree on how long the parts are (one sample alone: where it is a UUID).
std::optional<std::string> Structured(const Column& rests, char separator) {
  std::vector<std::vector<std::string_view>> split;
  for (const auto rest : rests) split.push_back(Split(rest, separator));
  const size_t count = split.front().size();
  if (count < 2 || count > 8) return std::nullopt;
  for (const auto& parts : split) {
    if (parts.size() != count ||
        std::any_of(parts.begin(), parts.end(), [](auto part) { return part.empty(); }))
      return std::nullopt;
    if (separator != '-') continue;
    if (rests.size() == 1 && !IsUuid(parts)) return std::nullopt;
    for (size_t i = 0; i < count; ++i)
      if (parts[i].size() != split.front()[i].size()) return std::nullopt;
  }
  std::string pattern;
  for (size_t i = 0; i < count; ++i) {
    Column column;
    for (const auto& parts : split) column.push_back(parts[i]);
    if (i > 0) pattern += separator == '.' ? "\\." : std::string(1, separator);
    const bool uuid = separator == '-' && IsUuid(split.front());
    pattern += uuid ? "[0-9a-f]{" + std::to_string(column.front().size()) + "}" : Shape(column);
  }
  return pattern;
}

// "acme_live_" of "acme_live_8fk3…": words of letters, each with its separator.
std::string_view WordsBefore(std::string_view sample) {
  size_t end = 0;
  for (size_t at = 0; at < sample.size();) {
    size_t stop = at;
    while (stop < sample.size() && (IsLower(sample[stop]) || IsUpper(sample[stop]))) ++stop;
    const bool word = stop > at && stop - at <= 12 && stop < sample.size() &&
                      (sample[stop] == '_' || sample[stop] == '-' || sample[stop] == '.');
    const auto text = sample.substr(at, stop - at);
    if (!word || (Any(text, IsLower) && Any(text.substr(1), IsUpper))) break;
    end = at = stop + 1;
  }
  return sample.substr(0, end);
}

std::string_view CommonPrefix(const std::vector<std::string>& samples) {
  std::string_view common = samples.front();
  for (const auto& sample : samples) {
    size_t same = 0;
    while (same < std::min(common.size(), sample.size()) && common[same] == sample[same]) ++same;
    common = common.substr(0, same);
  }
  if (samples.size() == 1 || common.size() == samples.front().size()) return WordsBefore(common);
  // Chance may add a character or two to a beginning that ends in a separator.
  if (const size_t last = common.find_last_of("_-."); last != std::string_view::npos)
    return common.substr(0, last + 1);
  return common.size() >= kLeastPrefix ? common : std::string_view();
}

std::string FirstWord(std::string_view prefix) {
  std::string word;
  for (const char c : prefix) {
    if (!IsLower(c) && !IsUpper(c)) break;
    word += static_cast<char>(IsUpper(c) ? c - 'A' + 'a' : c);
  }
  return word;
}

Result<void> CheckSamples(const std::vector<std::string>& samples) {
  for (const auto& sample : samples) {
    if (sample.size() < kLeastSample)
      return Fail(Code::kInvalid, "a sample of less than 8 characters has no shape of its own");
    if (sample.size() > kMostSample)
      return Fail(Code::kInvalid, "a sample of more than 4,000 characters is too long for a rule");
    if (!std::all_of(sample.begin(), sample.end(), [](char c) { return c > ' ' && c <= '~'; }))
      return Fail(Code::kInvalid, "a sample must be printable ASCII without blanks");
    if (const auto why = DoubtReason(sample); !why.empty())
      return Fail(Code::kInvalid, "a sample looks made up: " + std::string(why));
  }
  return {};
}

Result<void> CheckFound(const Rule& rule, const std::vector<std::string>& samples) {
  Errors errors;
  const auto rules = CompileRules({rule}, "proposal", &errors);
  if (!rules) return std::unexpected(errors.front());
  const auto engine = MakeEngine(rules);
  const std::string name = rule.hints.empty() ? "key=" : rule.hints.front() + "_key=";
  for (const auto& sample : samples) {
    std::string text = name;
    text += sample;
    std::vector<Finding> findings;
    std::vector<Verdict> verdicts;
    engine->Scan({text, {}}, 0, &findings, &verdicts);
    const bool found = std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
      return finding.secret.Reveal() == sample;
    });
    if (found) continue;
    std::string reason = "the pattern does not fit";
    for (const auto& verdict : verdicts)
      if (!verdict.kept) reason = verdict.reason;
    return Fail(Code::kInvalid, "the rule would not find the sample: " + reason);
  }
  return {};
}

double LeastEntropy(const Column& rests) {
  double least = 8;
  for (const auto rest : rests) least = std::min(least, Entropy(rest));
  const double limit = static_cast<double>(static_cast<int>((least - 0.8) * 2)) / 2;
  return limit < 2 ? 0 : std::min(limit, 4.0);
}

}  // namespace

std::string_view SecretIn(std::string_view line) {
  std::string_view best;
  for (size_t at = 0; at < line.size();) {
    const size_t begin = line.find_first_not_of(" \t\r\n\"'`<>(){}[],;?&|", at);
    if (begin == std::string_view::npos) break;
    size_t end = line.find_first_of(" \t\r\n\"'`<>(){}[],;?&|", begin);
    end = std::min(end, line.size());
    std::string_view word = line.substr(begin, end - begin);
    const size_t body = word.find_last_not_of('=');  // padding is no assignment
    if (const size_t equals = word.substr(0, body).rfind('='); equals != std::string_view::npos)
      word.remove_prefix(equals + 1);
    if (word.size() > best.size()) best = word;
    at = end;
  }
  return best;
}

Result<Rule> ProposeRule(const std::vector<std::string>& samples, const ProposalWishes& wishes,
                         uint64_t seed) {
  if (const auto good = CheckSamples(samples); !good) return std::unexpected(good.error());
  const std::string_view prefix = CommonPrefix(samples);
  Column rests;
  for (const auto& sample : samples)
    rests.push_back(std::string_view(sample).substr(prefix.size()));

  Rule rule;
  rule.provider = wishes.provider.empty() ? FirstWord(prefix) : wishes.provider;
  if (rule.provider.empty())
    return Fail(Code::kInvalid,
                "the samples do not begin with a name; say whose they are with "
                "--provider");
  rule.pattern = Escaped(prefix);
  if (auto dots = Structured(rests, '.')) {
    rule.pattern += *dots;
  } else if (auto dashes = Structured(rests, '-')) {
    rule.pattern += *dashes;
  } else {
    rule.pattern += Shape(rests);
  }
  if (prefix.size() < kLeastPrefix) rule.hints = {rule.provider};
  rule.id = wishes.id.empty() ? rule.provider + "-" + wishes.kind : wishes.id;
  rule.kind = wishes.kind;
  rule.name = wishes.name;
  if (rule.name.empty()) {
    rule.name = rule.provider + " " + wishes.kind;
    rule.name.front() = static_cast<char>(std::toupper(rule.name.front()));
    std::replace(rule.name.begin(), rule.name.end(), '-', ' ');
  }
  rule.description = "Say what this opens, and for whom.";
  rule.severity = Severity::kHigh;
  rule.confidence = prefix.size() > kLeastPrefix ? Confidence::kHigh : Confidence::kMedium;
  rule.min_entropy = LeastEntropy(rests);
  if (const auto found = CheckFound(rule, samples); !found) return std::unexpected(found.error());
  if (const auto made = MakeExamples(&rule, seed); !made) return std::unexpected(made.error());
  return rule;
}

}  // namespace leaktrip
