// Strict reading of YAML: every value keeps its place, every key must be known, all errors come at
// once.
//
// ParseYaml() turns a text into a tree of plain values. YamlMap is a view of one mapping: ask it
// for each key that may be there, then call Finish(), which reports the keys nobody asked for with
// a "did you mean". Scalars stay text until asked for as a number or boolean, so `no` is a string
// where a string is wanted. Anchors, aliases, tags, duplicate keys and second documents are errors:
// no file of ours needs them.
//
// Ownership: YamlMap points into the tree and into the caller's Errors; both must outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/base/result.h"

namespace leaktrip {

struct YamlEntry;

struct YamlValue {
  enum class Kind { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  Place place;
  std::string scalar;
  std::vector<YamlValue> list;
  std::vector<YamlEntry> map;  // in the order of the file
};

struct YamlEntry {
  std::string key;
  Place place;  // of the key
  YamlValue value;
};

// An empty text is a null value. At most 1 MiB, 64 levels and 100,000 values.
Result<YamlValue> ParseYaml(std::string_view text, const std::string& file);

class YamlMap {
 public:
  // value may be null (an empty mapping); anything but a mapping is reported as an error.
  YamlMap(const YamlValue& value, Errors* errors);

  bool Has(std::string_view key) const;
  const YamlValue* Get(std::string_view key);  // nullptr when absent; marks the key as known
  std::string String(std::string_view key, std::string fallback = {});
  std::string RequiredString(std::string_view key);
  std::optional<std::string> OptionalString(std::string_view key);
  bool Bool(std::string_view key, bool fallback);
  int64_t Int(std::string_view key, int64_t fallback, int64_t least, int64_t most);
  double Double(std::string_view key, double fallback, double least, double most);
  // One of `names`, as its index; reports the allowed ones otherwise.
  size_t Choice(std::string_view key, const std::vector<std::string_view>& names, size_t fallback);
  std::vector<std::string> Strings(std::string_view key);  // a list of scalars, or one scalar
  YamlMap Map(std::string_view key);                       // empty when absent
  std::vector<YamlMap> Maps(std::string_view key);         // a list of mappings

  Place PlaceOf(std::string_view key) const;  // of the value; of the mapping when the key is absent
  const Place& place() const { return value_->place; }
  const std::vector<YamlEntry>& entries();  // for free-form keys; all are known then
  void Report(std::string_view key, std::string message);
  void ReportAt(const Place& place, std::string message);
  void Finish();

 private:
  const YamlValue* Scalar(std::string_view key);

  const YamlValue* value_;
  Errors* errors_;
  std::vector<std::string_view> known_;
};

// The candidate within two edits of word that is nearest to it, or "".
std::string_view DidYouMean(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace leaktrip
