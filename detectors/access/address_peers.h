// AddressPeers: who else uses a network, so that a place that is new for one user but usual for its
// people weighs less, and a place that is odd for several weighs more. Part of unusual-address.
#pragma once

#include <vector>

#include "detectors/access/entity_table.h"
#include "detectors/access/places.h"

namespace leaktrip {

struct PeerGroup {
  struct Country {
    uint64_t home = 0;
    uint64_t users = 0;
  };
  struct Member {
    uint64_t organisation = 0;
    uint64_t user = 0;
    Millis seen = 0;
  };
  std::vector<Country> countries;  // distinct users by their home, at most 8
  std::vector<Member> members;  // the last 24 users: of a network, or of an organisation in an AS
  uint64_t odd_user = 0;        // for whom it was odd
  Millis odd_at = 0;

  void Write(StateWriter* writer) const;
  bool Read(StateReader* reader);
};

class AddressPeers {
 public:
  explicit AddressPeers(size_t capacity) : groups_("peers/", KeyText::kName, capacity) {}

  struct Place {
    uint64_t network = 0;
    uint64_t system = 0;  // 0: unknown
    bool rented = false;  // then the network is the group, else the AS
  };

  // Users of the same home country that are known from the place, and all of them.
  void Count(const Place& place, uint64_t home, double* here, double* everywhere) const;
  // Other users of the organisation in the network; and the share of its users that came to the
  // whole AS in the last week, 0 when fewer than two did.
  int Colleagues(uint64_t network, uint64_t organisation, uint64_t user) const;
  double Moved(uint64_t system, uint64_t organisation, uint64_t user, Millis ts) const;
  bool OddForAnother(uint64_t network, uint64_t user, Millis ts) const;

  void LearnUser(uint64_t home, uint64_t organisation);  // once per user
  void LearnPlace(const Place& place, uint64_t home, bool new_group);
  void LearnMember(const Place& place, uint64_t organisation, uint64_t user, Millis ts);
  void LearnOdd(uint64_t network, uint64_t user, Millis ts);

  void Save(const StateSink& sink) { groups_.Save(sink); }
  bool Restore(std::string_view key, std::string_view value, bool* good) {
    return groups_.Restore(key, value, good);
  }
  size_t entries() const { return groups_.size(); }
  uint64_t evictions() const { return groups_.evictions(); }

 private:
  EntityTable<PeerGroup> groups_;
};

}  // namespace leaktrip
