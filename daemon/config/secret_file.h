// Where secrets come from: files that the configuration names, never the configuration itself.
//
// Failure: kIo or kInvalid with the file's name; a message never holds what was read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "detectors/base/result.h"
#include "detectors/base/secret.h"

namespace leaktrip {

// An absolute name is itself; a relative one is looked up in $CREDENTIALS_DIRECTORY (with '_' for
// each
// '/', as systemd names the files of a folder), then beside config_file. When it is nowhere: the
// path beside config_file.
std::string ResolveSecretFile(const std::string& name, const std::string& config_file);
// The file without its trailing newline; at most 64 KiB, not empty.
Result<Secret> ReadSecretFile(const std::string& name, const std::string& config_file);
// `whsec_` and base64 of 24 to 64 bytes, as Standard Webhooks has it: returns the bytes. While a
// secret is rotated the file holds several, one a line; each signs.
Result<std::vector<Secret>> ReadWebhookSecrets(const std::string& name,
                                               const std::string& config_file);
// The first of them.
Result<Secret> ReadWebhookSecret(const std::string& name, const std::string& config_file);
// 32 bytes as hex or base64.
Result<Secret> ReadKeyFile(const std::string& name, const std::string& config_file);

}  // namespace leaktrip
