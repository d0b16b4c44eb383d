// Any text is a format or errors with a place, and a format that loads reads any line.
#include <cstdlib>

#include "detectors/access/access_parser.h"
#include "detectors/access/format_loader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace leaktrip;
  Errors errors;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto formats = LoadFormats({{"formats/x.yaml", text}}, {}, &errors);
  if ((formats == nullptr) != !errors.empty()) std::abort();
  for (const Error& error : errors)
    if (error.place.file != "formats/x.yaml" || error.message.empty()) std::abort();
  if (!formats || formats->formats.empty()) return 0;
  AccessParser parser({.formats = formats});
  parser.Use({0});
  std::vector<AccessEvent> events;
  for (const std::string_view line :
       {std::string_view(R"({"t":1709510419,"a":{"b":["x",{"c":1}]},"d.e":"\n"})"),
        std::string_view("Mar  4 00:00:19 h p[1]: message repeated 2 times: [ a from b port c]"),
        std::string_view("a=1 b=\"2 \\\" 3\" t=2024-03-04T00:00:19Z c"),
        std::string_view("#Fields: a b"),
        std::string_view(
            R"(1.2.3.4 - a [04/Mar/2024:00:00:19 +0000] "GET / HTTP/1.1" 200 1 "-" "x")"),
        std::string_view(text).substr(0, 4096)}) {
    events.clear();
    (void)parser.ParseAll(line, 1'709'510'419'000, &events);
  }
  for (const FormatExample& example : formats->formats[0].examples)
    (void)parser.ParseAll(example.text, 1'709'510'419'000, &events);
  return 0;
}
