#include <algorithm>

#include "detectors/leak/pattern.h"

namespace leaktrip {
namespace {

using Kind = PatternNode::Kind;
using Offset = std::optional<size_t>;  // nullopt: without a bound

Offset Add(Offset a, Offset b) { return a && b ? Offset(*a + *b) : std::nullopt; }
Offset Later(Offset a, Offset b) { return a && b ? Offset(std::max(*a, *b)) : std::nullopt; }

// What every match of a node holds of the alphabet.
struct Holds {
  bool all = true;    // nothing else
  size_t prefix = 0;  // at its beginning
  size_t suffix = 0;  // at its end; the stretch begins at most suffix_at into the match
  Offset suffix_at = 0;
  Stretch best;
  Width width{0, 0};
};

Holds Whole(Holds holds) {
  holds.prefix = holds.suffix = holds.width.min;
  holds.suffix_at = 0;
  holds.best = {holds.width.min, 0};
  return holds;
}

Holds Then(const Holds& a, const Holds& b) {
  Holds both;
  both.all = a.all && b.all;
  both.width.min = a.width.min + b.width.min;
  both.width.max = Add(a.width.max, b.width.max);
  if (both.all) return Whole(both);
  both.prefix = a.all ? a.width.min + b.prefix : a.prefix;
  both.suffix = b.all ? a.suffix + b.width.min : b.suffix;
  both.suffix_at = b.all ? a.suffix_at : Add(a.width.max, b.suffix_at);
  both.best = a.best;
  if (b.best.length > both.best.length)
    both.best = {b.best.length, Add(a.width.max, b.best.max_before)};
  if (a.suffix + b.prefix > both.best.length) both.best = {a.suffix + b.prefix, a.suffix_at};
  return both;
}

Holds Or(const Holds& a, const Holds& b) {
  Holds either;
  either.all = a.all && b.all;
  either.width.min = std::min(a.width.min, b.width.min);
  either.width.max = Later(a.width.max, b.width.max);
  if (either.all) return Whole(either);
  either.prefix = std::min(a.prefix, b.prefix);
  either.suffix = std::min(a.suffix, b.suffix);
  either.suffix_at = Later(a.suffix_at, b.suffix_at);
  either.best = {std::min(a.best.length, b.best.length),
                 Later(a.best.max_before, b.best.max_before)};
  return either;
}

Holds HoldsOf(const PatternNode& node, const CharSet& alphabet);

Holds OfRepeat(const PatternNode& node, const CharSet& alphabet) {
  const Holds one = HoldsOf(node.children.front(), alphabet);
  Holds many = one;
  many.width = WidthOf(node);
  if (one.all) return Whole(many);
  if (node.min == 0) return {.all = false, .width = many.width};
  if (node.max != 1)
    many.suffix_at = node.max == PatternNode::kUnbounded || !one.width.max || !one.suffix_at
                         ? std::nullopt
                         : Offset(*one.width.max * (node.max - 1) + *one.suffix_at);
  return many;
}

Holds HoldsOf(const PatternNode& node, const CharSet& alphabet) {
  switch (node.kind) {
    case Kind::kSet: {
      Holds one;
      one.width = {1, 1};
      one.all = (node.set & ~alphabet).none();
      return one.all ? Whole(one) : one;
    }
    case Kind::kConcat: {
      Holds all;
      for (const auto& child : node.children) all = Then(all, HoldsOf(child, alphabet));
      return all;
    }
    case Kind::kAlternate: {
      Holds any = HoldsOf(node.children.front(), alphabet);
      for (size_t i = 1; i < node.children.size(); ++i)
        any = Or(any, HoldsOf(node.children[i], alphabet));
      return any;
    }
    case Kind::kRepeat:
      return OfRepeat(node, alphabet);
    case Kind::kCapture:
      return HoldsOf(node.children.front(), alphabet);
    case Kind::kEmpty:
    case Kind::kAssert:
      break;
  }
  return {};
}

}  // namespace

Stretch LongestStretch(const PatternNode& node, const CharSet& alphabet) {
  return HoldsOf(node, alphabet).best;
}

}  // namespace leaktrip
