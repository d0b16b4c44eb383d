#include <algorithm>

#include "detectors/leak/pattern.h"

namespace leaktrip {
namespace {

using Kind = PatternNode::Kind;

Width Sum(Width a, const Width& b) {
  a.min += b.min;
  if (a.max && b.max)
    *a.max += *b.max;
  else
    a.max = std::nullopt;
  return a;
}

Width Times(const Width& child, uint32_t min, uint32_t max) {
  Width width{.min = child.min * min, .max = std::nullopt};
  if (child.max && max != PatternNode::kUnbounded) width.max = *child.max * max;
  return width;
}

Width Either(Width a, const Width& b) {
  a.min = std::min(a.min, b.min);
  if (a.max && b.max)
    a.max = std::max(*a.max, *b.max);
  else
    a.max = std::nullopt;
  return a;
}

// The set at one end of a match: children in reading order, or reversed for the last set.
CharSet EndSet(const PatternNode& node, bool first) {
  CharSet set;
  switch (node.kind) {
    case Kind::kSet:
      return node.set;
    case Kind::kAlternate:
      for (const auto& child : node.children) set |= EndSet(child, first);
      return set;
    case Kind::kConcat:
      for (size_t i = 0; i < node.children.size(); ++i) {
        const auto& child = node.children[first ? i : node.children.size() - 1 - i];
        set |= EndSet(child, first);
        if (WidthOf(child).min > 0) break;  // what may be empty lets its neighbour show
      }
      return set;
    case Kind::kRepeat:
    case Kind::kCapture:
      return EndSet(node.children.front(), first);
    case Kind::kEmpty:
    case Kind::kAssert:
      break;
  }
  return set;
}

// Whether the capturing group stands at the beginning, or else the end, of every match.
bool SecretAtEdge(const PatternNode& node, bool first) {
  if (node.kind == Kind::kCapture) return true;
  if (node.kind != Kind::kConcat) return false;
  for (size_t i = 0; i < node.children.size(); ++i) {
    const auto& child = node.children[first ? i : node.children.size() - 1 - i];
    if (SecretAtEdge(child, first)) return true;
    if (WidthOf(child).max != 0) return false;
  }
  return false;
}

}  // namespace

CharSet Alphanumeric() {
  CharSet set;
  for (unsigned c = '0'; c <= '9'; ++c) set.set(c);
  for (unsigned c = 'a'; c <= 'z'; ++c) set.set(c).set(c - 'a' + 'A');
  return set;
}

Width WidthOf(const PatternNode& node) {
  switch (node.kind) {
    case Kind::kSet:
      return {1, 1};
    case Kind::kConcat: {
      Width width{0, 0};
      for (const auto& child : node.children) width = Sum(width, WidthOf(child));
      return width;
    }
    case Kind::kAlternate: {
      Width width = WidthOf(node.children.front());
      for (const auto& child : node.children) width = Either(width, WidthOf(child));
      return width;
    }
    case Kind::kRepeat:
      return Times(WidthOf(node.children.front()), node.min, node.max);
    case Kind::kCapture:
      return WidthOf(node.children.front());
    case Kind::kEmpty:
    case Kind::kAssert:
      break;
  }
  return {0, 0};
}

CharSet FirstSet(const PatternNode& node) { return EndSet(node, true); }
CharSet LastSet(const PatternNode& node) { return EndSet(node, false); }

const PatternNode* FindCapture(const PatternNode& node) {
  if (node.kind == Kind::kCapture) return &node;
  for (const auto& child : node.children)
    if (const auto* found = FindCapture(child)) return found;
  return nullptr;
}

bool SecretBeginsMatch(const PatternNode& node) { return SecretAtEdge(node, true); }
bool SecretEndsMatch(const PatternNode& node) { return SecretAtEdge(node, false); }

}  // namespace leaktrip
