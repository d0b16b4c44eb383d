// The files that `scan` reads: those named, and the regular files below folders named, in the order
// of the words and by name within a folder. Inside folders symbolic links are not followed and
// sockets, pipes and devices are left out; a pipe or link that was named itself is read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "detectors/base/result.h"

namespace leaktrip {

struct ScanPath {
  std::string path;    // "-": stdin
  uint64_t bytes = 0;  // on disk; 0 when unknown
};

// Folders and files that cannot be listed are reported and left out.
std::vector<ScanPath> ListScanPaths(const std::vector<std::string>& words, Errors* errors);

}  // namespace leaktrip
