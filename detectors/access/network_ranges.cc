#include "detectors/access/network_ranges.h"

#include <algorithm>

namespace leaktrip {
namespace {

// Moves to the next address; false when it wraps.
bool Increment(IpAddress* ip) {
  for (size_t i = 16; i-- > 0;)
    if (++ip->bytes[i] != 0) return true;
  return false;
}

}  // namespace

uint32_t NetworkRanges::Keep(NetworkFacts facts) {
  const auto [at, fresh] = known_.try_emplace(facts, static_cast<uint32_t>(facts_.size()));
  if (fresh) facts_.push_back(std::move(facts));
  return at->second;
}

void NetworkRanges::Add(const IpAddress& first, const IpAddress& last, uint32_t facts) {
  networks_.push_back({first, last, facts});
}

void NetworkRanges::Start(const IpAddress& at, uint32_t facts) {
  if (!ranges_.empty() && ranges_.back().first == at) {
    ranges_.back().facts = facts;
    return;
  }
  // Neighbours that know the same are one.
  if (ranges_.empty() ? facts != kGap : ranges_.back().facts != facts)
    ranges_.push_back({at, facts});
}

void NetworkRanges::CloseLast(std::vector<Network>* open) {
  IpAddress next = open->back().last;
  open->pop_back();
  if (Increment(&next)) Start(next, open->empty() ? kGap : open->back().facts);
}

void NetworkRanges::Finish() {
  std::stable_sort(networks_.begin(), networks_.end(), [](const Network& a, const Network& b) {
    return a.first != b.first ? a.first < b.first : a.last > b.last;
  });
  std::vector<Network> open;
  for (const Network& network : networks_) {
    while (!open.empty() && open.back().last < network.first) CloseLast(&open);
    Start(network.first, network.facts);
    open.push_back(network);
  }
  while (!open.empty()) CloseLast(&open);
  networks_ = {};
}

uint32_t NetworkRanges::Combine(uint32_t own, uint32_t other, const NetworkRanges& others) {
  if (other == kGap) return own;
  if (own == kGap) return Keep(others.facts_[other]);
  NetworkFacts facts = facts_[own];
  const NetworkFacts& more = others.facts_[other];
  if (facts.asn == 0) facts.asn = more.asn;
  if (facts.as_name.empty()) facts.as_name = more.as_name;
  if (facts.country.empty()) facts.country = more.country;
  if (facts.latitude == 0 && facts.longitude == 0) {
    facts.latitude = more.latitude;
    facts.longitude = more.longitude;
  }
  if (facts.kind == NetworkKind::kUnknown) facts.kind = more.kind;
  return Keep(std::move(facts));
}

void NetworkRanges::FillFrom(const NetworkRanges& others) {
  const std::vector<Range> own = std::move(ranges_);
  ranges_.clear();
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> combined;
  uint32_t mine = kGap, theirs = kGap;
  for (auto a = own.begin(), b = others.ranges_.begin();
       a != own.end() || b != others.ranges_.end();) {
    const bool take_a = b == others.ranges_.end() || (a != own.end() && a->first <= b->first);
    const bool take_b = a == own.end() || (b != others.ranges_.end() && b->first <= a->first);
    const IpAddress at = take_a ? a->first : b->first;
    if (take_a) mine = (a++)->facts;
    if (take_b) theirs = (b++)->facts;
    const auto [known, fresh] = combined.try_emplace({mine, theirs}, 0);
    if (fresh) known->second = Combine(mine, theirs, others);
    Start(at, known->second);
  }
}

}  // namespace leaktrip
