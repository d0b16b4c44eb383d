#include "detectors/access/guess_cases.h"

#include "detectors/access/words.h"

namespace leaktrip {
namespace {

constexpr size_t kMostEntities = 32;

}  // namespace

Anomaly CampaignAnomaly(std::string_view detector, const AccessEvent& event,
                        const Campaign& campaign, double alarm, Severity severity,
                        const Knowledge& knowledge, std::string summary, std::string_view thing) {
  Anomaly anomaly = GuessAnomaly(detector, event, campaign.started(), severity);
  anomaly.entity = "global";
  anomaly.entities = {anomaly.entity};
  for (const uint64_t source : campaign.sources())
    if (anomaly.entities.size() < kMostEntities)
      anomaly.entities.push_back(SourceEntity(AddressOf(source)));
  anomaly.score = campaign.sum();
  anomaly.threshold = alarm;
  anomaly.summary = std::move(summary);
  anomaly.reasons = {
      CountWords(static_cast<uint64_t>(campaign.pairs()), "refused pair") + " of source and " +
          std::string(thing) + " since " + FormatTime(campaign.started()),
      "normal at this hour are " + OneDecimal(campaign.normal()) + " in ten minutes, by now from " +
          CountWords(campaign.sources().size(), "source") +
          (campaign.sources().size() >= 64 ? " or more" : ""),
      "the last one from " + SourceWords(*event.client_ip, knowledge.networks()),
      RequestWords(event)};
  return anomaly;
}

}  // namespace leaktrip
