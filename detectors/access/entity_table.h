// EntityTable: what a detector remembers of each entity, bounded, saved by key.
//
// An open-addressing index over slots that form a list from least to most recently changed. When
// the table is full the entity that was not changed for longest goes, and evictions() counts it.
// Looking does not count as a change, so the saved state is the whole state: a restored table
// evicts in the same order.
//
// Keys are bytes (an address, a fingerprint, a name); hashing is seeded per table, because
// outsiders choose the names. Value needs `void Write(StateWriter*) const` and `bool
// Read(StateReader*)`.
//
// Threads: one. A pointer to a value lives until the next Change() or Erase().
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/access/detector.h"
#include "detectors/access/key_text.h"
#include "detectors/access/slot_key.h"
#include "detectors/base/state_bytes.h"

namespace leaktrip {

template <typename Value>
class EntityTable {
 public:
  // prefix tells the tables of one owner apart in saved keys.
  EntityTable(std::string prefix, KeyText key_text, size_t capacity)
      : prefix_(std::move(prefix)),
        key_text_(key_text),
        capacity_(std::max<size_t>(capacity, 1)),
        seed_(reinterpret_cast<uintptr_t>(this)),
        index_(64, kNone) {}
  EntityTable(const EntityTable&) = delete;
  EntityTable& operator=(const EntityTable&) = delete;

  const Value* Find(std::string_view key) const {
    if (size_ == 0) return nullptr;
    const uint32_t slot = index_[Probe(key, Hash(key))];
    return slot == kNone ? nullptr : &slots_[slot].value;
  }

  // The value to change, made when it is not there.
  Value* Change(std::string_view key) {
    if (unordered_) Order();
    const uint64_t hash = Hash(key);
    const uint32_t found = index_[Probe(key, hash)];
    if (found == kNone && size_ >= capacity_) {
      Remove(oldest_);
      ++evictions_;
    }
    const uint32_t slot = found == kNone ? Insert(key, hash) : found;
    if (newest_ != slot) {
      Unlink(slot);
      LinkNewest(slot);
    }
    slots_[slot].stamp = ++stamp_;
    MarkDirty(slot);
    return &slots_[slot].value;
  }

  void Erase(std::string_view key) {
    const uint32_t slot = index_[Probe(key, Hash(key))];
    if (slot != kNone) Remove(slot);
  }

  size_t size() const { return size_; }
  uint64_t evictions() const { return evictions_; }

  void Save(const StateSink& sink) {
    for (const auto& key : gone_) sink(key, std::nullopt);
    gone_.clear();
    StateWriter writer;
    for (const uint32_t slot : dirty_) {
      Slot& s = slots_[slot];
      if (!s.dirty) continue;
      s.dirty = false;
      if (!s.used) continue;
      s.saved = true;
      writer.Clear();
      writer.Uint(s.stamp);
      s.value.Write(&writer);
      sink(SavedKey(s.key.view()), writer.bytes());
    }
    dirty_.clear();
  }

  // True when the key is one of this table; *good is false when its bytes are not readable.
  bool Restore(std::string_view saved_key, std::string_view bytes, bool* good) {
    if (!saved_key.starts_with(prefix_)) return false;
    const auto key = DecodeKey(key_text_, saved_key.substr(prefix_.size()));
    StateReader reader(bytes);
    const uint64_t stamp = reader.Uint();
    Value value{};
    *good = key && value.Read(&reader) && reader.AtEnd();
    if (!*good) return true;
    const uint64_t hash = Hash(*key);
    const uint32_t found = index_[Probe(*key, hash)];
    const uint32_t slot = found == kNone ? Insert(*key, hash) : found;
    slots_[slot].value = std::move(value);
    slots_[slot].stamp = stamp;
    slots_[slot].saved = true;
    stamp_ = std::max(stamp_, stamp);
    unordered_ = true;
    return true;
  }

 private:
  static constexpr uint32_t kNone = ~0u;

  struct Slot {
    uint64_t hash = 0;
    SlotKey key;
    uint64_t stamp = 0;  // of the last change
    uint32_t older = kNone;
    uint32_t newer = kNone;
    bool used = false;
    bool dirty = false;
    bool saved = false;
    Value value{};
  };

