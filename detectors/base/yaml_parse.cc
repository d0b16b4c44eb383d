#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

#include "detectors/base/yaml.h"

namespace leaktrip {
namespace {

constexpr size_t kMaxBytes = 1 << 20;
constexpr size_t kMaxDepth = 64;
constexpr size_t kMaxValues = 100'000;

// Builds the tree from the parser's events; the first thing we refuse ends the parse as an
// exception of our own, caught in ParseYaml().
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const std::string& file) : file_(file) {}

  YamlValue Take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) Refuse(mark, "more than one document in a file");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    RefuseAnchor(mark, anchor);
    if (AtKey()) Refuse(mark, "a key is missing before ':'");
    Add(mark, YamlValue::Kind::kNull);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Refuse(mark, "aliases (*name) are not supported; write the value out");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    RefuseAnchor(mark, anchor);
    if (tag.size() > 1) Refuse(mark, "tags (!name) are not supported");
    if (AtKey()) return TakeKey(mark, text);
    YamlValue* value = Add(mark, YamlValue::Kind::kScalar);
    value->scalar = text;
    // A plain ~ or null is null; a quoted one (tag "!") is text.
    if (tag != "!" && (text == "~" || text == "null")) value->kind = YamlValue::Kind::kNull;
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, anchor, YamlValue::Kind::kList);
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, anchor, YamlValue::Kind::kMap);
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  struct Level {
    YamlValue* value;
    bool key_taken = false;
  };

  Place At(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }

  [[noreturn]] void Refuse(const YAML::Mark& mark, std::string message) {
    throw Error{Code::kInvalid, std::move(message), At(mark)};
  }
  void RefuseAnchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) Refuse(mark, "anchors (&name) are not supported; write the value out");
  }

  bool AtKey() const {
    return !open_.empty() && open_.back().value->kind == YamlValue::Kind::kMap &&
           !open_.back().key_taken;
  }

  void TakeKey(const YAML::Mark& mark, const std::string& key) {
    auto& map = open_.back().value->map;
    if (std::any_of(map.begin(), map.end(), [&](const auto& entry) { return entry.key == key; }))
      Refuse(mark, "key `" + key + "` stands here twice");
    map.push_back({key, At(mark), {}});
    open_.back().key_taken = true;
  }

  YamlValue* Slot() {
    if (open_.empty()) return &root_;
    Level& level = open_.back();
    if (level.value->kind == YamlValue::Kind::kList) return &level.value->list.emplace_back();
    level.key_taken = false;
    return &level.value->map.back().value;
  }

  YamlValue* Add(const YAML::Mark& mark, YamlValue::Kind kind) {
    if (++values_ > kMaxValues) Refuse(mark, "more than 100,000 values in a file");
    YamlValue* value = Slot();
    value->kind = kind;
    value->place = At(mark);
    return value;
  }

  void Open(const YAML::Mark& mark, YAML::anchor_t anchor, YamlValue::Kind kind) {
    RefuseAnchor(mark, anchor);
    if (AtKey()) Refuse(mark, "a key must be plain text");
    if (open_.size() >= kMaxDepth) Refuse(mark, "more than 64 levels deep");
    open_.push_back({Add(mark, kind)});
  }

  std::string file_;
  YamlValue root_;
  // Pointers stay good: a container only grows while its own last element is closed.
  std::vector<Level> open_;
  size_t values_ = 0;
  int documents_ = 0;
};

}  // namespace

Result<YamlValue> ParseYaml(std::string_view text, const std::string& file) {
  if (text.size() > kMaxBytes) return Fail(Code::kInvalid, "larger than 1 MiB", {file});
  if (text.find('\0') != std::string_view::npos)
    return Fail(Code::kInvalid, "holds a NUL byte; this is not a text file", {file});
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    TreeBuilder builder(file);
    while (parser.HandleNextDocument(builder)) {
    }
    YamlValue root = builder.Take();
    root.place.file = file;
    return root;
  } catch (const YAML::Exception& e) {
    return Fail(Code::kInvalid, e.msg, {file, e.mark.line + 1, e.mark.column + 1});
  } catch (const Error& e) {
    return std::unexpected(e);
  } catch (const std::exception& e) {
    return Fail(Code::kInvalid, std::string("not YAML: ") + e.what(), {file});
  }
}

}  // namespace leaktrip
