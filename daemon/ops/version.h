// The version of this build, as CMake knows it.
#pragma once

namespace leaktrip {

inline constexpr char kVersion[] = LEAKTRIP_VERSION;

}  // namespace leaktrip
