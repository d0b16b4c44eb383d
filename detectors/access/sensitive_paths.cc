#include "detectors/access/sensitive_paths.h"

#include <algorithm>
#include <array>

#include "detectors/access/key_text.h"

namespace leaktrip {
namespace {

// One line is one kind.
constexpr std::array<std::string_view, 12> kKinds = {
    "secret secrets vault credential credentials passwords",
    "token tokens apikey apikeys api-keys api_keys keys access-keys ssh-keys",
    "user users member members people accounts directory",
    "admin administrator root sudo roles permissions policies iam",
    "export exports download downloads dump",
    "backup backups snapshot snapshots archive",
    "repo repos repository repositories",
    "billing payment payments invoice invoices cards",
    "env .env .git .aws config.json settings.json",
    "webhooks integrations oauth apps",
    "audit audit-log logs",
    "database databases db tables query",
};
constexpr size_t kMostSegment = 32;
constexpr int kMostKinds = 64;

uint64_t HashOf(std::string_view segment) {
  char lower[kMostSegment];
  for (size_t i = 0; i < segment.size(); ++i) {
    const char c = segment[i];
    lower[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return HashBytes({lower, segment.size()});
}

}  // namespace

SensitivePaths::SensitivePaths(const std::vector<std::string>& more) {
  int kind = 0;
  for (std::string_view words : kKinds) {
    while (!words.empty()) {
      const auto word = words.substr(0, words.find(' '));
      words_.emplace_back(HashOf(word), kind);
      words.remove_prefix(std::min(word.size() + 1, words.size()));
    }
    ++kind;
  }
  for (const auto& word : more)
    if (!word.empty() && word.size() <= kMostSegment && kind < kMostKinds)
      words_.emplace_back(HashOf(word), kind++);
  std::sort(words_.begin(), words_.end());
}

int SensitivePaths::Find(std::string_view path) const {
  path = path.substr(0, path.find('?'));
  while (!path.empty()) {
    const size_t slash = path.find('/');
    const auto segment = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    if (segment.empty() || segment.size() > kMostSegment) continue;
    const uint64_t hash = HashOf(segment);
    const auto at = std::lower_bound(words_.begin(), words_.end(), std::pair(hash, 0));
    if (at != words_.end() && at->first == hash) return at->second;
  }
  return -1;
}

}  // namespace leaktrip
