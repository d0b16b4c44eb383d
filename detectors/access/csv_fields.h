// CSV fields of one line (RFC 4180): quotes may hold commas, a doubled quote stands for one.
// Pure function. Failure: nullopt for a quote that does not end.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leaktrip {

std::optional<std::vector<std::string>> CsvFields(std::string_view line);

}  // namespace leaktrip
