#include "detectors/leak/guard.h"

#include <algorithm>
#include <map>
#include <utility>

namespace leaktrip {
namespace {

using Kind = PatternNode::Kind;

constexpr size_t kMaxNodes = 700;    // of the automaton with choices
constexpr size_t kMaxStates = 96;    // of the one without
constexpr uint32_t kMaxCopies = 72;  // of a repeated part; more are taken for any number
constexpr uint32_t kMaxChoices = 8;  // of optional copies, likewise

// Thompson's construction: a node reads a character of its set, or passes on to two others, or is
// the end.
struct Node {
  CharSet set;
  bool reads = false;
  uint32_t next = 0;
  uint32_t other = 0;  // without reading: the second way, or the same as next
};
constexpr uint32_t kEnd = 0;

class Network {
 public:
  Network() : nodes_(1) {}

  // The beginning of a part that goes on at `then`.
  uint32_t Build(const PatternNode& node, uint32_t then) {
    if (nodes_.size() > kMaxNodes) return kEnd;  // too large to look at: anything may follow
    switch (node.kind) {
      case Kind::kSet:
        return Push({.set = node.set, .reads = true, .next = then, .other = then});
      case Kind::kCapture:
        return Build(node.children.front(), then);
      case Kind::kConcat:
        for (auto it = node.children.rbegin(); it != node.children.rend(); ++it)
          then = Build(*it, then);
        return then;
      case Kind::kAlternate: {
        uint32_t first = Build(node.children.front(), then);
        for (size_t i = 1; i < node.children.size(); ++i)
          first = Fork(first, Build(node.children[i], then));
        return first;
      }
      case Kind::kRepeat:
        return Repeat(node, then);
      case Kind::kEmpty:
      case Kind::kAssert:
        break;
    }
    return then;
  }

  const Node& operator[](uint32_t i) const { return nodes_[i]; }
  size_t size() const { return nodes_.size(); }

 private:
  uint32_t Push(const Node& node) {
    nodes_.push_back(node);
    return static_cast<uint32_t>(nodes_.size() - 1);
  }
  uint32_t Fork(uint32_t a, uint32_t b) {
    return Push({.set = {}, .reads = false, .next = a, .other = b});
  }

  uint32_t Repeat(const PatternNode& node, uint32_t then) {
    const auto& child = node.children.front();
    const bool open = node.max == PatternNode::kUnbounded || node.min > kMaxCopies ||
                      node.max - node.min > kMaxChoices;
    if (open) {
      const uint32_t loop = Fork(then, then);
      const uint32_t again = Build(child, loop);
      nodes_[loop].other = again;
      then = loop;
    } else {
      const uint32_t end = then;
      for (uint32_t i = node.min; i < node.max; ++i) then = Fork(Build(child, then), end);
    }
    for (uint32_t i = std::min(node.min, kMaxCopies); i > 0; --i) then = Build(child, then);
    return then;
  }

  std::vector<Node> nodes_;
};

using Set = std::vector<uint32_t>;  // of nodes that read, ascending

}  // namespace

class GuardBuilder {
 public:
  GuardBuilder(const PatternNode& pattern, Guard* guard) : guard_(guard) {
    first_ = network_.Build(pattern, kEnd);
    seen_.resize(network_.size());
  }

  Set Beginning() { return Close({first_}); }

  void Finish(const Set& first) {
    Classify();
    guard_->first_ = StateOf(first);
    for (size_t i = 0; i < sets_.size(); ++i) {  // sets_ grows on the way
      guard_->next_.resize((i + 1) * guard_->classes_);
      for (uint32_t c = 0; c < guard_->classes_; ++c) {
        const Set set = sets_[i];
        guard_->next_[i * guard_->classes_ + c] = StateOf(Step(set, sample_[c]));
      }
    }
  }

 private:
  // Follows the ways that read nothing; the end, if it can be reached, stands first.
  Set Close(const Set& from) {
    std::fill(seen_.begin(), seen_.end(), false);
    Set stack = from, closed;
    while (!stack.empty()) {
      const uint32_t i = stack.back();
      stack.pop_back();
      if (seen_[i]) continue;
      seen_[i] = true;
      if (i == kEnd || network_[i].reads) {
        closed.push_back(i);
      } else {
        stack.push_back(network_[i].next);
        stack.push_back(network_[i].other);
      }
    }
    std::sort(closed.begin(), closed.end());
    return closed;
  }

  Set Step(const Set& at, const CharSet& chars) {
    Set next;
    for (const uint32_t i : at)
      if (i != kEnd && (network_[i].set & chars).any()) next.push_back(network_[i].next);
    return Close(next);
  }

  // Characters that no set tells apart are one class.
  void Classify() {
    std::vector<const CharSet*> sets;
    for (uint32_t i = 1; i < network_.size(); ++i) {
      const CharSet& set = network_[i].set;
      if (network_[i].reads &&
          std::none_of(sets.begin(), sets.end(), [&](const auto* s) { return *s == set; }))
        sets.push_back(&set);
    }
    std::map<std::vector<bool>, uint8_t> classes;
    for (unsigned c = 0; c < 256; ++c) {
      std::vector<bool> in(sets.size());
      for (size_t i = 0; i < sets.size(); ++i) in[i] = (*sets[i])[c];
      const auto [it, added] =
          classes.try_emplace(std::move(in), static_cast<uint8_t>(classes.size()));
      if (added) sample_.emplace_back().set(c);
      guard_->class_of_[c] = it->second;
    }
    guard_->classes_ = static_cast<uint32_t>(sample_.size());
  }

  uint8_t StateOf(const Set& set) {
    if (set.empty()) return Guard::kDead;
    if (set.front() == kEnd) return Guard::kLikely;
    const auto it = states_.find(set);
    if (it != states_.end()) return it->second;
    if (sets_.size() == kMaxStates) return Guard::kLikely;
    const auto state = static_cast<uint8_t>(Guard::kFirst + sets_.size());
    states_.emplace(set, state);
    sets_.push_back(set);
    return state;
  }

  Guard* guard_;
  Network network_;
  uint32_t first_ = 0;
  std::vector<bool> seen_;
  std::vector<CharSet> sample_;  // by class: one of its characters
  std::map<Set, uint8_t> states_;
  std::vector<Set> sets_;
};

Guard::Guard(const PatternNode& pattern) {
  GuardBuilder builder(pattern, this);
  builder.Finish(builder.Beginning());
}

}  // namespace leaktrip
