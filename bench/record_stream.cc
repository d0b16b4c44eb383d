#include "bench/record_stream.h"

#include <array>
#include <cstdio>
#include <cstring>

namespace leaktrip::bench {
namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr char kLetters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr char kAlnum[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr char kDigits[] = "123456789";

constexpr std::array kPaths = {
    "/api/v1/orders", "/api/v1/users/self",      "/api/v2/search", "/static/app.js",
    "/login",         "/api/v1/invoices/export", "/healthz",       "/api/v1/sessions"};
constexpr std::array kAgents = {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/124.0",
                                "python-requests/2.31.0", "curl/8.5.0", "okhttp/4.12.0",
                                "Go-http-client/2.0"};
constexpr std::array kMessages = {"request finished", "cache miss, loading from the database",
                                  "connection to upstream was reset, trying again",
                                  "user changed the notification settings",
                                  "job scheduled for the next quarter of an hour"};

template <size_t N>
const char* Pick(const std::array<const char*, N>& choices, uint64_t number) {
  return choices[number % N];
}

template <typename... Args>
void Print(std::string* out, const char* format, Args... args) {
  char buffer[1024];
  const int size = std::snprintf(buffer, sizeof buffer, format, args...);
  out->assign(buffer, static_cast<size_t>(size));
}

unsigned U(uint64_t value) { return static_cast<unsigned>(value); }

}  // namespace

std::string RecordStream::Characters(const char* alphabet, size_t count) {
  const size_t size = std::strlen(alphabet);
  std::string text(count, ' ');
  for (char& c : text) c = alphabet[Below(size)];
  return text;
}

std::string RecordStream::MakeToken() {
  switch (Below(6)) {
    case 0:
      return "glpat-" + Characters(kAlnum, 20);
    case 1:
      return "dop_v1_" + Characters(kHex, 64);
    case 2:
      return std::string("rk_") + "live_" + Characters(kAlnum, 40);
    case 3:
      return std::string("SG") + "." + Characters(kAlnum, 22) + "." + Characters(kAlnum, 43);
    case 4:
      return "hf_" + Characters(kLetters, 34);
    default:
      return "xoxb-" + Characters(kDigits, 12) + "-" + Characters(kDigits, 12) + "-" +
             Characters(kAlnum, 24);
  }
}

void RecordStream::AccessLine(const std::string& token, std::string* record) {
  const uint64_t second = number_ / 2000;
  const std::string query = token.empty() ? "page=" + std::to_string(Below(90)) + "&sort=asc"
                                          : "q=x&key=" + token + "&sort=asc";
  Print(record,
        "10.%u.%u.%u - - [04/Mar/2024:%02u:%02u:%02u +0000] \"GET %s?%s HTTP/1.1\" %u %u "
        "\"https://shop.example/basket\" \"%s\"",
        U(Below(4)), U(Below(250)), U(Below(250)), U(second / 3600 % 24), U(second / 60 % 60),
        U(second % 60), Pick(kPaths, Below(100)), query.c_str(), Below(20) == 0 ? 404U : 200U,
        U(Below(50'000)), Pick(kAgents, Below(100)));
}

void RecordStream::JsonLine(const std::string& token, std::string* record) {
  const std::string detail = token.empty() ? "took " + std::to_string(Below(900)) + " ms"
                                           : "Authorization: Bearer " + token;
  Print(record,
        "{\"ts\":\"2024-03-04T%02u:%02u:%02u.%03uZ\",\"level\":\"info\",\"service\":\"orders\","
        "\"host\":\"node-%u\",\"trace\":\"%s\",\"msg\":\"%s\",\"detail\":\"%s\"}",
        U(number_ / 2000 / 3600 % 24), U(number_ / 2000 / 60 % 60), U(number_ / 2000 % 60),
        U(Below(1000)), U(Below(40)), Characters(kHex, 16).c_str(), Pick(kMessages, Below(100)),
        detail.c_str());
}

std::string RecordStream::Next(std::string* record) {
  const bool leaks = token_every_ > 0 && number_ % token_every_ == token_every_ / 2;
  std::string token = leaks ? MakeToken() : std::string();
  if (Below(2) == 0) {
    AccessLine(token, record);
  } else {
    JsonLine(token, record);
  }
  ++number_;
  return token;
}

}  // namespace leaktrip::bench
