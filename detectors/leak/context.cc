#include "detectors/leak/context.h"

#include <algorithm>
#include <array>
#include <string>

#include "detectors/leak/char_class.h"

namespace leaktrip {
namespace {

constexpr CharClass kNameChars{"A-Za-z0-9_.-"};
constexpr CharClass kBetween{" \t\"'\\:=>,;({[<&?#/+@|`"};
constexpr CharClass kLower{"a-z"};
constexpr CharClass kUpper{"A-Z"};
constexpr CharClass kLetters{"A-Za-z"};
constexpr CharClass kDigits{"0-9"};

char ToLower(char c) { return kUpper.Has(c) ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsEncodedSeparator(std::string_view text, size_t end) {
  return end >= 3 && text[end - 3] == '%' && (text[end - 2] == '2' || text[end - 2] == '3');
}

// Last word first: in `token_request_id` the id counts, in `id_token` the token.
constexpr std::array<std::string_view, 29> kCredentialWords = {
    "token",      "secret", "apikey",  "key",           "passwd",     "password",
    "pass",       "pwd",    "auth",    "authorization", "credential", "credentials",
    "bearer",     "pat",    "jwt",     "sid",           "session",    "cookie",
    "signature",  "sig",    "private", "access",        "oauth",      "basic",
    "passphrase", "dsn",    "psk",     "creds",         "tok"};

constexpr std::array<std::string_view, 62> kIdentifierWords = {
    "id",        "ids",      "uuid",        "guid",       "request",  "req",         "trace",
    "span",      "parent",   "correlation", "commit",     "sha",      "sha1",        "sha256",
    "sha512",    "md5",      "hash",        "digest",     "checksum", "crc",         "etag",
    "rev",       "revision", "version",     "build",      "blob",     "tree",        "object",
    "image",     "layer",    "container",   "pod",        "node",     "host",        "instance",
    "integrity", "nonce",    "csrf",        "xsrf",       "state",    "cursor",      "page",
    "offset",    "gclid",    "fbclid",      "utm",        "click",    "transaction", "tx",
    "txn",       "block",    "order",       "user",       "account",  "device",      "index",
    "public",    "pub",      "fingerprint", "thumbprint", "serial",   "filename"};

// Before `key` or `token` they say that it is a place or a position, or meant to be seen.
constexpr std::array<std::string_view, 19> kNotSecret = {
    "public",     "site",    "object", "partition", "cache", "dedup",        "idempotency",
    "primary",    "foreign", "sort",   "page",      "next",  "continuation", "sync",
    "pagination", "cursor",  "s3",     "csrf",      "xsrf"};

// Words that name a service or a place as often as a credential.
constexpr std::array<std::string_view, 12> kWeakWords = {
    "auth",   "session", "access",     "oauth",       "private", "basic",
    "cookie", "pass",    "credential", "credentials", "pat",     "authorization"};

// Assets and packages that bear a digest or an id in their name.
constexpr std::array<std::string_view, 26> kExtensions = {
    "png",  "jpg", "jpeg", "gif",  "svg",   "webp", "ico", "avif",   "js",
    "mjs",  "css", "map",  "woff", "woff2", "ttf",  "mp4", "webm",   "mp3",
    "html", "pdf", "gz",   "tgz",  "zip",   "whl",  "jar", "parquet"};

bool IsOneOf(std::string_view word, const auto& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Takes the last word off a name: at `_ - .`, at digits, and where lower case turns to upper.
std::string_view TakeLastWord(std::string_view* name) {
  while (!name->empty() && !kLetters.Has(name->back())) {
    // sha256 and md5 are words with digits.
    const auto tail = name->substr(name->find_last_of("_-.") + 1);
    if (tail.size() > 1 && kLetters.Has(tail.front())) {
      name->remove_suffix(tail.size());
      return tail;
    }
    name->remove_suffix(1);
  }
  size_t begin = name->size();
  while (begin > 0 && kLetters.Has((*name)[begin - 1])) {
    --begin;
    const bool hump = kUpper.Has((*name)[begin]) && begin > 0 && kLower.Has((*name)[begin - 1]);
    if (hump) break;
  }
  const auto word = name->substr(begin);
  name->remove_suffix(word.size());
  return word;
}

constexpr size_t kLongHint = 6;

// Whether a word of a camel-case name begins at `at`, after a letter: the T of boxToken, BOXToken.
bool HumpAt(std::string_view text, size_t at) {
  if (!kUpper.Has(text[at])) return false;
  return kLower.Has(text[at - 1]) || (at + 1 < text.size() && kLower.Has(text[at + 1]));
}

bool GoesOnBefore(std::string_view text, size_t at, size_t size) {
  // Two or three letters after a digit are more often the middle of a hex number than a name.
  if (kDigits.Has(text[at - 1])) return size <= 3;
  if (!kLetters.Has(text[at - 1]) || !kLetters.Has(text[at]) || HumpAt(text, at)) return false;
  return at < 2 || text[at - 2] != '\\';  // the n of \n belongs to no word
}

bool CredentialFollows(std::string_view text, size_t at) {
  constexpr size_t kLongest = 6;
  std::string next(text.substr(at, kLongest));
  std::transform(next.begin(), next.end(), next.begin(), ToLower);
  for (const std::string_view word : {"api", "key", "token", "secret", "pass", "pwd", "cred"})
    if (next.starts_with(word)) return true;
  return false;
}

}  // namespace

std::string_view NameBefore(std::string_view text, size_t at) {
  const size_t least = at - std::min(at, kNameReach);
  size_t end = at;
  for (;;) {
    if (end > least && kBetween.Has(text[end - 1]))
      --end;
    else if (end >= least + 3 && IsEncodedSeparator(text, end))
      end -= 3;
    else
      break;
  }
  if (end == at) return {};
  size_t begin = end;
  while (begin > least && kNameChars.Has(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

NameSays ReadName(std::string_view name) {
  while (!name.empty()) {
    std::string word(TakeLastWord(&name));
    std::transform(word.begin(), word.end(), word.begin(), ToLower);
    if (word.empty()) continue;
    // sha256 is a word, key2 is a key.
    if (!IsOneOf(word, kIdentifierWords)) word.erase(word.find_last_not_of("0123456789") + 1);
    if (word == "key" || word == "token") {
      std::string before(TakeLastWord(&name));
      std::transform(before.begin(), before.end(), before.begin(), ToLower);
      return IsOneOf(before, kNotSecret) ? NameSays::kIdentifier : NameSays::kCredential;
    }
    if (word == "id") {  // a session's id is its credential, an access id half of one
      std::string before(TakeLastWord(&name));
      std::transform(before.begin(), before.end(), before.begin(), ToLower);
      return before == "session" || before == "access" ? NameSays::kCredential
                                                       : NameSays::kIdentifier;
    }
    if (IsOneOf(word, kCredentialWords)) return NameSays::kCredential;
    if (IsOneOf(word, kIdentifierWords)) return NameSays::kIdentifier;
    // "accesstoken", "apikey2", "clientsecret": credential words at the end of a longer one.
    for (const std::string_view tail : {"token", "secret", "key", "password", "passwd"})
      if (word.ends_with(tail)) return NameSays::kCredential;
  }
  return NameSays::kNothing;
}

NameSays ReadNameBefore(std::string_view text, size_t at) {
  const std::string_view name = NameBefore(text, at);
  const NameSays says = ReadName(name);
  if (says != NameSays::kCredential || (text[at - 1] != '/' && text[at - 1] != ':')) return says;
  std::string word(name.substr(name.find_last_of("_-.") + 1));
  std::transform(word.begin(), word.end(), word.begin(), ToLower);
  return IsOneOf(word, kWeakWords) ? NameSays::kNothing : says;
}

bool FileExtensionAt(std::string_view text, size_t end) {
  constexpr size_t kLongest = 7;
  if (end >= text.size() || text[end] != '.') return false;
  std::string word;
  for (size_t i = end + 1; i < text.size() && (kLetters.Has(text[i]) || kDigits.Has(text[i]));
       ++i) {
    if (word.size() == kLongest) return false;
    word += ToLower(text[i]);
  }
  return IsOneOf(word, kExtensions);
}

bool HintStandsAt(std::string_view text, size_t at, std::string_view hint) {
  if (at + hint.size() > text.size()) return false;
  for (size_t i = 0; i < hint.size(); ++i)
    if (ToLower(text[at + i]) != hint[i]) return false;
  if (at > 0 && GoesOnBefore(text, at, hint.size())) return false;
  const size_t end = at + hint.size();
  if (end >= text.size() || !kLetters.Has(text[end]) || !kLetters.Has(text[end - 1])) return true;
  // A word goes on after the hint: a long hint may begin a compound (datadoghq), a short one only
  // with a hump or what names a credential (boxtoken, not boxes).
  return hint.size() >= kLongHint || HumpAt(text, end) || CredentialFollows(text, end);
}

}  // namespace leaktrip
