#include "detectors/access/agent_family.h"

#include "detectors/access/key_text.h"

namespace leaktrip {
namespace {

constexpr size_t kMostAgentBytes = 512;

}  // namespace

uint64_t AgentFamily(std::string_view user_agent) {
  char letters[kMostAgentBytes];
  size_t size = 0;
  for (const char c : user_agent.substr(0, kMostAgentBytes))
    if (c < '0' || c > '9') letters[size++] = c;
  return HashBytes({letters, size});
}

uint64_t AgentFamilies::Of(std::string_view user_agent) {
  const uint64_t text = HashBytes(user_agent);
  Entry& entry = entries_[text % entries_.size()];
  if (entry.text != text) entry = {text, AgentFamily(user_agent)};
  return entry.family;
}

}  // namespace leaktrip
