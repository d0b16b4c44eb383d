#include "detectors/import/foreign_print.h"

#include <algorithm>

namespace leaktrip {
namespace {

using Kind = ForeignNode::Kind;

bool HasLetters(const ForeignNode& node) {
  if (node.kind == Kind::kSet)
    for (size_t i = 0; i < node.text.size(); ++i) {
      if (node.text[i] == '\\')
        i += node.text.substr(i).starts_with("\\x") ? 3 : 1;
      else if (std::isalpha(static_cast<unsigned char>(node.text[i])) != 0)
        return true;
    }
  return std::any_of(node.children.begin(), node.children.end(), HasLetters);
}

// Whether (?i) may be said around it: no letter in it minds.
bool MayFold(const ForeignNode& node) {
  if (node.kind == Kind::kSet) return node.fold || !HasLetters(node);
  return std::all_of(node.children.begin(), node.children.end(), MayFold);
}

std::string Count(uint32_t min, uint32_t max) {
  if (max == ForeignNode::kUnbounded)
    return min == 0 ? "*" : min == 1 ? "+" : "{" + std::to_string(min) + ",}";
  if (min == 0 && max == 1) return "?";
  if (min == max) return "{" + std::to_string(min) + "}";
  return "{" + std::to_string(min) + "," + std::to_string(max) + "}";
}

class Printer {
 public:
  // Neighbours that mind no case share one (?i:…).
  std::string Parts(const std::vector<ForeignNode>& parts, bool folded) const {
    std::string text;
    for (size_t i = 0; i < parts.size();) {
      size_t end = i;
      while (!folded && end < parts.size() && HasLetters(parts[i]) && MayFold(parts[end])) ++end;
      if (end == i) {
        text += Node(parts[i++], folded);
        continue;
      }
      std::string run;
      for (; i < end; ++i) run += Node(parts[i], true);
      text += text.empty() && end == parts.size() ? "(?i)" + run : "(?i:" + run + ")";
    }
    return text;
  }

 private:
  std::string Node(const ForeignNode& node, bool folded) const {
    switch (node.kind) {
      case Kind::kSet:
      case Kind::kAssert:
        return !folded && node.fold && HasLetters(node) ? "(?i:" + node.text + ")" : node.text;
      case Kind::kConcat:
        return Inner(node.children, folded);
      case Kind::kAlternate: {
        std::string text = "(?:";
        for (const auto& child : node.children)
          text += (&child == &node.children.front() ? "" : "|") + Inner({child}, folded);
        return text + ")";
      }
      case Kind::kRepeat: {
        std::string text = Inner(node.children, folded);
        if (text.empty()) return text;
        const Kind child = node.children[0].kind;
        const bool atom =
            child == Kind::kSet || child == Kind::kCapture || child == Kind::kAlternate;
        if (!atom) text = "(?:" + text + ")";
        return text + Count(node.min, node.max);
      }
      case Kind::kCapture:
        return "(" + Inner(node.children, folded) + ")";
      case Kind::kAnchor:
      case Kind::kEmpty:
        break;
    }
    return {};
  }

  // Within a group (?i) alone would hold for what follows in it too, which Parts() knows to be
  // nothing.
  std::string Inner(const std::vector<ForeignNode>& parts, bool folded) const {
    std::string text = Parts(parts, folded);
    if (text.starts_with("(?i)")) text = "(?i:" + text.substr(4) + ")";
    return text;
  }
};

bool IsNegated(const ForeignNode& node) { return node.text.starts_with("[^"); }

bool HasAlphanumeric(const CharSet& set) {
  for (unsigned c = 0; c < 128; ++c)
    if (set[c] && std::isalnum(static_cast<int>(c)) != 0) return true;
  return false;
}

}  // namespace

std::string Print(const ForeignNode& node) {
  return Print(node.kind == Kind::kConcat ? node.children : std::vector<ForeignNode>{node});
}

std::string Print(const std::vector<ForeignNode>& parts) { return Printer().Parts(parts, false); }

std::optional<PatternNode> Understood(const std::vector<ForeignNode>& parts) {
  auto node = ParsePattern(Print(parts));
  if (!node) return std::nullopt;
  return std::move(*node);
}

std::vector<std::string> LiteralsOf(const std::vector<ForeignNode>& parts, double least_rarity) {
  const auto node = Understood(parts);
  if (!node) return {};
  auto literals = RequiredLiterals(*node, least_rarity);
  if (!literals) return {};
  for (auto& text : literals->texts)
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::move(literals->texts);
}

bool HasAnchor(const ForeignNode& node) {
  return node.kind == Kind::kAnchor ||
         std::any_of(node.children.begin(), node.children.end(), HasAnchor);
}

bool IsBoundary(const ForeignNode& node) {
  switch (node.kind) {
    case Kind::kEmpty:
    case Kind::kAnchor:
    case Kind::kAssert:
      return true;
    case Kind::kSet: {
      if (IsNegated(node)) return true;
      const auto understood = Understood({node});
      return understood && !HasAlphanumeric(understood->set);
    }
    case Kind::kAlternate:
      return std::all_of(node.children.begin(), node.children.end(), IsBoundary);
    case Kind::kRepeat:
      return node.max <= 10 && IsBoundary(node.children[0]);
    case Kind::kConcat:
      // A written line end (\n as two characters) is a delimiter too.
      if (node.children.size() == 2 && node.children[0].text == "\\\\") return true;
      return std::all_of(node.children.begin(), node.children.end(), IsBoundary);
    case Kind::kCapture:
      return false;
  }
  return false;
}

}  // namespace leaktrip
