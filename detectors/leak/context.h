// What stands before a value: the name it is given, and what that name says of it. Kinds without a
// shape of their own are judged by it, and generic credentials too.
//
// Pure functions, any thread; none looks back farther than kNameReach bytes.
#pragma once

#include <cstddef>
#include <string_view>

namespace leaktrip {

inline constexpr size_t kNameReach = 56;

// The name before the value at `at`: "api_key" in `"api_key": "…`, `api_key=…`, `&api_key%3D…`,
// `--api-key …`, and the path segment before it in `/v1/keys/…`. Empty when there is none.
std::string_view NameBefore(std::string_view text, size_t at);

enum class NameSays { kNothing, kCredential, kIdentifier };
// "token", "secret", "apikey", … against "request_id", "commit", "etag", "sha256", …; what comes
// last in the name counts.
NameSays ReadName(std::string_view name);
// The same of the name before the value at `at`. In a path or a key of parts (`/auth/…`,
// `app:session:…`) only words that mean nothing but a credential count as one.
NameSays ReadNameBefore(std::string_view text, size_t at);

// Whether the value that ends at `end` is the stem of a file's name, as digests of assets are:
// `.png`, `.js`, … follows.
bool FileExtensionAt(std::string_view text, size_t end);

// Whether a hint (lower case) stands in text at `at` as a word of its own: "box" in `box_token` and
// `BoxToken` and `boxtoken`, not in `dropbox`, `inbox` or `boxes`. A hint may end in a separator
// (`dd_`).
bool HintStandsAt(std::string_view text, size_t at, std::string_view hint);

}  // namespace leaktrip
