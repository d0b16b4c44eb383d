// AgentFamily: a user agent without its digits, as a number, so that an update is not a new agent.
//
// AgentFamilies remembers the answer for agents seen lately, because a few hundred agents make most
// of the traffic: a direct-mapped table of 1,024 entries by the hash of the whole text. The memory
// never changes an answer, so it is no state to save. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace leaktrip {

uint64_t AgentFamily(std::string_view user_agent);

class AgentFamilies {
 public:
  uint64_t Of(std::string_view user_agent);

 private:
  struct Entry {
    uint64_t text = 0;  // hash
    uint64_t family = 0;
  };
  std::array<Entry, 1024> entries_{};
};

}  // namespace leaktrip
