// Metrics: named counters, gauges and histograms behind /metrics (prometheus-cpp), all with prefix
// `leaktrip_`.
//
// Every metric is declared in metrics.cc with its help text; an undeclared name is a bug (assert).
// Count per batch, not per record: a call takes a lock. Label values come from small fixed sets
// (reasons, rule ids, configured names, topics, partitions), never from a user, an address or a
// token. Any thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace leaktrip {

using Labels = std::map<std::string, std::string>;

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void Count(std::string_view name, double n = 1, const Labels& labels = {});
  void Set(std::string_view name, double value, const Labels& labels = {});
  void Observe(std::string_view name, double seconds, const Labels& labels = {});
  std::string Text() const;  // Prometheus exposition format

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leaktrip
