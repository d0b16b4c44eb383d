#include "daemon/cli/demo_traffic.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "detectors/base/fingerprint.h"

namespace leaktrip {
namespace {

using Json = nlohmann::ordered_json;

constexpr Millis kSecond = 1000;
constexpr Millis kMinutes = 60 * kSecond;
constexpr Millis kHours = 60 * kMinutes;
constexpr Millis kDays = 24 * kHours;
constexpr char kPath[] = "/api/v4/projects/7/packages";

struct Request {
  Millis ts = 0;
  std::string ip;
  std::string user;
  std::string method = "GET";
  std::string path;
  int status = 200;
  std::string token_sha256;
  std::string agent;
};

std::string ToJson(const Request& request) {
  Json json{{"ts", FormatTime(request.ts)}, {"client_ip", request.ip},  {"method", request.method},
            {"path", request.path},         {"status", request.status}, {"user", request.user},
            {"user_agent", request.agent}};
  json["token_sha256"] = request.token_sha256.empty() ? Json(nullptr) : Json(request.token_sha256);
  return json.dump();
}

std::string ToNcsa(const Request& request) {
  return fmt::format(R"({} - {} [{:%d/%b/%Y:%H:%M:%S} +0000] "{} {} HTTP/1.1" {} 512 "-" "{}")",
                     request.ip, request.user, fmt::gmtime(request.ts / kSecond), request.method,
                     request.path, request.status, request.agent);
}

std::string Hash(const Secret& token) { return Fingerprint::OfToken(token.Reveal()).Hex(); }

// A person's day: visits of a few requests from the same desk, and now and then a mistyped
// password.
void AddPerson(int person, Millis now, std::mt19937* random, std::vector<Request>* requests) {
  constexpr int kVisits = 6;
  static const char* const kPages[] = {"/orders", "/orders/1041", "/customers", "/reports/weekly"};
  const Request base{.ip = "203.0.113." + std::to_string(10 + person),
                     .user = "person-" + std::to_string(person + 1),
                     .agent = "Mozilla/5.0"};
  for (int day = kDemoDays; day > 0; --day) {
    Millis ts = now - day * kDays + person * 7 * kMinutes;
    for (int visit = 0; visit < kVisits; ++visit) {
      ts += 80 * kMinutes + static_cast<Millis>((*random)() % 600) * kSecond;
      if (day < kDemoDays && (*random)() % 40 == 0) {
        requests->push_back(base);
        requests->back().ts = ts - 20 * kSecond;
        requests->back().method = "POST";
        requests->back().path = "/login";
        requests->back().status = 401;
      }
      for (int i = 0; i < 3; ++i) {
        requests->push_back(base);
        requests->back().ts = ts + i * 40 * kSecond;
        requests->back().path = kPages[(*random)() % std::size(kPages)];
      }
    }
  }
}

std::string LogLine(std::mt19937* random, Millis ts) {
  const auto dice = (*random)() % 1000;
  switch (dice % 3) {
    case 0:
      return fmt::format("{} level=info svc=billing msg=\"invoice sent\" invoice={} ms={}",
                         FormatTime(ts), 4000 + dice, dice % 90);
    case 1:
      return fmt::format("{} level=info svc=mail msg=\"queue drained\" messages={}", FormatTime(ts),
                         dice % 17);
    default:
      return fmt::format(
          R"({{"ts":"{}","level":"warn","svc":"search","msg":"slow query","ms":{}}})",
          FormatTime(ts), 800 + dice);
  }
}

}  // namespace

std::string DemoNetworks() {
  return "cidr,asn,as_name,country,lat,lon\n"
         "203.0.113.0/24,64496,Example Office,DE,52.5,13.4\n"
         "198.51.100.0/24,64497,Example Rented Servers,SG,1.3,103.8\n"
         "192.0.2.0/24,64498,Example VPN,BR,-23.5,-46.6\n";
}

DemoRecords DemoHistory(const Secret& token, Millis now) {
  std::mt19937 random(7);
  std::vector<Request> requests;
  for (int person = 0; person < kDemoPeople; ++person) AddPerson(person, now, &random, &requests);
  for (Millis ago = kDemoDays * kDays; ago > 0; ago -= 2 * kHours)
    requests.push_back({.ts = now - ago,
                        .ip = kDemoOwnerAddress,
                        .user = kDemoOwner,
                        .path = kPath,
                        .token_sha256 = Hash(token),
                        .agent = "deploy/2.4"});
  std::stable_sort(requests.begin(), requests.end(),
                   [](const Request& a, const Request& b) { return a.ts < b.ts; });
  DemoRecords records;
  for (const Request& request : requests) {
    records.access.push_back(ToJson(request));
    if (random() % 2 == 0) records.logs.push_back(LogLine(&random, request.ts));
  }
  return records;
}

std::string DemoLeakLine(const Secret& token, int status, Millis now) {
  return ToNcsa(
      {.ts = now,
       .ip = kDemoOwnerAddress,
       .user = kDemoOwner,
       .path = std::string(kPath) + "?private_token=" + std::string(token.Reveal()) + "&page=2",
       .status = status,
       .agent = "curl/7.88.1"});
}

std::string DemoThiefEvent(const Secret& token, int status, Millis now) {
  return ToJson({.ts = now,
                 .ip = kDemoThiefAddress,
                 .user = kDemoOwner,
                 .path = kPath,
                 .status = status,
                 .token_sha256 = Hash(token),
                 .agent = "python-requests/2.31"});
}

std::vector<std::string> DemoSpraying(Millis now) {
  std::vector<std::string> lines;
  lines.reserve(kDemoSprayedAccounts);
  for (int account = 0; account < kDemoSprayedAccounts; ++account)
    lines.push_back(ToNcsa({.ts = now - (kDemoSprayedAccounts - account) * kSecond,
                            .ip = kDemoSprayAddress,
                            .user = "person-" + std::to_string(account + 1),
                            .method = "POST",
                            .path = "/login",
                            .status = 401,
                            .agent = "Mozilla/5.0"}));
  return lines;
}

}  // namespace leaktrip
