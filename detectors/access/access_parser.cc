#include "detectors/access/access_parser.h"

#include <algorithm>
#include <utility>

#include "detectors/access/format_parser.h"

namespace leaktrip {
namespace {

using Unexpected = std::unexpected<std::string_view>;

constexpr size_t kMostBytes = 4 << 20;

// What is known without a set.
const Format& BuiltIn(FormatKind kind) {
  static const std::array<Format, 2> formats = [] {
    std::array<Format, 2> both;
    both[0].kind = FormatKind::kNative;
    both[1].kind = FormatKind::kNcsa;
    return both;
  }();
  return formats[kind == FormatKind::kNative ? 0 : 1];
}

}  // namespace

struct AccessParser::Impl {
  std::string_view Try(std::string_view record, Millis written, std::vector<AccessEvent>* events) {
    const MappingContext context{&arena, options.proxies.get(), written, &forwarded};
    if (used.empty()) {
      const bool looks_json = record[record.find_first_not_of(" \t\r\n")] == '{';
      return (looks_json ? native : ncsa).Parse(record, context, &json, events);
    }
    std::string_view first;
    for (const int format : used) {
      const auto reason =
          parsers[static_cast<size_t>(format)]->Parse(record, context, &json, events);
      if (reason.empty()) return reason;
      // A format that knows the record says more than one that does not.
      if (first.empty() || reason == "not-an-event") first = reason;
    }
    return first;
  }

  void Clamp(Millis written, std::vector<AccessEvent>* events, size_t from) {
    if (latest == 0) return;
    for (size_t i = from; i < events->size(); ++i) {
      if ((*events)[i].ts <= latest) continue;
      (*events)[i].ts = written > 0 ? std::min(written, latest) : latest;
      ++clamped;
    }
  }

  Options options;
  FormatParser native{&BuiltIn(FormatKind::kNative)};
  FormatParser ncsa{&BuiltIn(FormatKind::kNcsa)};
  std::vector<std::unique_ptr<FormatParser>> parsers;  // as the set; made when first used
  std::vector<int> used;
  JsonReader json;
  Arena arena;
  Millis latest = 0;
  size_t clamped = 0;
  size_t forwarded = 0;
  std::vector<AccessEvent> single;  // for Parse()
};

AccessParser::AccessParser(Options options) : impl_(std::make_unique<Impl>()) {
  impl_->options = std::move(options);
  if (!impl_->options.proxies) impl_->options.proxies = std::make_shared<const TrustedProxies>();
  if (impl_->options.formats) impl_->parsers.resize(impl_->options.formats->formats.size());
}

AccessParser::AccessParser(AccessFormat format) : AccessParser(Options{}) {
  if (format == AccessFormat::kAuto) return;
  impl_->parsers.push_back(std::make_unique<FormatParser>(
      &BuiltIn(format == AccessFormat::kNative ? FormatKind::kNative : FormatKind::kNcsa)));
  impl_->used = {0};
}

AccessParser::~AccessParser() = default;

void AccessParser::Use(std::vector<int> formats) {
  for (const int format : formats) {
    const auto i = static_cast<size_t>(format);
    if (!impl_->parsers[i])
      impl_->parsers[i] = std::make_unique<FormatParser>(&impl_->options.formats->formats[i]);
  }
  impl_->used = std::move(formats);
}

void AccessParser::SetLatest(Millis latest) { impl_->latest = latest; }

std::string_view AccessParser::ParseAll(std::string_view record, Millis written,
                                        std::vector<AccessEvent>* events) {
  if (record.find_first_not_of(" \t\r\n") == std::string_view::npos) return "empty";
  if (record.size() > kMostBytes) return "too-large";
  const size_t before = events->size();
  const auto reason = impl_->Try(record, written, events);
  impl_->Clamp(written, events, before);
  impl_->json.Trim();
  return reason;
}

std::expected<AccessEvent, std::string_view> AccessParser::Parse(std::string_view record,
                                                                 Millis written) {
  impl_->single.clear();
  const auto reason = ParseAll(record, written, &impl_->single);
  if (!reason.empty()) return Unexpected(reason);
  return impl_->single.front();
}

void AccessParser::Reset() { impl_->arena.clear(); }

size_t AccessParser::TakeClamped() { return std::exchange(impl_->clamped, 0); }
size_t AccessParser::TakeForwarded() { return std::exchange(impl_->forwarded, 0); }

}  // namespace leaktrip
