// The fast engine and the oracle on the same bytes: the same findings, or abort. The first byte
// cuts the rest into records (0: lines).
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/leak/rules_for_tests.h"

namespace leaktrip {
namespace {

struct Engines {
  Engines() {
    Errors errors;
    const auto rules = CompileRules(test::SomeRules(), "key", &errors);
    fast = MakeEngine(rules);
    oracle = MakeOracle(rules);
  }
  std::unique_ptr<Engine> fast, oracle;
};

}  // namespace
}  // namespace leaktrip

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace leaktrip;
  static Engines engines;
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::vector<uint32_t> ends;
  if (const uint32_t step = data[0]; step > 0)
    for (uint32_t at = 0; at < text.size();)
      ends.push_back(at = std::min<uint32_t>(at + step, static_cast<uint32_t>(text.size())));
  const auto found = test::Spans(test::Scan(engines.fast.get(), text, ends));
  const auto expected = test::Spans(test::Scan(engines.oracle.get(), text, ends));
  if (found == expected) return 0;
  for (const auto& span : found) std::fprintf(stderr, "fast   %s\n", span.c_str());
  for (const auto& span : expected) std::fprintf(stderr, "oracle %s\n", span.c_str());
  std::abort();
}
