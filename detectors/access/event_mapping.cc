#include "detectors/access/event_mapping.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "detectors/access/event_time.h"
#include "detectors/access/ncsa_line.h"
#include "detectors/access/query_token.h"
#include "detectors/base/encoding.h"

namespace leaktrip {
namespace {

bool IsNothing(std::string_view text) { return text.empty() || text == "-"; }

bool Matches(const Condition& condition, std::string_view text) {
  switch (condition.kind) {
    case Condition::Kind::kIs:
      return std::find(condition.words.begin(), condition.words.end(), text) !=
             condition.words.end();
    case Condition::Kind::kNot:
      return std::find(condition.words.begin(), condition.words.end(), text) ==
             condition.words.end();
    case Condition::Kind::kMatches:
      return re2::RE2::PartialMatch({text.data(), text.size()}, *condition.pattern);
    case Condition::Kind::kPresent:
      return !IsNothing(text);
    case Condition::Kind::kAbsent:
      return IsNothing(text);
  }
  return false;
}

bool ToUint(std::string_view text, uint64_t* number) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return code == std::errc() && (end == text.data() + text.size() || *end == '.');
}

bool IsRedacted(std::string_view token) {
  return token.size() < 8 || token.find("***") != std::string_view::npos || token.front() == '[' ||
         token.front() == '<' || token.find("REDACTED") != token.npos ||
         token.find("redacted") != token.npos;
}

// The credential of an Authorization header, or the text itself. Empty: none to speak of.
std::string_view Credential(std::string_view text) {
  for (const std::string_view scheme : {"Bearer ", "bearer ", "Token ", "token "})
    if (text.starts_with(scheme)) text.remove_prefix(scheme.size());
  if (text.starts_with("Basic ") || text.starts_with("basic ") || IsRedacted(text)) return {};
  return text;
}

std::string Decoded(std::string_view text, FieldMapping::Decode decode) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (decode == FieldMapping::Decode::kPlus && text[i] == '+') {
      out += ' ';
    } else if (decode == FieldMapping::Decode::kPercent && text[i] == '%' && i + 2 < text.size() &&
               HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0) {
      out += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::optional<Fingerprint> HashFrom(std::string_view text) {
  if (text.size() == 64) return Fingerprint::FromHex(text);
  const auto bytes = text.size() <= 48 ? Base64Decode(text) : std::nullopt;
  if (!bytes || bytes->size() != 32) return std::nullopt;
  Fingerprint fingerprint;
  std::copy(bytes->begin(), bytes->end(), fingerprint.bytes.begin());
  return fingerprint;
}

class Mapper {
 public:
  Mapper(const Slots& slots, const FieldTexts* set, const MappingContext& context,
         AccessEvent* event)
      : slots_(slots), set_(set), context_(context), event_(event) {}

  std::string_view Map(const FieldMapping& mapping) {
    Slot value = Find(mapping);
    if (!IsNothing(value.text))
      Refine(mapping, &value);
    else
      value = Fallback(mapping);
    if (IsNothing(value.text)) return mapping.field == EventField::kTs ? "no-time" : "";
    return Set(mapping, value);
  }

 private:
  Slot Find(const FieldMapping& mapping) const {
    for (const int slot : mapping.slots) {
      const Slot& value = slots_[static_cast<size_t>(slot)];
      if (!IsNothing(value.text)) return value;
    }
    return {};
  }

  Slot Fallback(const FieldMapping& mapping) const {
    if (set_ != nullptr)
      for (const auto& [field, text] : *set_)
        if (field == mapping.field) return {text};
    return {mapping.absent ? std::string_view(*mapping.absent) : std::string_view()};
  }

  void Refine(const FieldMapping& mapping, Slot* value) {
    if (!mapping.strip.empty() && value->text.starts_with(mapping.strip))
      value->text.remove_prefix(mapping.strip.size());
    if (mapping.decode != FieldMapping::Decode::kNone &&
        value->text.find_first_of("%+") != std::string_view::npos)
      *value = {context_.arena->emplace_back(Decoded(value->text, mapping.decode))};
    if (mapping.words.empty()) return;
    for (const WordRule& rule : mapping.words) {
      const bool fits = rule.pattern ? re2::RE2::PartialMatch(
                                           {value->text.data(), value->text.size()}, *rule.pattern)
                                     : value->text == rule.word;
      if (!fits) continue;
      *value = {rule.value};
      return;
    }
    if (mapping.otherwise) *value = {*mapping.otherwise};
  }

  std::string_view Keep(const Slot& value) {
    return value.passing ? context_.arena->emplace_back(value.text) : value.text;
  }

  std::string_view Set(const FieldMapping& mapping, const Slot& value) {
    switch (mapping.field) {
      case EventField::kTs:
      case EventField::kTokenCreated:
      case EventField::kTokenExpires:
        return SetTime(mapping, value.text);
      case EventField::kForwarded:
        forwarded_ = value.text;
        if (context_.forwarded != nullptr) ++*context_.forwarded;
        return "";
      case EventField::kClientIp:
        SetClient(value.text, mapping.with_port);
        return "";
      case EventField::kToken:
        if (const auto token = Credential(value.text); !token.empty())
          event_->token = Fingerprint::OfToken(token);
        return "";
      case EventField::kTokenHash:
        event_->token = HashFrom(value.text);
        return event_->token ? "" : "bad-token";
      case EventField::kStatus:
        return SetStatus(value.text);
      case EventField::kServiceAccount:
        event_->service_account = value.text == "true" || value.text == "1";
        return event_->service_account || value.text == "false" || value.text == "0" ? ""
                                                                                     : "bad-type";
      case EventField::kBytes:
        return ToUint(value.text, &event_->bytes) ? "" : "bad-type";
      case EventField::kQuery:
        if (!event_->token)
          event_->token = QueryToken(value.text.substr(value.text.starts_with('?') ? 1 : 0));
        return "";
      default:
        SetText(mapping.field, Keep(value));
        return "";
    }
  }

  // A name, or "unknown", is no address; the event may be worth something without one.
  void SetClient(std::string_view text, bool with_port) {
    if (with_port && !text.ends_with(']')) text = text.substr(0, text.rfind(':'));
    event_->client_ip = ClientBehindProxies(text, forwarded_, *context_.proxies);
  }

  void SetText(EventField field, std::string_view text) {
    switch (field) {
      case EventField::kMethod:
        event_->method = text.substr(0, 32);
        return;
      case EventField::kRequest:
        SetRequest(text);
        return;
      case EventField::kPath:
        SetUrl(text);
        return;
      case EventField::kUser:
        event_->user = text.substr(0, kMostUserBytes);
        return;
      case EventField::kUserAgent:
        event_->user_agent = text;
        return;
      case EventField::kHost:
        event_->host = text;
        return;
      default:
        event_->scope = text;
        return;
    }
  }

  // "GET /path HTTP/1.1"
  void SetRequest(std::string_view text) {
    const size_t space = text.find(' ');
    event_->method = text.substr(0, std::min<size_t>(space, 32));
    if (space == std::string_view::npos) return;
    text.remove_prefix(space + 1);
    if (const size_t version = text.rfind(" HTTP/"); version != std::string_view::npos)
      text = text.substr(0, version);
    SetUrl(text);
  }

  // "/path?query", also with scheme and host in front.
  void SetUrl(std::string_view url) {
    const size_t scheme = url.find("://");
    if (scheme != std::string_view::npos && scheme < url.find_first_of("/?#")) {
      url.remove_prefix(scheme + 3);
      const size_t slash = std::min(url.find_first_of("/?#"), url.size());
      if (event_->host.empty()) event_->host = url.substr(0, std::min(url.find(':'), slash));
      url.remove_prefix(slash);
    }
    SetTarget(url, event_);
  }

  std::string_view SetTime(const FieldMapping& mapping, std::string_view text) {
    std::array<char, 64> both{};
    if (mapping.date_slot >= 0) {
      const auto date = slots_[static_cast<size_t>(mapping.date_slot)].text;
      if (date.empty() || date.size() + text.size() + 1 > both.size()) return "bad-time";
      std::copy(date.begin(), date.end(), both.begin());
      both[date.size()] = ' ';
      std::copy(text.begin(), text.end(), both.begin() + static_cast<long>(date.size()) + 1);
      text = {both.data(), date.size() + 1 + text.size()};
    }
    const auto time = ParseEventTime(text, {context_.near, mapping.zone_minutes});
    if (!time) return "bad-time";
    if (mapping.field == EventField::kTs)
      event_->ts = *time;
    else
      (mapping.field == EventField::kTokenCreated ? event_->token_created : event_->token_expires) =
          time;
    return "";
  }

  std::string_view SetStatus(std::string_view text) {
    static constexpr std::pair<std::string_view, uint16_t> kWords[] = {
        {"success", 200}, {"denied", 401}, {"forbidden", 403}, {"failed", 500}, {"none", 0}};
    for (const auto& [word, status] : kWords)
      if (text == word) return event_->status = status, "";
    uint64_t status = 0;
    if (!ToUint(text, &status) || status > 999) return "bad-status";
    event_->status = static_cast<uint16_t>(status);
    return "";
  }

  const Slots& slots_;
  const FieldTexts* set_;
  const MappingContext& context_;
  AccessEvent* event_;
  std::string_view forwarded_;
};

}  // namespace

bool Hold(const std::vector<Condition>& conditions, const Slots& slots) {
  return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
    std::string_view text;
    for (const int slot : condition.slots) {
      text = slots[static_cast<size_t>(slot)].text;
      if (!IsNothing(text)) break;
    }
    return Matches(condition, text);
  });
}

std::string_view MapEvent(const Format& format, const Slots& slots, const FieldTexts* set,
                          const MappingContext& context, AccessEvent* event) {
  Mapper mapper(slots, set, context, event);
  for (const FieldMapping& mapping : format.fields)
    if (const auto reason = mapper.Map(mapping); !reason.empty()) return reason;
  return "";
}

}  // namespace leaktrip
