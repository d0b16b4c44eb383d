// The networks file of a configuration or command: MMDB by its ending `.mmdb`, else CSV (gzip and
// zstd too). Empty path: no networks. Failure: kNotFound, kIo, or kInvalid with the place.
#pragma once

#include <memory>
#include <string>

#include "detectors/access/networks.h"
#include "detectors/base/result.h"

namespace leaktrip {

Result<std::shared_ptr<const Networks>> LoadNetworks(const std::string& path);

}  // namespace leaktrip
