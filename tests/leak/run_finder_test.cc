#include "detectors/leak/run_finder.h"

#include <gtest/gtest.h>

#include <cctype>
#include <random>
#include <string>
#include <vector>

namespace leaktrip {
namespace {

std::vector<std::pair<size_t, size_t>> Fast(std::string_view text, size_t least) {
  std::vector<std::pair<size_t, size_t>> runs;
  for (Run run = NextRun(text, 0, least); run.begin < run.end; run = NextRun(text, run.end, least))
    runs.emplace_back(run.begin, run.end);
  return runs;
}

std::vector<std::pair<size_t, size_t>> Slow(std::string_view text, size_t least) {
  std::vector<std::pair<size_t, size_t>> runs;
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) ||
                                 std::string_view("+/_-").contains(text[end])))
      ++end;
    if (end - i >= least) runs.emplace_back(i, end);
    i = end + 1;
  }
  return runs;
}

TEST(RunFinder, EveryByteIsClassifiedAsTheClassSays) {
  for (int c = 0; c < 256; ++c) {
    std::string text(200, '.');
    text.replace(70, 20, std::string(20, static_cast<char>(c)));
    EXPECT_EQ(Fast(text, 16), Slow(text, 16)) << c;
  }
}

TEST(RunFinder, FindsWhatALoopFindsInRandomText) {
  std::mt19937 random(3);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (size_t parts = random() % 12; parts > 0; --parts) {
      text += std::string(random() % 70, "aZ09+/_-"[random() % 8]);
      text += std::string(random() % 3, " .\n\xff"[random() % 4]);
    }
    for (const size_t least : {16u, 24u, 40u})
      ASSERT_EQ(Fast(text, least), Slow(text, least)) << text;
  }
}

}  // namespace
}  // namespace leaktrip
