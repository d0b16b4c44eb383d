#include "detectors/access/native_event.h"

#include <charconv>
#include <cmath>

#include "detectors/access/ncsa_line.h"

namespace leaktrip {
namespace {

namespace json = simdjson::ondemand;
using Unexpected = std::unexpected<std::string_view>;

bool ToUint(std::string_view text, uint64_t* number) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return code == std::errc() && end == text.data() + text.size();
}

// Seconds or milliseconds since 1970, told apart by their size; fractions allowed.
std::optional<Millis> TimeOfNumber(std::string_view text) {
  double number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (number < 1e11) number *= 1000;
  if (!(number >= 0 && number < 253402300800e3)) return std::nullopt;
  return static_cast<Millis>(std::llround(number));
}

enum class Field : uint8_t {
  kOther,
  kTs,
  kClientIp,
  kMethod,
  kPath,
  kStatus,
  kTokenHash,
  kUser,
  kUserAgent,
  kToken,
  kScope,
  kTokenCreated,
  kTokenExpires,
  kServiceAccount,
  kHost,
  kBytes,
  kForwarded
};

Field FieldOf(std::string_view key) {
  switch (key.size()) {
    case 2:
      return key == "ts" ? Field::kTs : Field::kOther;
    case 4:
      if (key == "path") return Field::kPath;
      if (key == "user") return Field::kUser;
      return key == "host" ? Field::kHost : Field::kOther;
    case 5:
      if (key == "token") return Field::kToken;
      if (key == "scope") return Field::kScope;
      return key == "bytes" ? Field::kBytes : Field::kOther;
    case 6:
      if (key == "status") return Field::kStatus;
      return key == "method" ? Field::kMethod : Field::kOther;
    case 9:
      return key == "client_ip" ? Field::kClientIp : Field::kOther;
    case 10:
      return key == "user_agent" ? Field::kUserAgent : Field::kOther;
    case 12:
      return key == "token_sha256" ? Field::kTokenHash : Field::kOther;
    case 13:
      if (key == "forwarded_for") return Field::kForwarded;
      if (key == "token_created") return Field::kTokenCreated;
      return key == "token_expires" ? Field::kTokenExpires : Field::kOther;
    case 15:
      return key == "service_account" ? Field::kServiceAccount : Field::kOther;
    default:
      return Field::kOther;
  }
}

class NativeReader {
 public:
  NativeReader(JsonReader* reader, Arena* arena) : reader_(reader), arena_(arena) {}

  std::expected<AccessEvent, std::string_view> Parse(std::string_view record,
                                                     const TrustedProxies& proxies) {
    json::document document;
    if (!reader_->Open(record, &document)) return Unexpected("bad-json");
    json::object object;
    if (document.get_object().get(object)) return Unexpected("bad-json");
    AccessEvent event;
    bool timed = false;
    for (auto entry : object) {
      json::field field;
      if (std::move(entry).get(field)) return Unexpected("bad-json");
      const Field kind = FieldOf(reader_->Key(&field));
      if (kind == Field::kOther) continue;
      JsonReader::Scalar scalar;
      auto reason = reader_->Read(field.value(), &scalar);
      if (reason.empty() && !scalar.is_null) reason = Set(kind, scalar, &event);
      if (!reason.empty()) return Unexpected(reason);
      timed = timed || (kind == Field::kTs && !scalar.is_null);
    }
    if (document.current_location().error() == simdjson::SUCCESS) return Unexpected("bad-json");
    if (!timed) return Unexpected("no-time");
    if (!forwarded_.empty() && event.client_ip && proxies.Contains(*event.client_ip))
      event.client_ip = ClientBehindProxies(event.client_ip->ToString(), forwarded_, proxies);
    return event;
  }

  std::string_view Keep(const JsonReader::Scalar& scalar) {
    return scalar.escaped ? arena_->emplace_back(scalar.text) : scalar.text;
  }

  std::string_view Set(Field field, const JsonReader::Scalar& scalar, AccessEvent* event) {
    const std::string_view text = scalar.text;
    switch (field) {
      case Field::kTs:
      case Field::kTokenCreated:
      case Field::kTokenExpires: {
        const auto time = scalar.is_string ? ParseTime(text) : TimeOfNumber(text);
        if (!time) return "bad-time";
        if (field == Field::kTs) event->ts = *time;
        if (field == Field::kTokenCreated) event->token_created = time;
        if (field == Field::kTokenExpires) event->token_expires = time;
        return "";
      }
      case Field::kClientIp:
        if (text.empty() || text == "-") return "";
        event->client_ip = IpAddress::Parse(text);
        return event->client_ip ? "" : "bad-address";
      case Field::kStatus: {
        uint64_t status = 0;
        if (!ToUint(text, &status) || status > 999) return "bad-status";
        event->status = static_cast<uint16_t>(status);
        return "";
      }
      case Field::kTokenHash:
        if (text.empty()) return "";
        event->token = Fingerprint::FromHex(text);
        return event->token ? "" : "bad-token";
      case Field::kToken:
        if (!text.empty()) event->token = Fingerprint::OfToken(text);
        return "";
      case Field::kServiceAccount:
        if (text != "true" && text != "false") return "bad-type";
        event->service_account = text == "true";
        return "";
      case Field::kBytes:
        return ToUint(text, &event->bytes) ? "" : "bad-type";
      case Field::kPath:
        SetTarget(Keep(scalar), event);
        return "";
      case Field::kOther:
        return "";
      default:
        SetText(field, Keep(scalar), event);
        return "";
    }
  }

  void SetText(Field field, std::string_view text, AccessEvent* event) {
    switch (field) {
      case Field::kMethod:
        event->method = text.substr(0, 32);
        break;
      case Field::kUser:
        event->user = text.substr(0, kMostUserBytes);
        break;
      case Field::kUserAgent:
        event->user_agent = text;
        break;
      case Field::kHost:
        event->host = text;
        break;
      case Field::kScope:
        event->scope = text;
        break;
      case Field::kForwarded:
        forwarded_ = text;
        break;
      default:
        break;
    }
  }

 private:
  JsonReader* reader_;
  Arena* arena_;
  std::string_view forwarded_;
};

}  // namespace

std::expected<AccessEvent, std::string_view> ParseNativeEvent(std::string_view record,
                                                              const TrustedProxies& proxies,
                                                              JsonReader* reader, Arena* arena) {
  return NativeReader(reader, arena).Parse(record, proxies);
}

}  // namespace leaktrip