  // A fingerprint is uniform already: a part of it is enough.
  uint64_t Hash(std::string_view key) const {
    return HashBytes(key.size() == sizeof(Fingerprint) ? key.substr(0, 8) : key, seed_);
  }

  std::string SavedKey(std::string_view key) const { return prefix_ + EncodeKey(key_text_, key); }

  // Place in the index of the key, or of the gap where it belongs.
  size_t Probe(std::string_view key, uint64_t hash) const {
    const size_t mask = index_.size() - 1;
    size_t at = hash & mask;
    while (index_[at] != kNone) {
      const Slot& s = slots_[index_[at]];
      if (s.hash == hash && s.key == key) break;
      at = (at + 1) & mask;
    }
    return at;
  }

  uint32_t Insert(std::string_view key, uint64_t hash) {
    if ((size_ + 1) * 2 > index_.size()) Grow();
    uint32_t slot;
    if (free_.empty()) {
      slot = static_cast<uint32_t>(slots_.size());
      slots_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    Slot& s = slots_[slot];
    s.key.Set(key);
    s.hash = hash;
    s.used = true;
    s.saved = false;
    s.value = Value{};
    index_[Probe(key, hash)] = slot;
    LinkNewest(slot);
    ++size_;
    return slot;
  }

  void Remove(uint32_t slot) {
    Slot& s = slots_[slot];
    if (s.saved) gone_.push_back(SavedKey(s.key.view()));
    CloseGap(Probe(s.key.view(), s.hash));
    Unlink(slot);
    s.used = false;
    s.key.Set({});
    s.value = Value{};
    free_.push_back(slot);
    --size_;
  }

  // Removes one place of the index and moves up what had been pushed on by it.
  void CloseGap(size_t gap) {
    const size_t mask = index_.size() - 1;
    for (size_t at = (gap + 1) & mask; index_[at] != kNone; at = (at + 1) & mask) {
      const size_t home = slots_[index_[at]].hash & mask;
      if (((at - home) & mask) >= ((at - gap) & mask)) {
        index_[gap] = index_[at];
        gap = at;
      }
    }
    index_[gap] = kNone;
  }

  void Grow() {
    index_.assign(index_.size() * 2, kNone);
    for (uint32_t slot = 0; slot < slots_.size(); ++slot)
      if (slots_[slot].used) index_[Probe(slots_[slot].key.view(), slots_[slot].hash)] = slot;
  }

  void LinkNewest(uint32_t slot) {
    slots_[slot].older = newest_;
    slots_[slot].newer = kNone;
    if (newest_ != kNone) slots_[newest_].newer = slot;
    newest_ = slot;
    if (oldest_ == kNone) oldest_ = slot;
  }

  void Unlink(uint32_t slot) {
    Slot& s = slots_[slot];
    (s.older == kNone ? oldest_ : slots_[s.older].newer) = s.newer;
    (s.newer == kNone ? newest_ : slots_[s.newer].older) = s.older;
  }

  // After restoring: keys came in any order, the list goes by stamp; a table that has become
  // smaller drops its oldest.
  void Order() {
    std::vector<uint32_t> order;
    for (uint32_t slot = 0; slot < slots_.size(); ++slot)
      if (slots_[slot].used) order.push_back(slot);
    std::sort(order.begin(), order.end(),
              [this](uint32_t a, uint32_t b) { return slots_[a].stamp < slots_[b].stamp; });
    oldest_ = newest_ = kNone;
    for (const uint32_t slot : order) LinkNewest(slot);
    unordered_ = false;
    for (; size_ > capacity_; ++evictions_) Remove(oldest_);
  }

  void MarkDirty(uint32_t slot) {
    if (slots_[slot].dirty) return;
    slots_[slot].dirty = true;
    dirty_.push_back(slot);
  }

  const std::string prefix_;
  const KeyText key_text_;
  const size_t capacity_;
  const uint64_t seed_;
  std::vector<uint32_t> index_;  // power of two, at most half full
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_;
  std::vector<uint32_t> dirty_;
  std::vector<std::string> gone_;  // saved once, removed since the last Save()
  uint32_t oldest_ = kNone;
  uint32_t newest_ = kNone;
  uint64_t stamp_ = 0;
  size_t size_ = 0;
  uint64_t evictions_ = 0;
  bool unordered_ = false;
};

}  // namespace leaktrip
