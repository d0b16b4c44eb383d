#include "daemon/ops/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <cassert>
#include <map>
#include <string>

#include "daemon/ops/metrics_table.h"

namespace leaktrip {
namespace {

// From a tenth of a millisecond to a minute: a batch and a webhook share them.
const prometheus::Histogram::BucketBoundaries kSeconds = {0.0001, 0.001, 0.005, 0.025, 0.1, 0.5,
                                                          1,      2.5,   5,     10,    30,  60};

}  // namespace

struct Metrics::Impl {
  template <typename Kind>
  using Families = std::map<std::string, prometheus::Family<Kind>*, std::less<>>;

  prometheus::Registry registry;
  Families<prometheus::Counter> counters;
  Families<prometheus::Gauge> gauges;
  Families<prometheus::Histogram> histograms;

  template <typename Kind, typename Builder>
  void Declare(Families<Kind>* families, Builder builder, const MetricInfo& info) {
    const std::string name(info.name);
    (*families)[name] =
        &builder.Name("leaktrip_" + name).Help(std::string(info.help)).Register(registry);
  }

  // nullptr for an undeclared name: a bug, which release builds count instead of ending for.
  template <typename Kind>
  prometheus::Family<Kind>* Find(const Families<Kind>& families, std::string_view name) {
    const auto it = families.find(name);
    if (it != families.end()) return it->second;
    assert(false && "undeclared metric, add it to metrics_table.cc");
    counters.find("errors_total")
        ->second->Add({{"stage", "metrics"}, {"type", "undeclared"}})
        .Increment();
    return nullptr;
  }
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {
  for (const MetricInfo& info : MetricsTable()) {
    switch (info.kind) {
      case MetricKind::kCounter:
        impl_->Declare(&impl_->counters, prometheus::BuildCounter(), info);
        break;
      case MetricKind::kGauge:
        impl_->Declare(&impl_->gauges, prometheus::BuildGauge(), info);
        break;
      case MetricKind::kHistogram:
        impl_->Declare(&impl_->histograms, prometheus::BuildHistogram(), info);
        break;
    }
  }
}

Metrics::~Metrics() = default;

void Metrics::Count(std::string_view name, double n, const Labels& labels) {
  if (auto* family = impl_->Find(impl_->counters, name)) family->Add(labels).Increment(n);
}

void Metrics::Set(std::string_view name, double value, const Labels& labels) {
  if (auto* family = impl_->Find(impl_->gauges, name)) family->Add(labels).Set(value);
}

void Metrics::Observe(std::string_view name, double seconds, const Labels& labels) {
  if (auto* family = impl_->Find(impl_->histograms, name))
    family->Add(labels, kSeconds).Observe(seconds);
}

std::string Metrics::Text() const {
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace leaktrip
