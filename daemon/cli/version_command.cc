#include <curl/curl.h>
#include <hs/hs.h>
#include <librdkafka/rdkafka.h>
#include <openssl/crypto.h>
#include <simdjson.h>
#include <spdlog/version.h>
#include <sqlite3.h>
#include <systemd/sd-daemon.h>
#include <zlib.h>
#include <zstd.h>

#include <ostream>

#include "daemon/cli/arguments.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/exit_code.h"
#include "daemon/config/rules_folder.h"
#include "daemon/ops/version.h"

namespace leaktrip {

int RunVersionCommand(const Words& words, std::ostream& out, std::ostream& err) {
  Arguments arguments("version", "Prints the version of leaktrip and of its libraries.");
  Words none;
  arguments.Positional("word", &none, 0);
  if (const auto exit = arguments.Parse(words, out, err)) return *exit;
  out << "leaktrip " << kVersion << "\n"
      << "hyperscan " << hs_version() << "\n"
      << "librdkafka " << rd_kafka_version_str() << "\n"
      << "libcurl " << curl_version_info(CURLVERSION_NOW)->version << "\n"
      << "simdjson " << simdjson::SIMDJSON_VERSION_MAJOR << "." << simdjson::SIMDJSON_VERSION_MINOR
      << "." << simdjson::SIMDJSON_VERSION_REVISION << "\n"
      << OpenSSL_version(OPENSSL_VERSION) << "\n"
      << "sqlite " << sqlite3_libversion() << "\n"
      << "spdlog " << SPDLOG_VER_MAJOR << "." << SPDLOG_VER_MINOR << "." << SPDLOG_VER_PATCH << "\n"
      << "zlib " << zlibVersion() << "\n"
      << "zstd " << ZSTD_versionString() << "\n"
      << "rule files " << ShippedRules().size() << "\n";
  return kExitDone;
}

}  // namespace leaktrip
