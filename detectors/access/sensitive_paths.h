// SensitivePaths: requests for what intruders look for: credentials, people, exports, money, code.
//
// A word counts when it is a whole segment of the path ("/v1/tokens/17", not "/v1/tokenizer"). The
// built-in words follow what intruders do with an account (credential access, account discovery,
// data from repositories, collection and exfiltration in MITRE ATT&CK: T1552, T1087, T1213, T1005,
// T1567). How rare such requests are is learned from the traffic, so a service that is all about
// one of them only loses that clue. Immutable; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leaktrip {

class SensitivePaths {
 public:
  // Words beside the built-in ones; case does not count.
  explicit SensitivePaths(const std::vector<std::string>& more = {});

  // Number of the first such word in the path, below 64; -1: none. Words of one kind, such as
  // "user" and "users", may share a number.
  int Find(std::string_view path) const;

 private:
  std::vector<std::pair<uint64_t, int>> words_;  // hash to number, sorted
};

}  // namespace leaktrip
