// Format: how the records of one kind of log become AccessEvents; a file of rules/formats/ once
// loaded and compiled.
//
// Two steps. An extractor for the kind (json, line, regex, columns, logfmt) fills slots, one per
// name or path that the format uses, with pieces of the record. The mapping then takes the fields
// of the event from the slots. `native` and `ncsa` have code of their own.
//
// Values, immutable after loading; any thread.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detectors/access/json_path.h"
#include "detectors/access/key_table.h"
#include "detectors/access/line_template.h"
#include "detectors/base/result.h"

namespace leaktrip {

enum class FormatKind : uint8_t { kNative, kNcsa, kJson, kLine, kRegex, kColumns, kLogfmt };

// In the order in which they are set: a token in the query of a path yields to one of its own.
enum class EventField : uint8_t {
  kTs,
  kForwarded,
  kClientIp,
  kHost,
  kToken,
  kTokenHash,
  kMethod,
  kRequest,
  kPath,
  kQuery,
  kStatus,
  kUser,
  kUserAgent,
  kScope,
  kTokenCreated,
  kTokenExpires,
  kServiceAccount,
  kBytes,
};
inline constexpr std::string_view kEventFieldNames[] = {
    "ts",         "forwarded", "client_ip",     "host",          "token",           "token_sha256",
    "method",     "request",   "path",          "query",         "status",          "user",
    "user_agent", "scope",     "token_created", "token_expires", "service_account", "bytes"};
inline constexpr size_t kEventFields = std::size(kEventFieldNames);

using SharedRegex = std::shared_ptr<const re2::RE2>;

// One row of a `map`: a word as it is, or a pattern that is found in it, to another text.
struct WordRule {
  std::string word;
  SharedRegex pattern;  // nullptr: the word itself
  std::string value;
};

struct FieldMapping {
  enum class Decode : uint8_t { kNone, kPercent, kPlus };

  EventField field = EventField::kTs;
  std::vector<int> slots;  // the first that holds something counts
  int date_slot = -1;      // put in front, for a time in two columns
  std::string strip;       // a prefix to leave out
  Decode decode = Decode::kNone;
  std::vector<WordRule> words;
  std::optional<std::string> otherwise;  // what no word of the map is
  std::optional<std::string> absent;     // when no slot holds anything
  int zone_minutes = 0;
  bool with_port = false;  // of an address: what follows its last colon is a port
};

struct Condition {
  std::vector<int> slots;  // the first that holds something counts
  enum class Kind : uint8_t { kIs, kNot, kMatches, kPresent, kAbsent } kind = Kind::kIs;
  std::vector<std::string> words;
  SharedRegex pattern;
};

struct LinePattern {
  LineTemplate line;        // kLine
  SharedRegex regex;        // kRegex
  std::vector<int> groups;  // slot of each capturing group; -1: none
  std::vector<std::pair<EventField, std::string>> set;
};

struct FormatExample {
  std::string text;
  std::vector<std::pair<std::string, std::string>> fields;  // name of the field to its text
  size_t events = 1;                                        // 0: known, but not an event
  Place place;
};

// Whether records begin with a syslog header.
enum class SyslogFrame : uint8_t { kNo, kMaybe, kYes };

struct Format {
  std::string id;
  std::string description;
  FormatKind kind = FormatKind::kNative;
  int preference = 5;  // among formats that read the same records equally well the lowest wins

  std::vector<std::string> slots;  // their names
  std::vector<Condition> match;    // what a record of this format is known by
  std::vector<Condition> when;     // which of its records are events
  std::vector<FieldMapping> fields;
  std::vector<LinePattern> lines;  // kLine, kRegex: the first that fits counts
  std::vector<SharedRegex> skip;   // known lines that are no events
  JsonPaths paths;                 // kJson
  std::string unfold;              // kJson: the array whose items are the records
  KeyTable keys;                   // kLogfmt: key to slot
  std::vector<int> columns;        // kColumns: slot of each; -1: not used
  std::string header;              // kColumns: what a line that names the columns begins with
  char separator = ' ';            // kColumns
  SyslogFrame syslog = SyslogFrame::kNo;
  std::vector<std::string> programs;  // of the syslog header; empty: any

  std::vector<FormatExample> examples;
  std::vector<std::pair<std::string, Place>> rejects;
  Place place;
};

// Sorted by id.
struct FormatSet {
  std::vector<Format> formats;

  // Its index, or -1.
  int Find(std::string_view id) const;
};

}  // namespace leaktrip
