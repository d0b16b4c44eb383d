// Files of networks: the flat table of `networks import` (mapped into memory), MMDB, or CSV (gzip
// and zstd too), told apart by their content.
//
// Replace a table by renaming a new one over it, as `networks import` does: writing into a file
// that is mapped changes it under its readers. Failure: kNotFound, kIo, or kInvalid with the place.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "detectors/access/network_ranges.h"
#include "detectors/access/networks.h"
#include "detectors/base/result.h"

namespace leaktrip {

// Empty path: no networks.
Result<std::shared_ptr<const Networks>> LoadNetworks(const std::string& path);
// The networks of several CSV and MMDB files: what the first does not know comes from the next.
Result<NetworkRanges> ReadNetworks(const std::vector<std::string>& paths);
// The table of these as a file, in place of what was there, at once.
Result<void> WriteNetworks(const NetworkRanges& ranges, const std::string& path);

}  // namespace leaktrip
