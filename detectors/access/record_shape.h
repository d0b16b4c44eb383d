// The shape of a record that nothing could read: letters become 'a', digits '9', bytes beyond ASCII
// 'u', control characters '?'; white space and punctuation stay. Never its content: fit for a log.
// At most kMostShape characters. Pure function.
#pragma once

#include <string>
#include <string_view>

namespace leaktrip {

inline constexpr size_t kMostShape = 160;
std::string RecordShape(std::string_view record);

}  // namespace leaktrip
