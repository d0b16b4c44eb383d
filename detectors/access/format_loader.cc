#include "detectors/access/format_loader.h"

#include <algorithm>

#include "detectors/access/format_reader.h"

namespace leaktrip {
namespace {

struct Loaded {
  Format format;
  bool own = false;
};

void AddFile(const std::string& path, const std::string& text, bool own,
             std::map<std::string, Loaded>* formats, Errors* errors) {
  const auto tree = ParseYaml(text, path);
  if (!tree) {
    errors->push_back(tree.error());
    return;
  }
  YamlMap map(*tree, errors);
  const bool enabled = map.Bool("enabled", true);
  if (!enabled) {  // its id is enough
    if (const auto at = formats->find(map.RequiredString("id")); at != formats->end())
      formats->erase(at);
    return;
  }
  const size_t before = errors->size();
  Format format = ReadFormat(&map, errors);
  for (size_t i = before; i < errors->size(); ++i)  // of an empty file there is no other place
    if ((*errors)[i].place.file.empty()) (*errors)[i].place = {path, 1, 1};
  const auto known = formats->find(format.id);
  if (known != formats->end() && known->second.own == own) {
    errors->push_back({Code::kInvalid,
                       "format `" + format.id + "` stands at " +
                           Error{.place = known->second.format.place}.ToString() +
                           " already; ids are unique",
                       format.place});
    return;
  }
  std::string id = format.id;
  formats->insert_or_assign(std::move(id), Loaded{std::move(format), own});
}

}  // namespace

int FormatSet::Find(std::string_view id) const {
  const auto at = std::lower_bound(
      formats.begin(), formats.end(), id,
      [](const Format& format, std::string_view wanted) { return format.id < wanted; });
  return at == formats.end() || at->id != id ? -1 : static_cast<int>(at - formats.begin());
}

std::shared_ptr<const FormatSet> LoadFormats(const std::map<std::string, std::string>& shipped,
                                             const std::map<std::string, std::string>& own,
                                             Errors* errors) {
  const size_t before = errors->size();
  std::map<std::string, Loaded> formats;
  for (const auto& [path, text] : shipped)
    if (path.starts_with("formats/")) AddFile(path, text, false, &formats, errors);
  for (const auto& [path, text] : own)
    if (path.starts_with("formats/")) AddFile(path, text, true, &formats, errors);
  if (errors->size() > before) return nullptr;
  auto set = std::make_shared<FormatSet>();
  for (auto& [id, loaded] : formats) set->formats.push_back(std::move(loaded.format));
  return set;
}

}  // namespace leaktrip
