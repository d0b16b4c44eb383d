#include "daemon/deliver/revocation_request.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "daemon/deliver/signature.h"
#include "daemon/store/outbox.h"
#include "detectors/base/encoding.h"

namespace leaktrip {
namespace {

using Json = nlohmann::ordered_json;

// Takes the bytes over and wipes where they were.
Secret Take(std::string text) {
  Secret secret(text);
  OPENSSL_cleanse(text.data(), text.size());
  return secret;
}

// Room for every byte as %XX from the start: a string that grows leaves copies behind.
void AppendEncoded(std::string_view text, std::string* out) {
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain)
      *out += c;
    else
      out->append("%").append(HexEncode({&c, 1}));
  }
}

Secret FormBody(const Revocation& row, const Secret& token) {
  const bool refresh = row.kind.find("refresh") != std::string::npos;
  std::string body;
  body.reserve(token.size() * 3 + 64);
  body += "token=";
  AppendEncoded(token.Reveal(), &body);
  body += refresh ? "&token_type_hint=refresh_token" : "&token_type_hint=access_token";
  return Take(std::move(body));
}

// The token is written by hand, so that no copy of it stays in the memory of a JSON library.
void AppendJsonToken(std::string_view token, std::string* out) {
  const bool ascii =
      std::all_of(token.begin(), token.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (!ascii) {
    std::string encoded = Base64Encode(token);
    out->append(R"("token_base64":")").append(encoded).append("\"");
    OPENSSL_cleanse(encoded.data(), encoded.size());
    return;
  }
  out->append(R"("token":")");
  for (const char c : token) {
    if (c == '"' || c == '\\') *out += '\\';
    *out += c;
  }
  *out += '"';
}

Secret JsonBody(const Revocation& row, const Secret& token, Millis now) {
  const Json data = {{"alert_id", row.alert_id},
                     {"fingerprint", row.fingerprint},
                     {"kind", row.kind},
                     {"provider", row.provider}};
  const Json envelope = {{"type", "token.revoke"}, {"timestamp", FormatTime(now)}, {"data", data}};
  const std::string shell = envelope.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string body;
  body.reserve(shell.size() + token.size() * 2 + 32);
  body.append(shell, 0, shell.size() - 2).append(",");  // without the two closing braces
  AppendJsonToken(token.Reveal(), &body);
  body += "}}";
  return Take(std::move(body));
}

std::string Encoded(std::string_view text) {
  std::string out;
  AppendEncoded(text, &out);
  return out;
}

}  // namespace

HttpRequest MakeRevocationRequest(const RevocationAction& action, const Revocation& row,
                                  const Secret& token, Millis now) {
  HttpRequest request;
  request.url = action.url;
  request.timeout = action.timeout;
  if (action.type == RevocationActionConfig::Type::kRfc7009) {
    request.headers = {"Content-Type: application/x-www-form-urlencoded",
                       "Accept: application/json"};
    request.body = FormBody(row, token);
    // RFC 6749 2.3.1: both parts are form-encoded before they become Basic credentials.
    request.user = Encoded(action.client_id);
    request.password = Take(Encoded(action.client_secret.Reveal()));
    return request;
  }
  // From when the row was proposed: a repeat has the same body.
  request.body = JsonBody(row, token, row.created);
  const std::string id = "msg_revoke_" + IdPart(row.fingerprint) + "_" + IdPart(row.action);
  const int64_t timestamp = now / 1000;
  request.headers = {
      "Content-Type: application/json", "webhook-id: " + id,
      "webhook-timestamp: " + std::to_string(timestamp),
      "webhook-signature: " + SignWebhook(action.secrets, id, timestamp, request.body.Reveal())};
  return request;
}

RevocationReply MeaningOf(const HttpReply& reply) {
  if (reply.status / 100 == 2) return RevocationReply::kAcknowledged;
  const bool passing = reply.status == 0 || reply.status / 100 == 5 || reply.status == 408 ||
                       reply.status == 425 || reply.status == 429;
  return passing ? RevocationReply::kTryAgain : RevocationReply::kFailed;
}

}  // namespace leaktrip
