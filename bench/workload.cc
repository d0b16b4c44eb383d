#include "bench/workload.h"

#include <array>
#include <functional>
#include <random>
#include <string_view>

#include "detectors/base/time.h"

namespace leaktrip::bench {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kAlnum =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

constexpr std::array<std::string_view, 40> kWords = {
    "connection", "from",   "closed",   "user",   "session",  "opened", "for",      "by",
    "starting",   "task",   "finished", "block",  "received", "size",   "took",     "request",
    "handler",    "queue",  "worker",   "retry",  "timeout",  "cache",  "miss",     "accepted",
    "service",    "update", "response", "status", "instance", "image",  "checking", "failed",
    "loading",    "config", "version",  "at",     "to",       "with",   "in",       "thread"};
constexpr std::array<std::string_view, 8> kLevels = {"INFO",  "INFO",  "INFO", "INFO",
                                                     "DEBUG", "DEBUG", "WARN", "ERROR"};
constexpr std::array<std::string_view, 10> kPaths = {"products",        "search",
                                                     "api/v1/items",    "static/js/app.js",
                                                     "images/logo.png", "blog/2024/05/on-logs",
                                                     "index.html",      "cart",
                                                     "users/profile",   "feed.xml"};
constexpr std::array<std::string_view, 4> kAgents = {
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "
    "Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "curl/8.4.0", "Go-http-client/2.0"};

class Writer {
 public:
  explicit Writer(uint32_t seed) : random_(seed) {}

  std::string text;

  void QuietLine() {
    Clock(' ');
    text += Pick(kLevels);
    text += " [worker-" + std::to_string(Below(64)) + "] com.acme.";
    text += Pick(kWords);
    text += ": ";
    for (size_t i = 4 + Below(12); i > 0; --i) {
      text += Pick(kWords);
      text += ' ';
    }
    text += Address() + ":" + std::to_string(1024 + Below(60000)) + " " +
            std::to_string(Below(1'000'000)) + "\n";
  }

  void DenseLine() {
    Clock('T');
    text += " req=" + Run(kHex, 32) + " trace=" + Uuid() + " span=" + Run(kHex, 16) + " blk_-" +
            std::to_string(random_()) + std::to_string(random_()) + " etag=\"" + Run(kHex, 40) +
            "\" obj=" + Run(kAlnum, 24) + " digest=sha256:" + Run(kHex, 64) + "\n";
  }

  void AccessLine() {
    text += Address() + " - - [17/May/2024:10:0" + std::to_string(Below(10)) + ":" +
            std::to_string(10 + Below(50)) + " +0000] \"GET /";
    text += Pick(kPaths);
    text += "?q=";
    text += Pick(kWords);
    text += "%20";
    text += Pick(kWords);
    text += "&page=" + std::to_string(Below(90)) +
            "&utm_source=newsletter&gclid=" + Run(kAlnum, 40) + "&sid=" + Run("0123456789", 8) +
            " HTTP/1.1\" 200 " + std::to_string(Below(90'000)) + " \"https://www.example.com/";
    text += Pick(kPaths);
    text += "?ref=";
    text += Pick(kWords);
    text += "\" \"";
    text += Pick(kAgents);
    text += "\"\n";
  }

  void JsonLine() {
    const size_t end = text.size() + 8000;
    text += R"({"ts":"2024-05-17T10:05:03.120Z","level":"info","items":[)";
    while (text.size() < end) {
      text += R"({"id":")" + Uuid() + R"(","name":")";
      text += Pick(kWords);
      text += R"(","url":"https:\/\/cdn.example.com\/)";
      text += Pick(kPaths);
      text += R"(","n":)" + std::to_string(Below(100'000)) + R"(,"ok":true},)";
    }
    text.back() = ']';
    text += "}\n";
  }

  void LeakyLine() {
    if (Below(1000) != 0) return MixedLine();
    text += "GET /callback?state=ok&access_token=ghp_" + Run(kAlnum, 36) + "&next=1 HTTP/1.1\n";
  }

  void MixedLine() {
    // By bytes, a JSON record weighs as much as forty lines.
    switch (Below(160)) {
      case 0:
        return JsonLine();
      default:
        break;
    }
    switch (Below(3)) {
      case 0:
        return QuietLine();
      case 1:
        return DenseLine();
      default:
        return AccessLine();
    }
  }

  void AdversarialLine() {
    constexpr std::array<std::string_view, 12> kHits = {
        "ghp_",  "eyJ",   "AKIA", "token=", "password=", "sk_live_",
        "xoxb-", "://u:", "SG.",  "glpat-", "Bearer ",   "secret="};
    for (int i = 0; i < 60; ++i) text += Pick(kHits);
    text += '\n';
  }

  void AccessEvent(Millis ts, uint32_t users) {
    const size_t user = Below(users);
    const bool fails = Below(50) == 0;
    text += R"({"ts":")" + FormatTime(ts) + R"(","client_ip":"10.)" + std::to_string(user % 200) +
            "." + std::to_string(user / 200 % 250) + "." + std::to_string(1 + Below(3)) +
            R"(","method":"GET","path":"/)";
    text += Pick(kPaths);
    text += R"(","status":)" + std::string(fails ? "401" : "200") + R"(,"token_sha256":")" +
            TokenOf(user) + R"(","user":"u)" + std::to_string(user) +
            R"(@org.example","user_agent":")";
    text += kAgents[user % kAgents.size()];
    text += "\"}\n";
  }

 private:
  template <size_t N>
  std::string_view Pick(const std::array<std::string_view, N>& of) {
    return of[Below(N)];
  }
  size_t Below(size_t n) { return random_() % n; }
  std::string Run(std::string_view alphabet, size_t size) {
    std::string run(size, ' ');
    for (auto& c : run) c = alphabet[Below(alphabet.size())];
    return run;
  }
  std::string Uuid() {
    return Run(kHex, 8) + "-" + Run(kHex, 4) + "-4" + Run(kHex, 3) + "-a" + Run(kHex, 3) + "-" +
           Run(kHex, 12);
  }
  std::string Address() {
    return "10." + std::to_string(Below(256)) + "." + std::to_string(Below(256)) + "." +
           std::to_string(Below(256));
  }
  void Clock(char separator) {
    text += "2024-05-17" + std::string(1, separator) + "10:0" + std::to_string(Below(10)) + ":" +
            std::to_string(10 + Below(50)) + ",120 ";
  }
  static std::string TokenOf(size_t user) {
    std::mt19937 own(static_cast<uint32_t>(user));
    std::string hex(64, '0');
    for (auto& c : hex) c = kHex[own() % 16];
    return hex;
  }

  std::mt19937 random_;
};

}  // namespace

std::string MakeText(Workload workload, size_t bytes, uint32_t seed) {
  constexpr std::array<void (Writer::*)(), 7> kLine = {
      &Writer::QuietLine, &Writer::DenseLine, &Writer::AccessLine,     &Writer::JsonLine,
      &Writer::MixedLine, &Writer::LeakyLine, &Writer::AdversarialLine};
  Writer writer(seed);
  writer.text.reserve(bytes + 16'384);
  while (writer.text.size() < bytes) (writer.*kLine[static_cast<size_t>(workload)])();
  return std::move(writer.text);
}

std::string MakeAccessEvents(size_t count, uint32_t users, uint32_t seed) {
  Writer writer(seed);
  Millis ts = 1'715'940'000'000;
  for (size_t i = 0; i < count; ++i) writer.AccessEvent(ts += 37, users);
  return std::move(writer.text);
}

}  // namespace leaktrip::bench
