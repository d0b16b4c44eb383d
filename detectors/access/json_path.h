// JsonPaths: the paths that a format reads from a JSON record, as one tree, so that a record is
// walked once.
//
// A path is keys joined by dots: `protoPayload.requestMetadata.callerIp`. A key that holds a dot
// stands in double quotes; `name[0]` is one item of an array. A key of the record that holds dots
// itself ("source.ip") is followed as if it were nested. A path that ends at an array takes its
// plain items, joined by ", ". Values; immutable once built; any thread.
#pragma once

#include <string_view>
#include <vector>

#include "detectors/access/key_table.h"
#include "detectors/base/result.h"

namespace leaktrip {

class JsonPaths {
 public:
  struct Node {
    KeyTable keys;                              // to nodes
    std::vector<std::pair<size_t, int>> items;  // index in an array to a node
    int slot = -1;
  };
  static constexpr int kRoot = 0;

  JsonPaths() : nodes_(1) {}
  Result<void> Add(std::string_view path, int slot);

  const Node& At(int node) const { return nodes_[static_cast<size_t>(node)]; }
  // The node of a record's key below this one, or -1.
  int Below(int node, std::string_view key) const;

 private:
  int Child(int node, std::string_view key);
  int Item(int node, size_t index);

  std::vector<Node> nodes_;
};

}  // namespace leaktrip
