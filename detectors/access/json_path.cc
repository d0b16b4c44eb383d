#include "detectors/access/json_path.h"

#include <algorithm>
#include <charconv>

namespace leaktrip {
namespace {

std::unexpected<Error> Wrong(std::string_view path, const std::string& why) {
  return Fail(Code::kInvalid, "`" + std::string(path.substr(0, 80)) + "` is no path: " + why);
}

}  // namespace

int JsonPaths::Child(int node, std::string_view key) {
  const int known = At(node).keys.Find(key);
  if (known >= 0) return known;
  const int fresh = static_cast<int>(nodes_.size());
  nodes_.emplace_back();
  nodes_[static_cast<size_t>(node)].keys.Add(key, fresh);
  return fresh;
}

int JsonPaths::Item(int node, size_t index) {
  for (const auto& [known, child] : At(node).items)
    if (known == index) return child;
  const int fresh = static_cast<int>(nodes_.size());
  nodes_.emplace_back();
  nodes_[static_cast<size_t>(node)].items.emplace_back(index, fresh);
  return fresh;
}

Result<void> JsonPaths::Add(std::string_view path, int slot) {
  std::string_view rest = path;
  int node = kRoot;
  for (int steps = 0;; ++steps) {
    if (steps > 16) return Wrong(path, "more than 16 steps");
    std::string_view key;
    if (rest.starts_with('"')) {
      const size_t close = rest.find('"', 1);
      if (close == std::string_view::npos) return Wrong(path, "a quote does not end");
      key = rest.substr(1, close - 1);
      rest.remove_prefix(close + 1);
    } else {
      const size_t end = std::min(rest.find_first_of(".["), rest.size());
      key = rest.substr(0, end);
      rest.remove_prefix(end);
    }
    if (key.empty()) return Wrong(path, "a key is empty");
    node = Child(node, key);
    while (rest.starts_with('[')) {
      size_t index = 0;
      const auto [end, code] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), index);
      if (code != std::errc() || end == rest.data() + rest.size() || *end != ']' || index > 63)
        return Wrong(path, "brackets hold an index from 0 to 63");
      rest.remove_prefix(static_cast<size_t>(end - rest.data()) + 1);
      node = Item(node, index);
    }
    if (rest.empty()) break;
    if (!rest.starts_with('.')) return Wrong(path, "keys are joined by dots");
    rest.remove_prefix(1);
  }
  nodes_[static_cast<size_t>(node)].slot = slot;
  return {};
}

int JsonPaths::Below(int node, std::string_view key) const {
  const int whole = At(node).keys.Find(key);
  if (whole >= 0) return whole;
  if (key.find('.') == std::string_view::npos) return -1;
  while (node >= 0) {
    const size_t dot = key.find('.');
    node = At(node).keys.Find(key.substr(0, dot));
    if (dot == std::string_view::npos) return node;
    key.remove_prefix(dot + 1);
  }
  return -1;
}

}  // namespace leaktrip
