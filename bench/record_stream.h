// A stream like those of real services: combined access lines and JSON application logs of about
// 200 bytes, in which now and then a token lies: in a URL, in a header, in a message. The same seed
// gives the same records. The tokens are made up; each occurs once. One thread.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace leaktrip::bench {

class RecordStream {
 public:
  // One record in `token_every` holds a token; 0: none does.
  RecordStream(uint64_t seed, uint64_t token_every) : random_(seed), token_every_(token_every) {}

  // Writes the next record over *record. Returns its token, or "".
  std::string Next(std::string* record);

 private:
  uint64_t Below(uint64_t limit) { return random_() % limit; }
  std::string Characters(const char* alphabet, size_t count);
  std::string MakeToken();
  void AccessLine(const std::string& token, std::string* record);
  void JsonLine(const std::string& token, std::string* record);

  std::mt19937_64 random_;
  uint64_t token_every_;
  uint64_t number_ = 0;
};

}  // namespace leaktrip::bench
