#include <algorithm>
#include <utility>

#include "detectors/base/encoding.h"
#include "detectors/leak/pattern.h"

namespace leaktrip {
namespace {

constexpr uint32_t kMaxRepeat = 1000;  // RE2's own limit
constexpr int kMaxDepth = 50;

CharSet Range(unsigned char from, unsigned char to) {
  CharSet set;
  for (unsigned c = from; c <= to; ++c) set.set(c);
  return set;
}

CharSet Digits() { return Range('0', '9'); }
CharSet Word() { return Digits() | Range('a', 'z') | Range('A', 'Z') | Range('_', '_'); }
CharSet Space() {
  CharSet set;
  for (const char c : {' ', '\t', '\n', '\r', '\f'}) set.set(static_cast<unsigned char>(c));
  return set;
}

CharSet FoldCase(CharSet set) {
  for (unsigned c = 'a'; c <= 'z'; ++c) {
    const unsigned upper = c - 'a' + 'A';
    if (set[c] || set[upper]) set.set(c).set(upper);
  }
  return set;
}

// Recursive descent over the pattern. Refuse() ends the parse by an exception that ParsePattern()
// catches.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  PatternNode Parse() {
    PatternNode node = Alternation(0);
    if (!AtEnd()) Refuse("unmatched `)`");
    return node;
  }

 private:
  bool AtEnd() const { return at_ >= text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }
  bool Take(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }
  [[noreturn]] void Refuse(std::string message) const {
    throw Error{Code::kInvalid, std::move(message), {"", 1, static_cast<int>(at_) + 1}};
  }

  PatternNode Alternation(int depth) {
    if (depth > kMaxDepth) Refuse("groups are nested too deeply");
    const bool fold = fold_;  // (?i) holds to the end of its group
    std::vector<PatternNode> branches;
    do branches.push_back(Sequence(depth));
    while (Take("|"));
    fold_ = fold;
    if (branches.size() == 1) return std::move(branches.front());
    return {.kind = PatternNode::Kind::kAlternate, .children = std::move(branches)};
  }

  PatternNode Sequence(int depth) {
    std::vector<PatternNode> parts;
    while (!AtEnd() && Peek() != '|' && Peek() != ')') {
      if (Take("(?i)")) {
        fold_ = true;
        continue;
      }
      parts.push_back(Quantified(Atom(depth)));
    }
    if (parts.size() == 1) return std::move(parts.front());
    if (parts.empty()) return {};
    return {.kind = PatternNode::Kind::kConcat, .children = std::move(parts)};
  }

  PatternNode Quantified(PatternNode atom) {
    const size_t begin = at_;
    uint32_t min = 0, max = PatternNode::kUnbounded;
    if (Take("+")) {
      min = 1;
    } else if (Take("?")) {
      max = 1;
    } else if (Peek() == '{') {
      std::tie(min, max) = Braces();
    } else if (!Take("*")) {
      return atom;
    }
    if (atom.kind == PatternNode::Kind::kAssert) {
      at_ = begin;
      Refuse("a quantifier after an assertion repeats nothing");
    }
    if (Peek() == '?' || Peek() == '+')
      Refuse(
          "lazy and possessive quantifiers are not supported; narrow the character class instead");
    if (Peek() == '*' || Peek() == '{') Refuse("a quantifier after a quantifier; use a group");
    PatternNode repeat{.kind = PatternNode::Kind::kRepeat, .min = min, .max = max};
    repeat.children.push_back(std::move(atom));
    return repeat;
  }

  std::pair<uint32_t, uint32_t> Braces() {
    const size_t begin = at_;
    auto refuse = [&](std::string message) {
      at_ = begin;
      Refuse(std::move(message));
    };
    ++at_;
    const auto min = Number();
    std::optional<uint32_t> max = min;
    if (Take(",")) max = Peek() == '}' ? PatternNode::kUnbounded : Number();
    if (!min || !max || !Take("}"))
      refuse("`{` begins no quantifier here; write {m}, {m,n} or \\{");
    if (*min > kMaxRepeat || (*max > kMaxRepeat && *max != PatternNode::kUnbounded))
      refuse("a quantifier counts to 1000 at most");
    if (*max < *min) refuse("the quantifier's bounds are the wrong way round");
    return {*min, *max};
  }

  std::optional<uint32_t> Number() {
    const size_t begin = at_;
    uint32_t value = 0;
    while (Peek() >= '0' && Peek() <= '9' && at_ - begin < 6)
      value = value * 10 + static_cast<uint32_t>(text_[at_++] - '0');
    if (at_ == begin) return std::nullopt;
    return value;
  }

