#include "detectors/import/foreign_pattern.h"

#include <algorithm>
#include <utility>

#include "detectors/base/encoding.h"
#include "detectors/import/pattern_text.h"

namespace leaktrip {
namespace {

constexpr uint32_t kMostRepeat = 1000;
constexpr int kMostDepth = 40;
constexpr size_t kMostBytes = 8192;

struct Flags {
  bool fold = false;
  bool dot_all = false;
  bool verbose = false;
};

// Recursive descent. Refuse() ends the parse by an exception that ParseForeignPattern() catches.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  ForeignPattern Parse() {
    ForeignPattern pattern;
    pattern.root = Alternation(0);
    if (!AtEnd()) Refuse("an unmatched `)`");
    pattern.groups = groups_;
    pattern.notes = std::move(notes_);
    return pattern;
  }

 private:
  using Kind = ForeignNode::Kind;

  bool AtEnd() const { return at_ >= text_.size(); }
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool Take(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }
  [[noreturn]] void Refuse(const std::string& what) const {
    throw Error{Code::kInvalid, what, {"", 1, static_cast<int>(at_) + 1}};
  }
  void Note(std::string note) {
    if (std::find(notes_.begin(), notes_.end(), note) == notes_.end())
      notes_.push_back(std::move(note));
  }

  void SkipVerbose() {
    while (flags_.verbose && !AtEnd()) {
      if (std::string_view(" \t\r\n\f").find(Peek()) != std::string_view::npos)
        ++at_;
      else if (Peek() == '#')
        at_ = std::min(text_.find('\n', at_), text_.size());
      else
        return;
    }
  }

  ForeignNode Alternation(int depth) {
    if (depth > kMostDepth) Refuse("groups that are nested too deeply");
    const Flags outer = flags_;
    std::vector<ForeignNode> branches;
    do branches.push_back(Sequence(depth));
    while (Take("|"));
    flags_ = outer;
    if (branches.size() == 1) return std::move(branches.front());
    return {.kind = Kind::kAlternate, .children = std::move(branches)};
  }

  ForeignNode Sequence(int depth) {
    ForeignNode sequence{.kind = Kind::kConcat};
    for (;;) {
      SkipVerbose();
      if (AtEnd() || Peek() == '|' || Peek() == ')') break;
      if (TakeFlags()) continue;
      if (Take("\\Q")) {
        const size_t end = std::min(text_.find("\\E", at_), text_.size());
        while (at_ < end) sequence.children.push_back(SetOf(LiteralText(text_[at_++])));
        Take("\\E");
        continue;
      }
      ForeignNode atom = Atom(depth);
      SkipVerbose();
      sequence.children.push_back(Quantified(std::move(atom)));
    }
    if (sequence.children.empty()) return {};
    if (sequence.children.size() == 1) return std::move(sequence.children.front());
    return sequence;
  }

  // (?i) and its like, which hold to the end of the group.
  bool TakeFlags() {
    if (Peek() != '(' || Peek(1) != '?') return false;
    size_t end = at_ + 2;
    while (end < text_.size() && (std::isalpha(text_[end]) != 0 || text_[end] == '-')) ++end;
    if (end == at_ + 2 || end >= text_.size() || text_[end] != ')') return false;
    SetFlags(text_.substr(at_ + 2, end - at_ - 2));
    at_ = end + 1;
    return true;
  }

  void SetFlags(std::string_view letters) {
    bool on = true;
    for (const char c : letters) {
      if (c == '-') {
        on = false;
      } else if (c == 'i') {
        flags_.fold = on;
      } else if (c == 's') {
        flags_.dot_all = on;
      } else if (c == 'x') {
        flags_.verbose = on;
      } else if (c != 'm' && c != 'U' && c != 'u' && c != 'R') {
        Refuse(std::string("the flag `") + c + "`");
      }
    }
  }

