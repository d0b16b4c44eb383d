#include "daemon/ingest/side_feed.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "daemon/ingest/line_reader.h"

namespace leaktrip {
namespace {

constexpr size_t kMostLines = 5'000'000;

std::string TextOf(const nlohmann::json& line, const char* key) {
  const auto at = line.find(key);
  return at != line.end() && at->is_string() ? at->get<std::string>().substr(0, 256) : "";
}

// "" or what is wrong.
template <typename Fact>
std::string ParseFact(std::string_view text, FedFact<Fact>* fed) {
  const auto line = nlohmann::json::parse(text, nullptr, false);
  if (!line.is_object()) return "is not a JSON object";
  const auto token = Fingerprint::FromHex(TextOf(line, "token_sha256"));
  if (!token) return "`token_sha256` must be 64 hex digits";
  const auto ts = ParseTime(TextOf(line, "ts"));
  if (!ts) return "`ts` must be a time such as 2024-03-04T00:00:19Z";
  fed->token = *token;
  fed->fact.ts = *ts;
  if constexpr (requires { fed->fact.source; }) {
    fed->fact.source = TextOf(line, "source");
  } else {
    fed->fact.user = TextOf(line, "user");
    fed->fact.reason = TextOf(line, "reason");
  }
  return {};
}

template <typename Fact>
Result<std::vector<FedFact<Fact>>> ReadFacts(const std::string& path) {
  auto reader = LineReader::Open(path);
  if (!reader) return std::unexpected(reader.error());
  std::vector<FedFact<Fact>> facts;
  LineChunk chunk;
  for (;;) {
    const auto more = (*reader)->Next(&chunk);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    std::string_view line;
    for (auto number = static_cast<int>(chunk.first_line); TakeLine(&chunk.bytes, &line);
         ++number) {
      if (line.empty()) continue;
      FedFact<Fact> fed;
      if (auto wrong = ParseFact(line, &fed); !wrong.empty())
        return Fail(Code::kInvalid, std::move(wrong), {path, number, 1});
      if (facts.size() >= kMostLines)
        return Fail(Code::kFull, "has too many lines", {path, number, 1});
      facts.push_back(std::move(fed));
    }
  }
  std::stable_sort(facts.begin(), facts.end(),
                   [](const auto& a, const auto& b) { return a.fact.ts < b.fact.ts; });
  return facts;
}

}  // namespace

Result<std::vector<FedFact<LeakFact>>> ReadLeaks(const std::string& path) {
  return ReadFacts<LeakFact>(path);
}
Result<std::vector<FedFact<RevocationFact>>> ReadRevocations(const std::string& path) {
  return ReadFacts<RevocationFact>(path);
}

}  // namespace leaktrip
