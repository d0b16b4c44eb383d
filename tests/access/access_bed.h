// A bed for detector tests: the built-in settings unless a test says otherwise, a small networks
// table and events in one line.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "detectors/access/detector_set.h"

namespace leaktrip {

inline constexpr std::string_view kTestNetworks =
    "cidr,asn,as_name,country,lat,lon\n"
    "192.0.2.0/24,64500,Home Cable,DE,52.5,13.4\n"
    "198.51.100.0/24,64501,Example Hosting,US,40.7,-74.0\n"
    "203.0.113.0/24,64502,Far Telecom,CL,-33.4,-70.6\n"
    "10.0.0.0/8,64503,Office Net,DE,52.5,13.4\n";

inline constexpr Millis kTestStart = 1'700'000'000'000;

class AccessBed {
 public:
  explicit AccessBed(const std::string& file = "", const std::string& text = "") {
    std::map<std::string, std::string> settings;
    if (!file.empty()) settings[file] = text;
    auto networks = Networks::FromCsv(kTestNetworks, "test.csv");
    Errors errors;
    set_ = DetectorSet::Make(settings, {}, *networks, &errors);
    for (const auto& error : errors) errors_ += error.ToString() + "\n";
  }

  AccessEvent Event(Millis ts, std::string_view ip, std::string_view user, uint16_t status,
                    std::string_view token = {}) {
    AccessEvent event;
    event.ts = ts;
    event.client_ip = IpAddress::Parse(ip);
    event.user = texts_.emplace_back(user);
    event.status = status;
    event.method = status == 401 && token.empty() ? "POST" : "GET";
    event.path = "/api";
    event.user_agent = "agent/1";
    if (!token.empty()) event.token = Fingerprint::OfToken(token);
    return event;
  }
  // The anomalies that this event raises.
  std::vector<Anomaly> Feed(const AccessEvent& event) {
    std::vector<Anomaly> anomalies;
    set_->Observe(event, &anomalies);
    return anomalies;
  }
  std::vector<Anomaly> Feed(Millis ts, std::string_view ip, std::string_view user, uint16_t status,
                            std::string_view token = {}) {
    return Feed(Event(ts, ip, user, status, token));
  }
  // A user who has worked from one place for `days` days.
  void Habit(std::string_view user, std::string_view ip, int days, std::string_view token = {}) {
    for (int day = 0; day < days; ++day)
      for (int hour = 8; hour < 16; hour += 2)
        Feed(kTestStart + day * kDay + hour * kHour, ip, user, 200, token);
  }
  DetectorSet& set() { return *set_; }
  const std::string& errors() const { return errors_; }

 private:
  std::unique_ptr<DetectorSet> set_;
  std::deque<std::string> texts_;
  std::string errors_;
};

// Which detectors spoke, in order.
inline std::string Ids(const std::vector<Anomaly>& anomalies) {
  std::string ids;
  for (const auto& anomaly : anomalies)
    ids += (ids.empty() ? "" : " ") + std::string(anomaly.detector);
  return ids;
}

}  // namespace leaktrip