  ForeignNode Quantified(ForeignNode atom) {
    uint32_t min = 0, max = ForeignNode::kUnbounded;
    if (Take("+")) {
      min = 1;
    } else if (Take("?")) {
      max = 1;
    } else if (Peek() == '{' && Braces(&min, &max)) {
    } else if (!Take("*")) {
      return atom;
    }
    if (Take("?")) Note("lazy quantifiers became greedy");
    if (Take("+")) Note("possessive quantifiers became greedy");
    if (atom.kind == Kind::kAssert || atom.kind == Kind::kAnchor || atom.kind == Kind::kEmpty)
      return {};
    ForeignNode repeat{.kind = Kind::kRepeat, .min = min, .max = max};
    repeat.children.push_back(std::move(atom));
    SkipVerbose();
    return Quantified(std::move(repeat));
  }

  // False when this is no quantifier but a brace.
  bool Braces(uint32_t* min, uint32_t* max) {
    size_t at = at_ + 1;
    const auto number = [&](uint32_t* value) {
      const size_t begin = at;
      uint64_t sum = 0;
      while (at < text_.size() && text_[at] >= '0' && text_[at] <= '9' && at - begin < 6)
        sum = sum * 10 + static_cast<uint64_t>(text_[at++] - '0');
      if (at == begin) return false;
      *value = static_cast<uint32_t>(sum);
      return true;
    };
    if (!number(min)) return false;
    *max = *min;
    if (at < text_.size() && text_[at] == ',') {
      ++at;
      if (!number(max)) *max = ForeignNode::kUnbounded;
    }
    if (at >= text_.size() || text_[at] != '}' || *max < *min) return false;
    at_ = at + 1;
    if (*max > kMostRepeat && *max != ForeignNode::kUnbounded) {
      *max = ForeignNode::kUnbounded;
      Note("a repetition of more than 1,000 became one without a limit");
    }
    if (*min > kMostRepeat) *min = kMostRepeat;
    return true;
  }

  ForeignNode SetOf(std::string text) const {
    return {.kind = Kind::kSet, .text = std::move(text), .fold = flags_.fold};
  }

  ForeignNode Atom(int depth) {
    switch (Peek()) {
      case '(':
        return Group(depth);
      case '[':
        return Class();
      case '.':
        ++at_;
        return SetOf(flags_.dot_all ? "[\\x00-\\xff]" : ".");
      case '^':
      case '$':
        ++at_;
        return {.kind = Kind::kAnchor};
      case '\\':
        return Escape();
      case '*':
      case '+':
      case '?':
        Refuse("a quantifier with nothing to repeat");
      default:
        return SetOf(LiteralText(text_[at_++]));
    }
  }

  ForeignNode Group(int depth) {
    ++at_;
    const Flags outer = flags_;
    ForeignNode node{.kind = Kind::kCapture};
    bool capture = true;
    if (Take("?")) capture = GroupHead(&node.name);
    if (capture) node.group = ++groups_;
    ForeignNode inner = Alternation(depth + 1);
    flags_ = outer;
    if (!Take(")")) Refuse("a group that is never closed");
    if (!capture) return inner;
    node.children.push_back(std::move(inner));
    return node;
  }

  // What follows `(?`; whether the group captures.
  bool GroupHead(std::string* name) {
    for (const auto* around : {"=", "!", "<=", "<!"})
      if (text_.substr(at_).starts_with(around)) Refuse("look-around");
    if (Take(">")) {
      Note("atomic groups became plain ones");
      return false;
    }
    if (Take("P<") || Take("<") || Take("'")) {
      const size_t end = text_.find_first_of(">'", at_);
      if (end == std::string_view::npos) Refuse("a group name that never ends");
      *name = text_.substr(at_, end - at_);
      at_ = end + 1;
      return true;
    }
    const size_t colon = text_.find_first_not_of("imsxUuR-", at_);
    if (colon == std::string_view::npos || text_[colon] != ':') Refuse("a special group `(?`");
    SetFlags(text_.substr(at_, colon - at_));
    at_ = colon + 1;
    return false;
  }

  ForeignNode Escape() {
    for (const auto* anchor : {"\\A", "\\z", "\\Z", "\\G"})
      if (Take(anchor)) return {.kind = Kind::kAnchor};
    for (const auto* edge : {"\\b", "\\B"})
      if (Take(edge)) return {.kind = Kind::kAssert, .text = edge};
    bool is_class = false;
    const std::string text = EscapeText(&is_class);
    return SetOf(is_class && text.front() != '\\' ? "[" + text + "]" : text);
  }

