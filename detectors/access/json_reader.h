// JsonReader: one JSON record at a time through simdjson, without copying it where that is safe.
//
// Threads: one. Bounds: the buffers grow to the largest record; Trim() gives back what one huge
// record took. Failure: a reason of AccessParser::kReasons.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

namespace leaktrip {

class JsonReader {
 public:
  // A scalar: the characters of a string, or a number, boolean or null as written.
  struct Scalar {
    std::string_view text;
    bool is_string = false;
    bool is_null = false;
    bool escaped = false;  // text lies in the parser's buffer, until the next record
  };

  // REQUIRES: record lives as long as what is read from it. Never reads past its end.
  bool Open(std::string_view record, simdjson::ondemand::document* document);
  // Returns the reason why not, or "".
  std::string_view Read(simdjson::ondemand::value value, Scalar* scalar) const;
  // The key as written; one with escapes is none that we know.
  std::string_view Key(simdjson::ondemand::field* field) const;
  void Trim();

 private:
  // The same bytes in the record when it was copied for parsing.
  std::string_view Original(std::string_view text) const {
    return {record_.data() + (text.data() - start_), text.size()};
  }

  simdjson::ondemand::parser parser_;
  std::string copy_;
  std::string_view record_;
  const char* start_ = nullptr;
};

}  // namespace leaktrip
