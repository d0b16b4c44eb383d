// PathTemplate: a path without what differs from request to request, as a number.
//
// "/v1/customers/17" and "/v1/customers/c0ffee-12" are one template: a segment with a digit in it
// stands for any. The query does not count. Pure, any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace leaktrip {

uint64_t PathTemplate(std::string_view path);

}  // namespace leaktrip
