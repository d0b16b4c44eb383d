// AccessStream: a made-up company's API traffic for tests of the detectors: people at home, at the
// office and on their phones, with web sessions and tools, for some weeks. A test adds its scene
// and asks what was raised. Seeded and small: a few ten thousand events. One thread.
#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "detectors/access/detector_set.h"
#include "detectors/access/places.h"

namespace leaktrip {

inline constexpr std::string_view kStreamNetworks =
    "cidr,asn,as_name,country,lat,lon\n"
    "10.1.0.0/16,64501,Home Net,DE,52.5,13.4\n"
    "10.2.0.0/16,64502,Other Home Net,DE,48.1,11.6\n"
    "10.3.0.0/16,64503,Office Line,DE,50.1,8.7\n"
    "10.4.0.0/16,64504,Phone Net,DE,52.5,13.4\n"
    "20.1.0.0/16,64511,Telecom France,FR,48.9,2.3\n"
    "30.1.0.0/16,64521,Telecom Chile,CL,-33.4,-70.6\n"
    "50.1.0.0/16,64531,Example Hosting,US,40.7,-74.0\n"
    "60.1.0.0/16,64541,Secure Edge Cloud,US,40.7,-74.0\n"
    "70.1.0.0/16,64551,Private VPN,NL,52.4,4.9\n"
    "2001:db8::/32,64501,Home Net,DE,52.5,13.4\n";

inline constexpr Millis kStreamStart = 1'709'510'400'000;  // Monday 2024-03-04

class AccessStream {
 public:
  static constexpr int kUsers = 60;
  static constexpr Millis kScene = kStreamStart + 21 * kDay;  // scenes begin here, a Monday

  explicit AccessStream(int days = 28) { People(days); }

  struct Use {
    Millis ts = 0;
    std::string ip, user, token;
    uint16_t status = 200;
    std::string path = "/v1/projects", agent = "Mozilla/5.0 (Windows) Firefox/123", method = "GET";
  };
  void Add(const Use& use) {
    AccessEvent event;
    event.ts = use.ts;
    event.client_ip = IpAddress::Parse(use.ip);
    event.user = Keep(use.user);
    event.status = use.status;
    event.method = Keep(use.method);
    event.path = Keep(use.path);
    event.user_agent = Keep(use.agent);
    if (!use.token.empty()) event.token = Fingerprint::OfToken(use.token);
    events_.push_back(event);
  }

  static std::string User(int i) {
    return "user" + std::to_string(i) + "@org" + std::to_string(i % 3) + ".example";
  }
  static std::string Home(int i) { return (i % 2 ? "10.1." : "10.2.") + std::to_string(i) + ".7"; }
  static std::string Session(int i) { return "session-" + std::to_string(i); }
  static std::string Agent(int i) {
    return i % 3 == 0   ? "Mozilla/5.0 (Windows) Firefox/123"
           : i % 3 == 1 ? "Mozilla/5.0 (Macintosh) Safari/605"
                        : "acme-cli/2.4.1";
  }

  // All anomalies since the scene began, "detector entity" each.
  std::vector<std::string> Run(double alerts_per_day = 10) {
    auto networks = Networks::FromCsv(kStreamNetworks, "test.csv");
    Errors errors;
    auto set = DetectorSet::Make({}, {}, *networks, &errors);
    set->SetAlertsPerDay(alerts_per_day);
    std::stable_sort(events_.begin(), events_.end(),
                     [](const AccessEvent& a, const AccessEvent& b) { return a.ts < b.ts; });
    std::vector<std::string> raised;
    std::vector<Anomaly> anomalies;
    for (const auto& event : events_) {
      anomalies.clear();
      set->Observe(event, &anomalies);
      for (const auto& a : anomalies)
        if (event.ts >= kScene) raised.push_back(std::string(a.detector) + " " + a.entity);
    }
    return raised;
  }
  std::mt19937& random() { return random_; }

 private:
  std::string_view Keep(const std::string& text) { return texts_.emplace_back(text); }
  int Draw(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  // Five visits on a working day, two on others: from home, the office and the phone.
  void People(int days) {
    static const std::vector<std::string> kPaths = {"/v1/projects/17", "/v1/issues/4", "/v1/me",
                                                    "/v1/search", "/v1/builds/8"};
    for (int day = 0; day < days; ++day)
      for (int user = 0; user < kUsers; ++user)
        for (int visit = 0; visit < (day % 7 < 5 ? 5 : 2); ++visit) {
          Use use;
          use.ts = kStreamStart + day * kDay + (8 + 2 * visit) * kHour + Draw(90) * kMinute;
          const int place = Draw(10);
          use.ip = place < 6   ? Home(user)
                   : place < 9 ? "10.3." + std::to_string(user % 3) + ".1"
                               : "10.4." + std::to_string(Draw(16)) + ".1";
          use.user = User(user);
          use.token = Session(user);
          use.agent = Agent(user);
          for (int request = 0; request < 4; ++request) {
            use.path = Draw(40) == 0 ? "/v1/users" : kPaths[static_cast<size_t>(Draw(5))];
            use.ts += Draw(60'000);
            Add(use);
          }
        }
  }

  std::mt19937 random_{7};
  std::deque<std::string> texts_;
  std::vector<AccessEvent> events_;
};

}  // namespace leaktrip
