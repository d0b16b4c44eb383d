#include "detectors/access/address_peers.h"

#include <algorithm>

namespace leaktrip {
namespace {

constexpr size_t kMostCountries = 8;
constexpr size_t kMostMembers = 24;
constexpr Millis kMoveSpan = 7 * kDay;
constexpr double kStaffPrior = 5;  // colleagues not seen yet

std::string SystemKey(uint64_t system) { return "a" + std::to_string(system); }
std::string NetworkKey(uint64_t network) { return "n" + std::to_string(network); }
std::string MoveKey(uint64_t system, uint64_t organisation) {
  return "o" + std::to_string(system) + ":" + std::to_string(organisation);
}
std::string StaffKey(uint64_t organisation) { return "t" + std::to_string(organisation); }
std::string HomeKey(uint64_t home) { return "c" + std::to_string(home); }

std::string GroupKey(const AddressPeers::Place& place) {
  return place.rented || place.system == 0 ? NetworkKey(place.network) : SystemKey(place.system);
}

uint64_t UsersOf(const PeerGroup* group, uint64_t home) {
  if (group == nullptr) return 0;
  for (const auto& country : group->countries)
    if (country.home == home) return country.users;
  return 0;
}

void CountUser(PeerGroup* group, uint64_t home) {
  for (auto& country : group->countries) {
    if (country.home != home) continue;
    ++country.users;
    return;
  }
  if (group->countries.size() < kMostCountries) group->countries.push_back({home, 1});
}

void AddMember(PeerGroup* group, const PeerGroup::Member& member) {
  std::erase_if(group->members, [&](const auto& m) { return m.user == member.user; });
  if (group->members.size() >= kMostMembers) group->members.erase(group->members.begin());
  group->members.push_back(member);
}

}  // namespace

void PeerGroup::Write(StateWriter* writer) const {
  writer->Uint(countries.size());
  for (const auto& country : countries) writer->Uint(country.home).Uint(country.users);
  writer->Uint(members.size());
  for (const auto& member : members)
    writer->Uint(member.organisation).Uint(member.user).Int(member.seen);
  writer->Uint(odd_user).Int(odd_at);
}

bool PeerGroup::Read(StateReader* reader) {
  countries.resize(reader->Count(kMostCountries));
  for (auto& country : countries) {
    country.home = reader->Uint();
    country.users = reader->Uint();
  }
  members.resize(reader->Count(kMostMembers));
  for (auto& member : members) {
    member.organisation = reader->Uint();
    member.user = reader->Uint();
    member.seen = reader->Int();
  }
  odd_user = reader->Uint();
  odd_at = reader->Int();
  return reader->ok();
}

void AddressPeers::Count(const Place& place, uint64_t home, double* here,
                         double* everywhere) const {
  *here = static_cast<double>(UsersOf(groups_.Find(GroupKey(place)), home));
  *everywhere = static_cast<double>(UsersOf(groups_.Find(HomeKey(home)), home));
}

int AddressPeers::Colleagues(uint64_t network, uint64_t organisation, uint64_t user) const {
  const PeerGroup* group = groups_.Find(NetworkKey(network));
  if (group == nullptr || organisation == 0) return 0;
  return static_cast<int>(std::count_if(
      group->members.begin(), group->members.end(),
      [&](const auto& m) { return m.organisation == organisation && m.user != user; }));
}

double AddressPeers::Moved(uint64_t system, uint64_t organisation, uint64_t user, Millis ts) const {
  if (organisation == 0 || system == 0) return 0;
  const PeerGroup* group = groups_.Find(MoveKey(system, organisation));
  if (group == nullptr) return 0;
  const auto moved =
      std::count_if(group->members.begin(), group->members.end(),
                    [&](const auto& m) { return m.user != user && ts - m.seen < kMoveSpan; });
  if (moved < 2) return 0;
  const uint64_t all = UsersOf(groups_.Find(StaffKey(organisation)), organisation);
  return static_cast<double>(moved) / (static_cast<double>(all) + kStaffPrior);
}

bool AddressPeers::OddForAnother(uint64_t network, uint64_t user, Millis ts) const {
  const PeerGroup* group = groups_.Find(NetworkKey(network));
  return group != nullptr && group->odd_user != 0 && group->odd_user != user &&
         ts - group->odd_at < kDay;
}

void AddressPeers::LearnUser(uint64_t home, uint64_t organisation) {
  CountUser(groups_.Change(HomeKey(home)), home);
  if (organisation != 0) CountUser(groups_.Change(StaffKey(organisation)), organisation);
}

void AddressPeers::LearnPlace(const Place& place, uint64_t home, bool new_group) {
  if (new_group) CountUser(groups_.Change(GroupKey(place)), home);
}

void AddressPeers::LearnMember(const Place& place, uint64_t organisation, uint64_t user,
                               Millis ts) {
  if (organisation == 0) return;
  AddMember(groups_.Change(NetworkKey(place.network)), {organisation, user, ts});
  if (place.system != 0)
    AddMember(groups_.Change(MoveKey(place.system, organisation)), {organisation, user, ts});
}

void AddressPeers::LearnOdd(uint64_t network, uint64_t user, Millis ts) {
  PeerGroup* group = groups_.Change(NetworkKey(network));
  group->odd_user = user;
  group->odd_at = ts;
}

}  // namespace leaktrip
