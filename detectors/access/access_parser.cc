#include "detectors/access/access_parser.h"

#include <simdjson.h>

#include <charconv>
#include <cmath>
#include <deque>
#include <string>

#include "detectors/access/ncsa_line.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define LEAKTRIP_WATCHED_MEMORY 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LEAKTRIP_WATCHED_MEMORY 1
#endif

namespace leaktrip {
namespace {

namespace json = simdjson::ondemand;
using Unexpected = std::unexpected<std::string_view>;

constexpr size_t kMostBytes = 4 << 20;

// The reader looks up to 64 bytes past the end. That is harmless inside the same page, whatever is
// there; only a record that ends close to the end of one must be copied.
bool MayReadBeyond([[maybe_unused]] std::string_view record) {
#ifdef LEAKTRIP_WATCHED_MEMORY
  return false;
#else
  constexpr size_t kPage = 4096;
  const auto end = reinterpret_cast<uintptr_t>(record.data() + record.size());
  return kPage - end % kPage > simdjson::SIMDJSON_PADDING && end % kPage != 0;
#endif
}

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
  kBytes
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
      if (key == "token_created") return Field::kTokenCreated;
      return key == "token_expires" ? Field::kTokenExpires : Field::kOther;
    case 15:
      return key == "service_account" ? Field::kServiceAccount : Field::kOther;
    default:
      return Field::kOther;
  }
}

}  // namespace

struct AccessParser::Impl {
  // A scalar: the characters of a string, or a number, boolean or null as written.
  struct Scalar {
    std::string_view text;
    bool is_string = false;
    bool is_null = false;
    bool escaped = false;
  };

  // Returns the reason why not, or "".
  std::string_view Read(json::value value, Scalar* scalar) {
    json::json_type type;
    if (value.type().get(type)) return "bad-json";
    if (type == json::json_type::object || type == json::json_type::array) return "bad-type";
    if (type == json::json_type::null) {
      scalar->is_null = true;
      return value.is_null() ? "" : "bad-json";
    }
    std::string_view token = value.raw_json_token();
    if (type != json::json_type::string) {
      while (!token.empty() && static_cast<uint8_t>(token.back()) <= ' ') token.remove_suffix(1);
      scalar->text = Original(token);
      return "";
    }
    scalar->is_string = true;
    size_t end = 1;
    while (end < token.size() && token[end] != '"') {
      if (token[end] == '\\') {
        scalar->escaped = true;
        ++end;
      }
      ++end;
    }
    if (end >= token.size()) return "bad-json";
    if (!scalar->escaped) {
      scalar->text = Original(token.substr(1, end - 1));
      return "";
    }
    std::string_view unescaped;
    if (value.get_string().get(unescaped)) return "bad-json";
    scalar->text = unescaped;  // in the JSON parser's buffer: Keep() what stays
    return "";
  }

  // The same bytes in the record when it was copied for parsing.
  std::string_view Original(std::string_view text) const {
    return {record.data() + (text.data() - json_start), text.size()};
  }

  std::string_view Keep(const Scalar& scalar) {
    return scalar.escaped ? arena.emplace_back(scalar.text) : scalar.text;
  }

  std::expected<AccessEvent, std::string_view> ParseJson() {
    json_start = record.data();
    if (!MayReadBeyond(record)) {
      copy.assign(record);
      copy.append(simdjson::SIMDJSON_PADDING, '\0');
      json_start = copy.data();
    }
    json::document document;
    if (parser
            .iterate(simdjson::padded_string_view(json_start, record.size(),
                                                  record.size() + simdjson::SIMDJSON_PADDING))
            .get(document))
      return Unexpected("bad-json");
    json::object object;
    if (document.get_object().get(object)) return Unexpected("bad-json");
    AccessEvent event;
    bool timed = false;
    for (auto entry : object) {
      json::field field;
      std::string_view key;
      if (std::move(entry).get(field)) return Unexpected("bad-json");
      const char* raw = field.key().raw();
      key = std::string_view(raw, static_cast<size_t>(json_start + record.size() - raw));
      key = key.substr(0, key.find('"'));
      const Field kind = FieldOf(key);
      if (kind == Field::kOther) continue;
      Scalar scalar;
      auto reason = Read(field.value(), &scalar);
      if (reason.empty() && !scalar.is_null) reason = Set(kind, scalar, &event);
      if (!reason.empty()) return Unexpected(reason);
      timed = timed || (kind == Field::kTs && !scalar.is_null);
    }
    if (document.current_location().error() == simdjson::SUCCESS) return Unexpected("bad-json");
    if (!timed) return Unexpected("no-time");
    return event;
  }

  std::string_view Set(Field field, const Scalar& scalar, AccessEvent* event) {
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
      case Field::kMethod:
        event->method = Keep(scalar).substr(0, 32);
        return "";
      case Field::kUser:
        event->user = Keep(scalar).substr(0, kMostUserBytes);
        return "";
      case Field::kUserAgent:
        event->user_agent = Keep(scalar);
        return "";
      case Field::kHost:
        event->host = Keep(scalar);
        return "";
      case Field::kScope:
        event->scope = Keep(scalar);
        return "";
      case Field::kOther:
        break;
    }
    return "";
  }

  AccessFormat format = AccessFormat::kAuto;
  json::parser parser;
  std::string copy;
  std::string_view record;
  const char* json_start = nullptr;
  std::deque<std::string> arena;  // never moves what it holds
};

AccessParser::AccessParser(AccessFormat format) : impl_(std::make_unique<Impl>()) {
  impl_->format = format;
}
AccessParser::~AccessParser() = default;

std::expected<AccessEvent, std::string_view> AccessParser::Parse(std::string_view record) {
  const size_t first = record.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return Unexpected("empty");
  if (record.size() > kMostBytes) return Unexpected("too-large");
  const bool looks_json = record[first] == '{';
  if (impl_->format == AccessFormat::kNcsa || (impl_->format == AccessFormat::kAuto && !looks_json))
    return ParseNcsaLine(record.substr(first, record.find_last_not_of("\r\n") + 1 - first));
  if (!looks_json) return Unexpected("bad-json");
  impl_->record = record;
  auto event = impl_->ParseJson();
  // One huge record must not keep its memory.
  if (impl_->copy.capacity() > (1 << 20)) std::string().swap(impl_->copy);
  return event;
}

void AccessParser::Reset() { impl_->arena.clear(); }

}  // namespace leaktrip
