// `formats detect`: tries every format on the first lines of files and shows how well each reads
// them. Exit code: 0, 1 when no format reads a file, 2 for a file that cannot be read.
#pragma once

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "detectors/access/format.h"

namespace leaktrip {

int DetectFormats(const std::shared_ptr<const FormatSet>& formats,
                  const std::vector<std::string>& files, size_t lines, std::ostream& out,
                  std::ostream& err);

}  // namespace leaktrip
