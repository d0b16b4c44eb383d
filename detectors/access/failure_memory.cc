#include "detectors/access/failure_memory.h"

#include <algorithm>

namespace leaktrip {
namespace {

constexpr size_t kMostSources = 50'000;
constexpr size_t kMostAccounts = 50'000;
constexpr size_t kMostTargets = 32;
constexpr size_t kMostNetworks = 16;
constexpr std::string_view kCampaignsKey = "campaigns";

}  // namespace

const FailedTarget* SourceFailures::Find(uint64_t target) const {
  for (const auto& t : targets)
    if (t.target == target) return &t;
  return nullptr;
}

int SourceFailures::DistinctSince(Millis since, uint64_t besides) const {
  return static_cast<int>(std::count_if(targets.begin(), targets.end(), [&](const auto& t) {
    return !t.familiar && t.last >= since && t.target != besides;
  }));
}

void SourceFailures::Write(StateWriter* writer) const {
  writer->Uint(targets.size());
  for (const auto& t : targets)
    writer->Uint(t.target).Int(t.first).Int(t.last - t.first).Uint(t.count).Uint(t.familiar);
  writer->Real(unfamiliar).Int(last);
}

bool SourceFailures::Read(StateReader* reader) {
  targets.resize(reader->Count(kMostTargets));
  for (auto& t : targets) {
    t.target = reader->Uint();
    t.first = reader->Int();
    t.last = t.first + reader->Int();
    t.count = static_cast<uint32_t>(reader->Uint());
    t.familiar = reader->Uint() != 0;
  }
  unfamiliar = reader->Real();
  last = reader->Int();
  return reader->ok();
}

int AccountFailures::NetworksSince(Millis since) const {
  const auto& places = networks.places();
  return static_cast<int>(std::count_if(places.begin(), places.end(),
                                        [&](const SeenPlace& p) { return p.last >= since; }));
}

void AccountFailures::Write(StateWriter* writer) const {
  networks.Write(writer);
  writer->Real(familiar).Int(last_familiar);
}

bool AccountFailures::Read(StateReader* reader) {
  if (!networks.Read(reader)) return false;
  familiar = reader->Real();
  last_familiar = reader->Int();
  return reader->ok();
}

FailureMemory::FailureMemory()
    : sources_("failed-source/", KeyText::kHex, kMostSources),
      accounts_("failed-account/", KeyText::kName, kMostAccounts) {}

const SourceFailures* FailureMemory::Source(const IpAddress& ip) const {
  const IpAddress source = ip.Source();
  return sources_.Find(KeyOf(source));
}

const AccountFailures* FailureMemory::Account(std::string_view user) const {
  return accounts_.Find(user);
}

uint64_t FailureMemory::TargetOf(const AccessEvent& event) {
  if (!event.user.empty()) return HashBytes(event.user);
  return event.token ? HashBytes(KeyOf(*event.token)) : 0;
}

void FailureMemory::Learn(const AccessEvent& event, bool familiar) {
  const uint64_t target = TargetOf(event);
  if (!event.client_ip || target == 0) return;
  const IpAddress source = event.client_ip->Source();
  if (!familiar) {
    Campaign* campaign = event.user.empty() ? &at_tokens_ : &at_accounts_;
    campaign->Observe(event.ts, SourceNumber(source), target);
    campaigns_dirty_ = true;
  }
  SourceFailures* failures = sources_.Change(KeyOf(source));
  if (!familiar)
    failures->unfamiliar = failures->unfamiliar * Faded(event.ts - failures->last, 6 * kHour) + 1;
  failures->last = std::max(failures->last, event.ts);
  auto at = std::find_if(failures->targets.begin(), failures->targets.end(),
                         [&](const FailedTarget& t) { return t.target == target; });
  FailedTarget entry{target, event.ts, event.ts, 0, familiar};
  if (at != failures->targets.end()) {
    entry = *at;
    failures->targets.erase(at);
  } else if (failures->targets.size() >= kMostTargets) {
    failures->targets.erase(failures->targets.begin());
  }
  if (event.ts - entry.last > kDay) entry.count = 0;
  ++entry.count;
  entry.last = std::max(entry.last, event.ts);
  entry.familiar = familiar;
  failures->targets.push_back(entry);

  if (event.user.empty()) return;
  AccountFailures* account = accounts_.Change(event.user);
  if (familiar) {
    account->familiar =
        account->familiar * Faded(event.ts - account->last_familiar, 30 * kMinute) + 1;
    account->last_familiar = std::max(account->last_familiar, event.ts);
  } else {
    account->networks.Learn(NetworkNumber(*event.client_ip), event.ts, kMostNetworks);
  }
}

void FailureMemory::Save(const StateSink& sink) {
  sources_.Save(sink);
  accounts_.Save(sink);
  if (!campaigns_dirty_) return;
  StateWriter writer;
  at_accounts_.Write(&writer);
  at_tokens_.Write(&writer);
  sink(kCampaignsKey, writer.bytes());
  campaigns_dirty_ = false;
}

bool FailureMemory::Restore(std::string_view key, std::string_view value, bool* good) {
  if (key != kCampaignsKey)
    return sources_.Restore(key, value, good) || accounts_.Restore(key, value, good);
  StateReader reader(value);
  Campaign accounts, tokens;
  *good = accounts.Read(&reader) && tokens.Read(&reader) && reader.AtEnd();
  if (*good) {
    at_accounts_ = std::move(accounts);
    at_tokens_ = std::move(tokens);
  }
  return true;
}

}  // namespace leaktrip
