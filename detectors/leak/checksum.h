// Check digits that token issuers put into their tokens, verified offline.
//
// GitHub: CRC-32 of the random part in base 62. Fine-grained GitHub: SHA-256 in base 32. GitLab
// routable: CRC-32 in base 36. npm: as GitHub. Atlassian, Cloudflare, Canva, Zuplo: CRC-32 in hex.
// Grafana: the same, little-endian. Vercel, Apify: CRC-32 in base 62. Confluent: CRC-32 in base 64.
// A checksum that holds raises confidence, one that fails lowers it and never silences: many real
// tokens of older kinds carry none.
//
// Pure functions, any thread.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace leaktrip {

// True or false for a token the algorithm applies to, nullopt for one whose shape it does not know.
using ChecksumFunction = std::optional<bool> (*)(std::string_view token);

// nullptr for an unknown name.
ChecksumFunction FindChecksum(std::string_view name);
std::vector<std::string_view> ChecksumNames();

}  // namespace leaktrip
