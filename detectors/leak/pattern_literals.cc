#include <algorithm>
#include <array>
#include <cmath>

#include "detectors/leak/pattern.h"

namespace leaktrip {
namespace {

using Kind = PatternNode::Kind;

constexpr size_t kMaxTexts = 128;  // texts of one set
constexpr size_t kMaxExpand = 26;  // characters of a class that are written out
constexpr size_t kMinLength = 3;   // a shorter one is met everywhere
constexpr size_t kMaxLength = 24;  // a longer literal is not rarer in practice
constexpr size_t kRareEnough = 7;  // characters; more literals of more characters only cost
constexpr size_t kMaxCopies = 8;   // of a repeated character

// All texts a node can match, when they are few. Letters that match in both cases are lower case,
// and the whole set is caseless then: a superset, which stage two narrows.
struct Exact {
  std::vector<std::string> texts;
  bool caseless = false;
};

bool IsLower(size_t c) { return c >= 'a' && c <= 'z'; }

std::optional<Exact> ExactOf(const PatternNode& node);

std::optional<Exact> ExactSet(const CharSet& set) {
  Exact exact;
  for (size_t c = set._Find_first(); c < set.size(); c = set._Find_next(c)) {
    const bool upper_of_pair = c >= 'A' && c <= 'Z' && set[c - 'A' + 'a'];
    if (upper_of_pair) continue;
    if (IsLower(c) && set[c - 'a' + 'A']) exact.caseless = true;
    exact.texts.emplace_back(1, static_cast<char>(c));
    if (exact.texts.size() > kMaxExpand) return std::nullopt;
  }
  if (exact.texts.empty()) return std::nullopt;
  return exact;
}

void Lower(Exact* exact) {
  for (auto& text : exact->texts)
    for (auto& c : text)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
}

// Makes both caseless when one is.
void Align(Exact* a, Exact* b) {
  if (a->caseless == b->caseless) return;
  Lower(a);
  Lower(b);
  a->caseless = b->caseless = true;
}

std::optional<Exact> Cross(Exact a, Exact b) {
  if (a.texts.size() * b.texts.size() > kMaxTexts) return std::nullopt;
  Align(&a, &b);
  Exact product{.texts = {}, .caseless = a.caseless};
  for (const auto& left : a.texts) {
    for (const auto& right : b.texts) {
      if (left.size() + right.size() > kMaxLength) return std::nullopt;
      product.texts.push_back(left + right);
    }
  }
  return product;
}

std::optional<Exact> Union(Exact a, Exact b) {
  Align(&a, &b);
  a.texts.insert(a.texts.end(), b.texts.begin(), b.texts.end());
  std::sort(a.texts.begin(), a.texts.end());
  a.texts.erase(std::unique(a.texts.begin(), a.texts.end()), a.texts.end());
  if (a.texts.size() > kMaxTexts) return std::nullopt;
  return a;
}

std::optional<Exact> Copies(const Exact& one, size_t count) {
  std::optional<Exact> all = Exact{.texts = {""}};
  for (size_t i = 0; i < count && all; ++i) all = Cross(*all, one);
  return all;
}

std::optional<Exact> ExactRepeat(const PatternNode& node) {
  const auto child = ExactOf(node.children.front());
  if (!child) return std::nullopt;
  if (node.min == 0 && node.max == 1) return Union(*child, Exact{.texts = {""}});
  if (node.min != node.max || node.min > kMaxCopies) return std::nullopt;
  return Copies(*child, node.min);
}

std::optional<Exact> ExactOf(const PatternNode& node) {
  switch (node.kind) {
    case Kind::kSet:
      return ExactSet(node.set);
    case Kind::kCapture:
      return ExactOf(node.children.front());
    case Kind::kRepeat:
      return ExactRepeat(node);
    case Kind::kAlternate: {
      std::optional<Exact> all = ExactOf(node.children.front());
      for (size_t i = 1; i < node.children.size() && all; ++i) {
        const auto next = ExactOf(node.children[i]);
        all = next ? Union(*all, *next) : std::nullopt;
      }
      return all;
    }
    case Kind::kConcat: {
      std::optional<Exact> all = Exact{.texts = {""}};
      for (size_t i = 0; i < node.children.size() && all; ++i) {
        const auto next = ExactOf(node.children[i]);
        all = next ? Cross(*all, *next) : std::nullopt;
      }
      return all;
    }
    case Kind::kEmpty:
    case Kind::kAssert:
      return Exact{.texts = {""}};
  }
  return std::nullopt;
}

// Words that stand in many log lines and URLs, alone or in a longer one.
constexpr std::array<std::string_view, 34> kCommon = {
    "http",    "https://", "http://", "://",     "www.",    ".com",    ".com/",
    "/api/",   "api.",     "token",   "key",     "user",    "access",  "session",
    "code",    "auth",     "sign",    "client",  "secret",  "graph",   "account",
    "project", "service",  "server",  "request", "status",  "version", "state",
    "ticket",  "content",  "google",  "update",  "message", "password"};

// How rarely one text will be met: its length, less for what reads like a part of a word.
double TextRarity(const std::string& text) {
  if (text == "://") return 1;  // several in a line of an access log
  const double length = static_cast<double>(std::min<size_t>(text.size(), kRareEnough));
  if (std::find(kCommon.begin(), kCommon.end(), text) != kCommon.end())
    return std::min(length, 2.0);
  const bool word = std::all_of(text.begin(), text.end(), [](char c) {
    return IsLower(static_cast<unsigned char>(c)) || (c >= 'A' && c <= 'Z');
  });
  return word && text.size() < 6 ? length - 1.5 : length;
}

// How rarely a set will be met in logs; higher is better. Its commonest text decides.
double Rarity(const LiteralSet& set) {
  double score = kRareEnough;
  for (const auto& text : set.texts) score = std::min(score, TextRarity(text));
  score -= 0.25 * std::log2(static_cast<double>(set.texts.size()));
  if (set.min_before == set.max_before) score += 0.5;  // stage two can start exactly there
  if (set.caseless) score -= 0.5;
  return score;
}

using Rest = std::shared_ptr<const PatternNode>;

Rest MakeRest(Kind kind, std::vector<PatternNode> children) {
  PatternNode node;
  node.kind = kind;
  node.children = std::move(children);
  return std::make_shared<const PatternNode>(std::move(node));
}

// Gathers the candidate sets of a node that begins `before` bytes into the match.
class Collector {
 public:
  std::vector<LiteralSet> sets;

