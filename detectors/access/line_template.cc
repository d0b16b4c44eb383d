#include "detectors/access/line_template.h"

#include <algorithm>

namespace leaktrip {
namespace {

constexpr size_t npos = std::string_view::npos;

bool IsNameChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Takes the name of a hole off *text, which begins after its dollar.
std::string_view TakeName(std::string_view* text) {
  if (text->starts_with('{')) {
    const size_t close = text->find('}');
    if (close == npos) return {};
    const auto name = text->substr(1, close - 1);
    text->remove_prefix(close + 1);
    return std::all_of(name.begin(), name.end(), IsNameChar) ? name : std::string_view();
  }
  size_t n = 0;
  while (n < text->size() && IsNameChar((*text)[n])) ++n;
  const auto name = text->substr(0, n);
  text->remove_prefix(n);
  return name;
}

int SlotOf(std::string_view name, std::vector<std::string>* names) {
  if (name == "_") return -1;
  const auto at = std::find(names->begin(), names->end(), name);
  if (at != names->end()) return static_cast<int>(at - names->begin());
  names->emplace_back(name);
  return static_cast<int>(names->size()) - 1;
}

// Where a quoted part ends: at a quote that no backslash protects and that the literal begins with.
// A quote inside of a word that some programs forget to protect does not end it.
size_t FindQuoted(std::string_view text, std::string_view literal, bool to_end) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
      continue;
    }
    if (text[i] != '"') continue;
    if (text.substr(i).starts_with(literal) && (!to_end || i + literal.size() == text.size()))
      return i;
    if (i + 1 == text.size() || text[i + 1] == ' ') return npos;
  }
  return npos;
}

}  // namespace

Result<LineTemplate> LineTemplate::Parse(std::string_view text, std::vector<std::string>* names) {
  LineTemplate line;
  std::string* literal = &line.start_;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '$') {
      *literal += c;
      continue;
    }
    if (text.starts_with('$')) {
      text.remove_prefix(1);
      *literal += '$';
      continue;
    }
    const auto name = TakeName(&text);
    if (name.empty())
      return Fail(Code::kInvalid,
                  "a `$` is not followed by a name; write `$$` for the sign itself");
    if (!line.parts_.empty() && literal->empty())
      return Fail(Code::kInvalid, "`$" + std::string(name) +
                                      "` follows a hole at once: no text says where that one ends");
    Part part;
    part.quoted = literal->ends_with('"');
    part.slot = SlotOf(name, names);
    if (text.starts_with("...")) {
      text.remove_prefix(3);
      part.greedy = true;
    }
    line.parts_.push_back(std::move(part));
    literal = &line.parts_.back().literal;
  }
  if (line.parts_.empty()) return Fail(Code::kInvalid, "has no hole such as `$client_ip`");
  for (Part& part : line.parts_) part.quoted = part.quoted && part.literal.starts_with('"');
  return line;
}

bool LineTemplate::Match(std::string_view line, Slots* slots) const {
  if (!line.starts_with(start_)) return false;
  line.remove_prefix(start_.size());
  for (size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    const bool last = i + 1 == parts_.size();
    size_t end;
    if (part.literal.empty()) {
      end = line.size();
    } else if (part.quoted) {
      end = FindQuoted(line, part.literal, last);
    } else if (last) {
      end = line.ends_with(part.literal) ? line.size() - part.literal.size() : npos;
    } else if (part.greedy) {
      end = line.rfind(part.literal);
    } else if (part.literal.size() == 1) {
      end = line.find(part.literal[0]);
    } else {
      end = line.find(part.literal);
    }
    if (end == npos) return false;
    if (part.slot >= 0) (*slots)[static_cast<size_t>(part.slot)] = {line.substr(0, end)};
    line.remove_prefix(end + part.literal.size());
  }
  return true;
}

}  // namespace leaktrip