  // An escape as it is written in a class and outside alike; *is_class: it stands for several.
  std::string EscapeText(bool* is_class) {
    ++at_;
    if (AtEnd()) Refuse("a lone backslash");
    const char c = text_[at_++];
    *is_class = false;
    switch (c) {
      case 'd':
      case 'D':
      case 'w':
      case 'W':
      case 's':
      case 'S':
        *is_class = true;
        return {'\\', c};
      case 'h':
        *is_class = true;
        return " \\t";
      case 'n':
      case 'r':
      case 't':
      case 'f':
        return {'\\', c};
      case 'v':
        return "\\x0b";
      case 'a':
        return "\\x07";
      case 'e':
        return "\\x1b";
      case 'x':
        return HexEscape();
      case 'p':
      case 'P':
        Refuse("a Unicode class");
      default:
        break;
    }
    if (c >= '1' && c <= '9') Refuse("a back-reference");
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) Refuse(std::string("the escape \\") + c);
    return LiteralText(c).size() > 1 ? LiteralText(c) : MemberText(c);
  }

  std::string HexEscape() {
    const bool braces = Take("{");
    unsigned value = 0;
    size_t digits = 0;
    for (; digits < (braces ? 6 : 2) && HexDigit(Peek()) >= 0; ++digits)
      value = value * 16 + static_cast<unsigned>(HexDigit(text_[at_++]));
    if (digits == 0 || (braces && !Take("}"))) Refuse("a broken \\x");
    if (value > 0xff) Refuse("a character beyond one byte");
    return HexText(value);
  }

  ForeignNode Class() {
    ++at_;
    std::string text = Take("^") ? "[^" : "[";
    for (bool first = true; AtEnd() || Peek() != ']' || first; first = false) {
      if (AtEnd()) Refuse("a class that is never closed");
      if (Take("[:")) {
        text += Posix();
        continue;
      }
      if (Peek() == '[' && !first && flags_.verbose) Refuse("a class within a class");
      if (text_.substr(at_).starts_with("&&") || text_.substr(at_).starts_with("--"))
        Refuse("arithmetic with classes");
      if (flags_.verbose && (Peek() == ' ' || Peek() == '\n' || Peek() == '\t')) {
        ++at_;
        continue;
      }
      bool is_class = false;
      if (Peek() == '\\')
        text += EscapeText(&is_class);
      else if (Peek() == '-')
        text += Hyphen(text);
      else
        text += ClassMember();
    }
    ++at_;
    return SetOf(text + "]");
  }

  // A range's hyphen stays, one that means itself is escaped.
  std::string Hyphen(const std::string& before) {
    ++at_;
    const bool edge = before == "[" || before == "[^" || Peek() == ']';
    const bool after_class =
        before.size() >= 2 && before[before.size() - 2] == '\\' &&
        std::string_view("dDwWsS").find(before.back()) != std::string_view::npos;
    return edge || after_class ? "\\-" : "-";
  }

  std::string ClassMember() {
    const char c = text_[at_++];
    if (static_cast<unsigned char>(c) >= 0x80) Refuse("a class with characters beyond ASCII");
    return MemberText(c);
  }

  std::string Posix() {
    const size_t end = text_.find(":]", at_);
    if (end == std::string_view::npos) Refuse("a class that is never closed");
    const auto name = text_.substr(at_, end - at_);
    if (const auto members = ClassMembers(name)) {
      at_ = end + 2;
      return std::string(*members);
    }
    Refuse("the class [:" + std::string(name) + ":]");
  }

  std::string_view text_;
  size_t at_ = 0;
  int groups_ = 0;
  Flags flags_;
  std::vector<std::string> notes_;
};

}  // namespace

Result<ForeignPattern> ParseForeignPattern(std::string_view pattern) {
  if (pattern.size() > kMostBytes) return Fail(Code::kInvalid, "a pattern longer than 8 KiB");
  try {
    return Parser(pattern).Parse();
  } catch (const Error& error) {
    return std::unexpected(error);
  }
}

}  // namespace leaktrip
