// What tests of log formats share: formats from their text. One thread.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "detectors/access/format_loader.h"

namespace leaktrip::test {

// What every format must have beside what a test is about.
inline const std::string kTail = R"(
examples:
  - {text: 'a', event: {}}
  - {text: 'b', event: {}}
rejects: ['c']
)";

inline std::string Joined(const Errors& errors) {
  std::string text;
  for (const auto& error : errors) text += error.ToString() + "\n";
  return text;
}

inline std::shared_ptr<const FormatSet> Load(const std::string& text) {
  Errors errors;
  auto formats = LoadFormats({{"formats/x.yaml", text}}, {}, &errors);
  EXPECT_TRUE(formats) << Joined(errors);
  return formats;
}

inline std::string JsonFormat(const std::string& fields) {
  return "id: x\ndescription: d\nkind: json\nfields:\n  ts: t\n" + fields + kTail;
}

}  // namespace leaktrip::test