  // nullopt bound: the literal may be anywhere, useless for a window. `rest` follows the node, null
  // when that varies.
  void Collect(const PatternNode& node, size_t min_before, std::optional<size_t> max_before,
               const Rest& rest) {
    if (!max_before) return;
    if (const auto exact = ExactOf(node)) return Offer(*exact, min_before, *max_before, rest);
    switch (node.kind) {
      case Kind::kCapture:
        return Collect(node.children.front(), min_before, max_before, rest);
      case Kind::kRepeat:
        return CollectRepeat(node, min_before, *max_before);
      case Kind::kAlternate:
        return CollectAlternate(node, min_before, *max_before, rest);
      case Kind::kConcat:
        return CollectConcat(node, min_before, *max_before, rest);
      default:
        return;
    }
  }

 private:
  void Offer(const Exact& exact, size_t min_before, size_t max_before, const Rest& rest) {
    LiteralSet set{exact.texts, exact.caseless, min_before, max_before, rest};
    if (set.ShortestText() > 0) sets.push_back(std::move(set));
  }

  void CollectRepeat(const PatternNode& node, size_t min_before, size_t max_before) {
    if (node.min == 0) return;
    const auto& child = node.children.front();
    const auto exact = ExactOf(child);
    if (!exact) return Collect(child, min_before, max_before, nullptr);
    const auto copies = Copies(*exact, std::min<size_t>(node.min, kMaxCopies));
    Offer(copies ? *copies : *exact, min_before, max_before, nullptr);
  }

