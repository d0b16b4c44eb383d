#include "detectors/access/json_reader.h"

#include <algorithm>
#include <cstring>

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

constexpr size_t kKeptBytes = 1 << 20;

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

}  // namespace

bool JsonReader::Open(std::string_view record, json::document* document) {
  record_ = record;
  start_ = record.data();
  if (!MayReadBeyond(record)) {
    copy_.assign(record);
    copy_.append(simdjson::SIMDJSON_PADDING, '\0');
    start_ = copy_.data();
  }
  return !parser_
              .iterate(simdjson::padded_string_view(start_, record.size(),
                                                    record.size() + simdjson::SIMDJSON_PADDING))
              .get(*document);
}

std::string_view JsonReader::Read(json::value value, Scalar* scalar) const {
  json::json_type type;
  if (value.type().get(type)) return "bad-json";
  if (type == json::json_type::object || type == json::json_type::array) return "bad-type";
  if (type == json::json_type::null) {
    // Not as a bool: that throws for a word that only begins like null.
    return value.is_null().get(scalar->is_null) || !scalar->is_null ? "bad-json" : "";
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
  scalar->text = unescaped;
  return "";
}

std::string_view JsonReader::Key(json::field* field) const {
  const char* raw = field->key().raw();
  const std::string_view rest(raw, static_cast<size_t>(start_ + record_.size() - raw));
  return rest.substr(0, rest.find('"'));
}

void JsonReader::Trim() {
  if (copy_.capacity() > kKeptBytes) std::string().swap(copy_);
}

}  // namespace leaktrip
