// RecordPlace: which machine wrote a record and which path it is about, for the alert of a leak and
// for allow entries.
//
// Read from JSON (host, hostname, host.name, kubernetes.pod_name, …; path, url, request.uri,
// log.file.path, …, also nested), NCSA lines, syslog headers and logfmt. What cannot be read is
// empty. A path is without its query, and a part of it that looks made by a machine (an id, a
// token) becomes `*`; so it holds no secret that somebody put there and there are few of them.
//
// Pure, any thread. Bounds: 4 levels of JSON, the first 64 KiB of a record, 128 bytes a text.
#pragma once

#include <string>
#include <string_view>

namespace leaktrip {

struct RecordPlace {
  std::string host;
  std::string path;
};

// REQUIRES: what is known to be secret in the record is masked with `*`.
RecordPlace PlaceOf(std::string_view record);
// The path without query, authority and parts that look random.
std::string PlainPath(std::string_view path);

}  // namespace leaktrip
