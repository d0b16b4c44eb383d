#include "detectors/import/dialect.h"

#include <algorithm>
#include <array>
#include <utility>

#include "detectors/import/foreign_pattern.h"
#include "detectors/import/foreign_print.h"
#include "detectors/leak/example_maker.h"

namespace leaktrip {
namespace {

using Kind = ForeignNode::Kind;
using Parts = std::vector<ForeignNode>;

constexpr double kOwnShape = 6;      // rarity of a literal that says whose secret it is
constexpr double kLeastLiteral = 3;  // and of one that stage one can look for
constexpr size_t kMostHints = 16;

// Words that say "credential", not whose.
constexpr std::array<std::string_view, 24> kCommonWords = {
    "key",   "api",  "apikey",  "api_key", "token",  "secret", "password", "passwd",
    "pass",  "auth", "access",  "private", "client", "bearer", "basic",    "credential",
    "login", "user", "account", "id",      "pwd",    "http",   "https",    "authorization"};

bool IsCommonWord(const std::string& word) {
  return std::find(kCommonWords.begin(), kCommonWords.end(), word) != kCommonWords.end();
}

size_t LeastWidth(const ForeignNode& node) {
  size_t width = 0;
  switch (node.kind) {
    case Kind::kSet:
      return 1;
    case Kind::kAlternate:
      width = SIZE_MAX;
      for (const auto& child : node.children) width = std::min(width, LeastWidth(child));
      return width;
    case Kind::kRepeat:
      return std::min<size_t>(100'000, LeastWidth(node.children[0]) * node.min);
    default:
      for (const auto& child : node.children) width += LeastWidth(child);
      return width;
  }
}

void FindGroups(const ForeignNode& node, std::vector<const ForeignNode*>* groups) {
  if (node.kind == Kind::kCapture) groups->push_back(&node);
  for (const auto& child : node.children) FindGroups(child, groups);
}

// The number of the group that holds the secret; 0 when there is none.
int SecretGroup(const ForeignPattern& pattern, int wanted) {
  std::vector<const ForeignNode*> groups;
  FindGroups(pattern.root, &groups);
  if (groups.empty()) return 0;
  for (const auto* group : groups) {
    if (wanted > 0 ? group->group == wanted : group->name == "TOKEN" || group->name == "secret")
      return group->group;
  }
  return (*std::max_element(
              groups.begin(), groups.end(),
              [](const auto* a, const auto* b) { return LeastWidth(*a) < LeastWidth(*b); }))
      ->group;
}

// Leaves only the secret's group, and lays groups without a meaning of their own flat.
ForeignNode Flattened(ForeignNode node, int secret) {
  if (node.kind == Kind::kCapture && node.group != secret)
    return Flattened(std::move(node.children[0]), secret);
  Parts children;
  for (auto& child : node.children) {
    ForeignNode flat = Flattened(std::move(child), secret);
    if (node.kind == Kind::kConcat && flat.kind == Kind::kConcat)
      std::move(flat.children.begin(), flat.children.end(), std::back_inserter(children));
    else
      children.push_back(std::move(flat));
  }
  node.children = std::move(children);
  return node;
}

bool HoldsCapture(const ForeignNode& node) {
  return node.kind == Kind::kCapture ||
         std::any_of(node.children.begin(), node.children.end(), HoldsCapture);
}

// Without a group the whole match is the secret, so only what surely is no part of it goes.
bool IsSureBoundary(const ForeignNode& node) {
  const bool negated = node.kind == Kind::kSet && node.text.starts_with("[^");
  return node.kind == Kind::kAssert || node.kind == Kind::kAnchor || node.kind == Kind::kEmpty ||
         negated || (HasAnchor(node) && IsBoundary(node));
}

bool DropEdges(Parts* parts) {
  const size_t before = parts->size();
  while (parts->size() > 1 && IsSureBoundary(parts->back())) parts->pop_back();
  while (parts->size() > 1 && IsSureBoundary(parts->front())) parts->erase(parts->begin());
  return parts->size() < before;
}

// Whether the character of a class at `at` begins or ends a range.
bool InRange(const std::string& text, size_t at) {
  const bool ends = at >= 2 && text[at - 1] == '-' && text[at - 2] != '\\';
  return ends || text.substr(at + 1, 1) == "-";
}

// A secret whose first character may be `=` would reach back over `name=`; that one may not.
void FreeFirst(Parts* parts) {
  if (parts->empty()) return;
  if (parts->front().kind == Kind::kCapture) {
    Parts inner = std::move(parts->front().children);
    if (inner.size() == 1 && inner[0].kind == Kind::kConcat) inner = Parts(inner[0].children);
    FreeFirst(&inner);
    parts->front().children = {{.kind = Kind::kConcat, .children = std::move(inner)}};
    return;
  }
  ForeignNode& repeat = parts->front();
  if (repeat.kind != Kind::kRepeat || repeat.min == 0 || repeat.children[0].kind != Kind::kSet)
    return;
  ForeignNode first = repeat.children[0];
  const size_t at = first.text.find('=');
  if (at == std::string::npos || first.text.starts_with("[^") || InRange(first.text, at) ||
      LeastWidth(repeat) < 2)
    return;
  first.text.erase(at, 1);
  --repeat.min;
  if (repeat.max != ForeignNode::kUnbounded) --repeat.max;
  parts->insert(parts->begin(), std::move(first));
}

// A gap, or a choice of assignments: what stands between a name and its value.
bool IsGap(const ForeignNode& node) {
  if (node.kind == Kind::kRepeat && node.max >= 5 && LeastWidth(node.children[0]) <= 1) return true;
  if (node.kind != Kind::kSet && node.kind != Kind::kAlternate) return false;
  const std::string text = Print(node);
  return text.find('=') != std::string::npos && text.find(':') != std::string::npos;
}

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::vector<std::string> GoodHints(const std::vector<std::string>& words) {
  std::vector<std::string> hints;
  for (const auto& stated : words) {
    std::string word = Lower(stated);
    const bool good = word.size() >= 3 && word.size() <= 32 && !IsCommonWord(word) &&
                      std::all_of(word.begin(), word.end(), [](char c) {
                        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' ||
                               c == '_' || c == '.' || c == ' ';
                      });
    if (good && hints.size() < kMostHints &&
        std::find(hints.begin(), hints.end(), word) == hints.end())
      hints.push_back(std::move(word));
  }
  return hints;
}

// The words of the first part that names somebody. Characters in a row are one word.
std::vector<std::string> NamesIn(const Parts& parts) {
  for (auto at = parts.begin(); at != parts.end();) {
    auto end = at + 1;
    while (at->kind == Kind::kSet && end != parts.end() && end->kind == Kind::kSet) ++end;
    auto hints = GoodHints(LiteralsOf(Parts(at, end), 1));
    if (!hints.empty()) return hints;
    at = end;
  }
  return {};
}

class Translation {
 public:
  Translation(ForeignPattern pattern, const std::vector<std::string>& keywords)
      : keywords_(keywords) {
    result_.notes = std::move(pattern.notes);
  }

  Result<TranslatedPattern> Run(ForeignNode root) {
    Parts parts = root.kind == Kind::kConcat ? std::move(root.children) : Parts{std::move(root)};
    const auto capture = std::find_if(parts.begin(), parts.end(), [](const ForeignNode& part) {
      return part.kind == Kind::kCapture;
    });
    if (capture != parts.end()) {
      Mend(static_cast<size_t>(capture - parts.begin()), &parts);
    } else if (std::none_of(parts.begin(), parts.end(), HoldsCapture)) {
      if (DropEdges(&parts)) Note("boundaries mended");
    }
    FreeFirst(&parts);
    if (std::any_of(parts.begin(), parts.end(), HasAnchor))
      Note("anchors are dropped: a secret may stand anywhere in a record");
    result_.pattern = Print(parts);
    if (const auto node = ParsePattern(result_.pattern); !node)
      return std::unexpected(node.error());
    if (result_.hints.empty()) HintByKeywords(parts);
    result_.multiline = result_.pattern.find("-----BEGIN") != std::string::npos ||
                        result_.pattern.find("PRIVATE KEY") != std::string::npos;
    return std::move(result_);
  }

 private:
  void Note(std::string note) { result_.notes.push_back(std::move(note)); }

  // parts[at] is the secret's group.
  void Mend(size_t at, Parts* parts) {
    const auto group = parts->begin() + static_cast<ptrdiff_t>(at);
    const bool end_is_boundary = std::all_of(group + 1, parts->end(), IsBoundary);
    if (end_is_boundary && group + 1 != parts->end()) {
      parts->erase(group + 1, parts->end());
      Note("its demand for a delimiter at the end is dropped");
    }
    const Parts before(parts->begin(), parts->begin() + static_cast<ptrdiff_t>(at));
    const bool begin_is_boundary = std::all_of(before.begin(), before.end(), IsBoundary);
    if (!begin_is_boundary && !(end_is_boundary && NamesBecomeHints(before, (*parts)[at]))) {
      while (parts->size() > 1 && (*parts)[0].kind == Kind::kAssert) parts->erase(parts->begin());
      return;
    }
    parts->erase(parts->begin(), parts->begin() + static_cast<ptrdiff_t>(at));
    if (parts->size() > 1) return;
    Parts secret = std::move((*parts)[0].children);
    DropEdges(&secret);
    *parts = std::move(secret);
    if (parts->size() == 1 && parts->front().kind == Kind::kConcat)
      *parts = Parts(parts->front().children);
  }

  bool NamesBecomeHints(const Parts& before, const ForeignNode& secret) {
    if (!LiteralsOf(secret.children, kOwnShape).empty()) {
      Note("the name before it is dropped: its own shape says what it is");
      return true;
    }
    if (std::none_of(before.begin(), before.end(), IsGap)) return false;
    result_.hints = NamesIn(before);
    if (result_.hints.empty()) result_.hints = GoodHints(keywords_);
    if (result_.hints.empty()) return false;
    Note("the name before it became a hint");
    return true;
  }

  void HintByKeywords(const Parts& parts) {
    if (!LiteralsOf(parts, kLeastLiteral).empty() || HoldsAKeyword(parts)) return;
    result_.hints = GoodHints(keywords_);
    Note(result_.hints.empty() ? "it holds no literal to look for and may cost much"
                               : "its keywords became hints");
  }

  // Whether what the pattern matches holds a keyword itself; then nothing need stand before it.
  bool HoldsAKeyword(const Parts& parts) const {
    constexpr int kTries = 16;
    const auto pattern = Understood(parts);
    std::mt19937_64 random(1);
    for (int i = 0; pattern && i < kTries; ++i) {
      const std::string text = Lower(MakeMatch(*pattern, &random).text);
      if (std::any_of(keywords_.begin(), keywords_.end(), [&](const std::string& keyword) {
            return text.find(Lower(keyword)) != std::string::npos;
          }))
        return true;
    }
    return false;
  }

  TranslatedPattern result_;
  const std::vector<std::string>& keywords_;
};

}  // namespace

Result<TranslatedPattern> TranslatePattern(std::string_view foreign, int secret_group,
                                           const std::vector<std::string>& keywords) {
  auto pattern = ParseForeignPattern(foreign);
  if (!pattern) return std::unexpected(pattern.error());
  const int secret = SecretGroup(*pattern, secret_group);
  ForeignNode root = Flattened(std::move(pattern->root), secret);
  return Translation(std::move(*pattern), keywords).Run(std::move(root));
}

}  // namespace leaktrip