  // Every branch must bring a set; together they are one.
  void CollectAlternate(const PatternNode& node, size_t min_before, size_t max_before,
                        const Rest& rest) {
    std::optional<LiteralSet> all;
    std::vector<PatternNode> rests;
    for (const auto& child : node.children) {
      Collector branch;
      branch.Collect(child, min_before, max_before, rest);
      auto best = branch.Best(-100);
      if (!best) return;
      if (best->rest) rests.push_back(*best->rest);
      if (!all) {
        all = std::move(best);
        continue;
      }
      Exact a{all->texts, all->caseless}, b{best->texts, best->caseless};
      const auto both = Union(a, b);
      if (!both) return;
      all = LiteralSet{both->texts, both->caseless, std::min(all->min_before, best->min_before),
                       std::max(all->max_before, best->max_before), nullptr};
    }
    if (!all || all->ShortestText() == 0) return;
    if (rests.size() == node.children.size()) all->rest = MakeRest(Kind::kAlternate, rests);
    sets.push_back(*all);
  }

  // A short run is made longer by the first character of what follows: SK0 to SKf for
  // SK[0-9a-f]{32}.
  static bool JoinBeginning(const PatternNode& next, Exact* run) {
    constexpr size_t kShort = 2;
    for (const auto& text : run->texts)
      if (text.size() > kShort) return false;
    if (next.kind != Kind::kRepeat || next.min == 0) return false;
    const auto one = ExactOf(next.children.front());
    const auto longer = one ? Cross(*run, *one) : std::nullopt;
    if (longer) *run = *longer;
    return longer.has_value();
  }

  static Rest RestFrom(const PatternNode& node, size_t child, const Rest& rest) {
    if (!rest) return nullptr;
    std::vector<PatternNode> children(node.children.begin() + static_cast<ptrdiff_t>(child),
                                      node.children.end());
    children.push_back(*rest);
    return MakeRest(Kind::kConcat, std::move(children));
  }

  // Neighbours with few texts are joined as long as that stays small.
  void CollectConcat(const PatternNode& node, size_t min_before, size_t max_before,
                     const Rest& rest) {
    Width before{min_before, max_before};
    std::optional<Exact> run;
    Width run_before = before;
    for (size_t i = 0; i < node.children.size(); ++i) {
      const auto& child = node.children[i];
      const auto exact = ExactOf(child);
      const auto joined = run && exact ? Cross(*run, *exact) : std::nullopt;
      if (joined) {
        if (joined->texts.size() > run->texts.size() && run_before.max)
          Offer(*run, run_before.min, *run_before.max, RestFrom(node, i, rest));
        run = joined;
      } else {
        if (run && run_before.max) {
          const bool longer = JoinBeginning(child, &*run);
          Offer(*run, run_before.min, *run_before.max, longer ? nullptr : RestFrom(node, i, rest));
        }
        run = exact;
        run_before = before;
        if (!exact) Collect(child, before.min, before.max, RestFrom(node, i + 1, rest));
      }
      const Width width = WidthOf(child);
      before.min += width.min;
      before.max = before.max && width.max ? std::optional(*before.max + *width.max) : std::nullopt;
    }
    if (run && run_before.max) Offer(*run, run_before.min, *run_before.max, rest);
  }

 public:
  std::optional<LiteralSet> Best(double least_rarity) const {
    const LiteralSet* best = nullptr;
    for (const auto& set : sets)
      if (set.ShortestText() >= kMinLength && Rarity(set) >= least_rarity &&
          (!best || Rarity(set) > Rarity(*best)))
        best = &set;
    if (!best) return std::nullopt;
    return *best;
  }
};

}  // namespace

size_t LiteralSet::ShortestText() const {
  size_t shortest = SIZE_MAX;
  for (const auto& text : texts) shortest = std::min(shortest, text.size());
  return texts.empty() ? 0 : shortest;
}

std::optional<LiteralSet> FrontLiterals(const PatternNode& node, double least_rarity) {
  Collector collector;
  collector.Collect(node, 0, 0, MakeRest(Kind::kEmpty, {}));
  std::erase_if(collector.sets, [](const LiteralSet& set) { return set.max_before > 0; });
  return collector.Best(least_rarity);
}

std::optional<LiteralSet> RequiredLiterals(const PatternNode& node, double least_rarity) {
  Collector collector;
  collector.Collect(node, 0, 0, MakeRest(Kind::kEmpty, {}));
  return collector.Best(least_rarity);
}

}  // namespace leaktrip