  PatternNode Atom(int depth) {
    switch (Peek()) {
      case '(':
        return Group(depth);
      case '[':
        return Set(Class());
      case '.':
        ++at_;
        return Set(~Range('\n', '\n'));
      case '^':
      case '$':
        Refuse("^ and $ are not supported: a secret may stand anywhere in a record");
      case '\\':
        return EscapedAtom();
      case '*':
      case '+':
      case '?':
        Refuse("a quantifier with nothing to repeat");
      case '{':
        Refuse("`{` begins no quantifier here; write \\{ for the character");
      default:
        return Set(Literal());
    }
  }

  CharSet Literal() {
    const auto byte = static_cast<unsigned char>(text_[at_++]);
    return Range(byte, byte);
  }

  PatternNode Set(CharSet set) const {
    return {.kind = PatternNode::Kind::kSet, .set = fold_ ? FoldCase(set) : set};
  }

  PatternNode Group(int depth) {
    const size_t begin = at_;
    const bool outer = fold_;
    bool capture = false;
    if (Take("(?i:")) {
      fold_ = true;
    } else if (!Take("(?:")) {
      if (text_.substr(at_).starts_with("(?"))
        Refuse("only (?:…), (?i:…) and (?i) are supported; look-around is not");
      Take("(");
      capture = true;
      if (std::exchange(captured_, true))
        Refuse("a second capturing group; write (?:…), one group marks the secret");
    }
    PatternNode inner = Alternation(depth + 1);
    fold_ = outer;
    if (!Take(")")) {
      at_ = begin;
      Refuse("`(` is never closed");
    }
    if (!capture) return inner;
    PatternNode node{.kind = PatternNode::Kind::kCapture};
    node.children.push_back(std::move(inner));
    return node;
  }

  PatternNode EscapedAtom() {
    if (Take("\\b") || Take("\\B")) return {.kind = PatternNode::Kind::kAssert};
    return Set(Escape());
  }

  // A backslash and what follows, as the set it stands for.
  CharSet Escape() {
    ++at_;
    if (AtEnd()) Refuse("a lone backslash at the end");
    const char c = text_[at_++];
    switch (c) {
      case 'd':
        return Digits();
      case 'D':
        return ~Digits();
      case 'w':
        return Word();
      case 'W':
        return ~Word();
      case 's':
        return Space();
      case 'S':
        return ~Space();
      case 'n':
        return Range('\n', '\n');
      case 'r':
        return Range('\r', '\r');
      case 't':
        return Range('\t', '\t');
      case 'f':
        return Range('\f', '\f');
      case 'x':
        return HexEscape();
      default:
        break;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (Word()[byte]) {
      at_ -= 2;
      Refuse(std::string("the escape \\") + c + " is not supported");
    }
    return Range(byte, byte);
  }

  CharSet HexEscape() {
    const int high = HexDigit(Peek());
    const int low = at_ + 1 < text_.size() ? HexDigit(text_[at_ + 1]) : -1;
    if (high < 0 || low < 0) Refuse("\\x needs two hex digits");
    at_ += 2;
    const auto byte = static_cast<unsigned char>(high << 4 | low);
    return Range(byte, byte);
  }

  CharSet Class() {
    const size_t begin = at_;
    ++at_;
    const bool negated = Take("^");
    CharSet set;
    bool first = true;
    while (AtEnd() || Peek() != ']' || first) {
      if (AtEnd()) {
        at_ = begin;
        Refuse("`[` is never closed");
      }
      if (Take("[:")) Refuse("[:name:] classes are not supported; write the range");
      set |= ClassItem();
      first = false;
    }
    ++at_;
    if (fold_) set = FoldCase(set);  // before negation: (?i)[^a] excludes A too
    return negated ? ~set : set;
  }

  CharSet ClassItem() {
    const size_t begin = at_;
    const CharSet from = Peek() == '\\' ? Escape() : Literal();
    const bool range = Peek() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']';
    if (!range) return from;
    ++at_;
    const CharSet to = Peek() == '\\' ? Escape() : Literal();
    if (from.count() != 1 || to.count() != 1 || Only(to) < Only(from)) {
      at_ = begin;
      Refuse("not a range of characters; put `-` last to mean itself");
    }
    return Range(Only(from), Only(to));
  }

  static unsigned char Only(const CharSet& set) {
    return static_cast<unsigned char>(set._Find_first());
  }

  std::string_view text_;
  size_t at_ = 0;
  bool fold_ = false;
  bool captured_ = false;
};

}  // namespace

Result<PatternNode> ParsePattern(std::string_view pattern) {
  try {
    return Parser(pattern).Parse();
  } catch (const Error& e) {
    return std::unexpected(e);
  }
}

}  // namespace leaktrip
