// FormatLoader: files of rules/formats/ to a FormatSet. One file is one format:
//
//   id: acme-gateway
//   description: Access log of the Acme gateway
//   kind: json            # json, line, regex, columns, logfmt; native and ncsa are built in
//   match: [{field: log, is: access}]            # what its records are known by; of several
//                                                # fields the first that holds something counts
//   when: [{field: event, not: [health]}]        # which of them are events: is, not, matches,
//                                                # present: true, present: false
//   fields:               # of the event: see kEventFieldNames
//     ts: time            # a path (json), a hole (line), a group (regex), a column, a key
//     client_ip: [remote, peer.ip]               # the first that holds something
//     forwarded: headers.x-forwarded-for
//     status: {from: outcome, map: {OK: success, '~(?i)refused': denied}, otherwise: failed,
//              absent: none}                     # '~' starts a pattern
//     method: {value: LOGIN}                     # always the same
//     user: {from: account, strip: 'user:'}      # without that prefix
//     user_agent: {from: agent, decode: percent} # or plus
//     # client_ip: {from: peer, port: true}        always with a port, IPv6 without brackets too
//     # ts: {from: time, date: date, zone: '+02:00'}  in two columns; of stamps without a zone
//   lines:                # line: templates, see LineTemplate; regex: patterns with named groups
//     - '$remote - $user [$time] "$request" $status'
//     - {line: 'refused $user from $ip', set: {status: denied}}
//   skip: ['^#']          # patterns of known lines that are no events
//   syslog: true          # begins with a syslog header; maybe: not always. Its parts are
//   programs: [acme]      # $syslog_time, $syslog_host, $program; of these programs only
//   columns: [a, b]       # with `separator` (a space, '\t' or one character) and maybe `header`,
//                         # what a line that names the columns begins with
//   unfold: Records       # json: an array whose items are the records
//   preference: 5         # 0 to 9; where two formats read the same the lower one wins
//   examples:             # at least two events
//     - {text: '…', event: {ts: '2024-03-04T00:00:19Z', user: ada}}
//     - {text: '…', event: {…}, events: 5}       # unfolds into five
//     - {text: '…', events: 0}                   # known, but not an event
//   rejects: ['…']        # at least one text that is not of this format
//
// A second folder is merged over the first by id: a format with a known id replaces it, `enabled:
// false` removes it.
//
// Failure: nullptr, with every error of every file with its place. Examples are run by
// CheckFormatExamples().
#pragma once

#include <map>
#include <memory>
#include <string>

#include "detectors/access/format.h"
#include "detectors/base/result.h"

namespace leaktrip {

// files: path relative to the rules folder ("formats/nginx.yaml") to text.
std::shared_ptr<const FormatSet> LoadFormats(const std::map<std::string, std::string>& shipped,
                                             const std::map<std::string, std::string>& own,
                                             Errors* errors);

}  // namespace leaktrip
