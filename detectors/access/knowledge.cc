#include "detectors/access/knowledge.h"

#include <algorithm>
#include <unordered_map>

#include "detectors/access/agent_family.h"
#include "detectors/access/hosting.h"

namespace leaktrip {
namespace {

constexpr size_t kMostProfiles = 100'000;
constexpr size_t kMostTokens = 200'000;
constexpr size_t kMostFacts = 200'000;

struct KnownToken {
  TokenFacts facts;

  void Write(StateWriter* writer) const {
    writer->Text(facts.user).Int(facts.first_seen).Int(facts.last_seen).Uint(facts.uses);
    writer->Uint(facts.agent).Uint(facts.before);
    writer->Text(facts.last_ip ? KeyOf(*facts.last_ip) : std::string_view());
  }
  bool Read(StateReader* reader) {
    facts.user = reader->Text();
    facts.first_seen = reader->Int();
    facts.last_seen = reader->Int();
    facts.uses = reader->Uint();
    facts.agent = reader->Uint();
    facts.before = reader->Uint();
    const auto ip = reader->Text();
    if (!reader->ok() || (!ip.empty() && ip.size() != sizeof(IpAddress))) return false;
    if (!ip.empty()) std::copy(ip.begin(), ip.end(), facts.last_ip.emplace().bytes.begin());
    return true;
  }
};

struct KnownLeak {
  LeakFact fact;
  LeakUse use;

  void Write(StateWriter* writer) const {
    writer->Int(fact.ts).Text(fact.source);
    use.Write(writer);
  }
  bool Read(StateReader* reader) {
    fact.ts = reader->Int();
    fact.source = reader->Text();
    return use.Read(reader);
  }
};

// What was looked up for one event.
struct Sight {
  const AccessEvent* event = nullptr;
  std::string_view principal;
  const Profile* profile = nullptr;
  const KnownToken* token = nullptr;
  uint64_t agent = 0;
  bool agent_known = false;  // agent is set; the same for the next two
  bool network_known = false;
  bool familiar_known = false;
  bool familiar = false;
  std::optional<NetworkInfo> network;
};

struct KnownRevocation {
  RevocationFact fact;

  void Write(StateWriter* writer) const { writer->Int(fact.ts).Text(fact.user).Text(fact.reason); }
  bool Read(StateReader* reader) {
    fact.ts = reader->Int();
    fact.user = reader->Text();
    fact.reason = reader->Text();
    return reader->ok();
  }
};

}  // namespace

struct Knowledge::Impl {
  explicit Impl(std::shared_ptr<const Networks> n) : networks(std::move(n)) {}

  // The user, else the token's owner, else the token behind a NUL (no user name has one).
  std::string_view PrincipalOf(const AccessEvent& event, const KnownToken* token) {
    if (!event.user.empty()) return event.user;
    if (!event.token) return {};
    if (token != nullptr && !token->facts.user.empty()) return token->facts.user;
    token_principal.assign(1, '\0');
    token_principal += KeyOf(*event.token);
    return token_principal;
  }

  void LookAt(const AccessEvent& event) {
    sight = {};
    sight.event = &event;
    if (event.token) sight.token = tokens.Find(KeyOf(*event.token));
    sight.principal = PrincipalOf(event, sight.token);
    if (!sight.principal.empty()) sight.profile = profiles.Find(sight.principal);
  }

  Sight& At(const AccessEvent& event) {
    if (sight.event != &event) LookAt(event);
    return sight;
  }

  uint64_t Agent(const AccessEvent& event) {
    Sight& at = At(event);
    if (!at.agent_known) at.agent = agents.Of(event.user_agent);
    at.agent_known = true;
    return at.agent;
  }

  const std::optional<NetworkInfo>& Network(const AccessEvent& event) {
    Sight& at = At(event);
    if (!at.network_known && event.client_ip) at.network = networks->Find(*event.client_ip);
    at.network_known = true;
    return at.network;
  }

  // Names are read once per AS.
  bool Rents(const NetworkInfo& info) {
    if (info.asn == 0 || info.kind != NetworkKind::kUnknown) return IsHosting(info);
    const auto [at, fresh] = rents.try_emplace(info.asn, false);
    if (fresh) at->second = IsHosting(info);
    return at->second;
  }

  bool Familiar(const AccessEvent& event) {
    if (!event.client_ip) return false;
    Sight& at = At(event);
    if (at.familiar_known) return at.familiar;
    at.familiar_known = true;
    if (at.profile == nullptr) return false;
    const uint64_t network = NetworkNumber(*event.client_ip);
    const auto& info = Network(event);
    const uint32_t asn = info ? info->asn : 0;
    at.familiar = at.profile->networks.Find(network) != nullptr ||
                  (asn != 0 && at.profile->systems.Find(asn) != nullptr && !Rents(*info));
    if (at.familiar && !at.profile->suspicions.empty())
      at.familiar = !at.profile->Suspected(network, asn, event.ts);
    return at.familiar;
  }

  void LearnToken(const AccessEvent& event) {
    TokenFacts& facts = tokens.Change(KeyOf(*event.token))->facts;
    if (facts.uses++ == 0) facts.first_seen = event.ts;
    facts.last_seen = std::max(facts.last_seen, event.ts);
    if (!event.user.empty() && facts.user != event.user) facts.user = event.user;
    if (event.client_ip) facts.last_ip = event.client_ip;
    if (const uint64_t agent = Agent(event); agent != facts.agent) {
      facts.before = facts.agent;
      facts.agent = agent;
    }
  }

  void LearnPlace(const AccessEvent& event) {
    const Sight& at = At(event);
    if (at.principal.empty() || !event.client_ip) return;
    const SeenPlace* source =
        at.profile == nullptr ? nullptr : at.profile->sources.Find(SourceNumber(*event.client_ip));
    // Within a visit the time of the last use only needs to be right to the minute.
    const uint64_t agent = Agent(event);
    if (source != nullptr && event.ts - source->last < kMinute &&
        at.profile->agents.Find(agent) != nullptr)
      return;
    const std::string key(at.principal);
    const auto info = Network(event);
    profiles.Change(key)->Learn(*event.client_ip, info, agent, event.ts);
  }

  void LearnLeakUse(const AccessEvent& event) {
    const KnownLeak* leak = leaks.Find(KeyOf(*event.token));
    if (leak == nullptr || event.ts <= leak->fact.ts) return;
    const bool familiar = Familiar(event);
    leaks.Change(KeyOf(*event.token))->use.Learn(event, familiar);
  }

  std::shared_ptr<const Networks> networks;
  EntityTable<Profile> profiles{"profile/", KeyText::kName, kMostProfiles};
  EntityTable<KnownToken> tokens{"token/", KeyText::kHex, kMostTokens};
  EntityTable<KnownLeak> leaks{"leak/", KeyText::kHex, kMostFacts};
  EntityTable<KnownRevocation> revocations{"revocation/", KeyText::kHex, kMostFacts};
  FailureMemory failures;
  std::string token_principal;
  AgentFamilies agents;
  std::unordered_map<uint32_t, bool> rents;  // by AS: as many as there are in the networks files
  Sight sight;
};

Knowledge::Knowledge(std::shared_ptr<const Networks> networks)
    : impl_(std::make_unique<Impl>(std::move(networks))) {}
Knowledge::~Knowledge() = default;

const Networks& Knowledge::networks() const { return *impl_->networks; }

const LeakFact* Knowledge::Leak(const Fingerprint& token) const {
  const KnownLeak* leak = impl_->leaks.Find(KeyOf(token));
  return leak == nullptr ? nullptr : &leak->fact;
}

const RevocationFact* Knowledge::Revocation(const Fingerprint& token) const {
  const KnownRevocation* revocation = impl_->revocations.Find(KeyOf(token));
  return revocation == nullptr ? nullptr : &revocation->fact;
}

const TokenFacts* Knowledge::Token(const Fingerprint& token) const {
  const KnownToken* known = impl_->tokens.Find(KeyOf(token));
  return known == nullptr ? nullptr : &known->facts;
}

const TokenFacts* Knowledge::TokenOf(const AccessEvent& event) const {
  const KnownToken* known = impl_->At(event).token;
  return known == nullptr ? nullptr : &known->facts;
}

const LeakUse* Knowledge::UseOfLeak(const Fingerprint& token) const {
  const KnownLeak* leak = impl_->leaks.Find(KeyOf(token));
  return leak == nullptr ? nullptr : &leak->use;
}

const Profile* Knowledge::ProfileOf(const AccessEvent& event) const {
  return impl_->At(event).profile;
}

std::string_view Knowledge::PrincipalOf(const AccessEvent& event) const {
  return impl_->At(event).principal;
}

uint64_t Knowledge::AgentOf(const AccessEvent& event) const { return impl_->Agent(event); }

std::optional<NetworkInfo> Knowledge::NetworkOf(const AccessEvent& event) const {
  return impl_->Network(event);
}

bool Knowledge::KnownAgent(const AccessEvent& event) const {
  const Profile* profile = ProfileOf(event);
  return profile != nullptr && profile->agents.Find(impl_->Agent(event)) != nullptr;
}

void Knowledge::LookAt(const AccessEvent& event) { impl_->LookAt(event); }

Knowledge::Familiarity Knowledge::Known(const AccessEvent& event) const {
  Familiarity known;
  const Profile* profile = ProfileOf(event);
  if (profile == nullptr) return known;
  known.total = profile->visits;
  if (!event.client_ip) return known;
  const auto visits = [](const PlaceList& list, uint64_t key) {
    const SeenPlace* place = key == 0 ? nullptr : list.Find(key);
    return place == nullptr ? 0.0 : place->visits;
  };
  known.source = visits(profile->sources, SourceNumber(*event.client_ip));
  known.network = visits(profile->networks, NetworkNumber(*event.client_ip));
  if (const auto info = impl_->networks->Find(*event.client_ip)) {
    known.asn = visits(profile->systems, info->asn);
    known.country = visits(profile->countries, CountryNumber(info->country));
  }
  return known;
}

bool Knowledge::Hosting(const IpAddress& ip) const {
  const auto info = impl_->networks->Find(ip);
  return info && impl_->Rents(*info);
}

bool Knowledge::Familiar(const AccessEvent& event) const { return impl_->Familiar(event); }

const FailureMemory& Knowledge::failures() const { return impl_->failures; }

void Knowledge::AddLeak(const Fingerprint& token, LeakFact fact) {
  const LeakFact* known = Leak(token);
  if (known != nullptr && known->ts <= fact.ts) return;
  KnownLeak* leak = impl_->leaks.Change(KeyOf(token));
  if (const TokenFacts* facts = Token(token); facts != nullptr && known == nullptr) {
    leak->use.used_before = facts->uses;
    leak->use.last_before = facts->last_seen;
    leak->use.last_ip_before = facts->last_ip;
  }
  leak->fact = std::move(fact);
}

void Knowledge::AddRevocation(const Fingerprint& token, RevocationFact fact) {
  const RevocationFact* known = Revocation(token);
  if (known != nullptr && known->ts <= fact.ts) return;
  impl_->revocations.Change(KeyOf(token))->fact = std::move(fact);
}

void Knowledge::Learn(const AccessEvent& event) {
  const Sight& at = impl_->At(event);
  if (event.token && impl_->leaks.size() > 0) impl_->LearnLeakUse(event);
  if (RefusedIdentity(event)) {
    // A token that used to work is a forgotten job or revoked-token-used's case, no guess.
    if (!event.token || (at.token == nullptr && Revocation(*event.token) == nullptr))
      impl_->failures.Learn(event, Familiar(event));
  } else if (event.Succeeded()) {
    impl_->LearnPlace(event);
    if (event.token) impl_->LearnToken(event);
  }
  impl_->sight = {};
}

void Knowledge::Suspect(const AccessEvent& event) {
  const Sight& at = impl_->At(event);
  if (at.profile == nullptr || !event.client_ip) return;
  const auto& info = impl_->Network(event);
  impl_->profiles.Change(std::string(at.principal))
      ->Suspect(NetworkNumber(*event.client_ip), info ? info->asn : 0, event.ts);
  impl_->LookAt(event);
}

void Knowledge::Save(const StateSink& sink) {
  impl_->profiles.Save(sink);
  impl_->tokens.Save(sink);
  impl_->leaks.Save(sink);
  impl_->revocations.Save(sink);
  impl_->failures.Save(sink);
}

bool Knowledge::Restore(std::string_view key, std::string_view value) {
  bool good = false;
  return (impl_->profiles.Restore(key, value, &good) || impl_->tokens.Restore(key, value, &good) ||
          impl_->leaks.Restore(key, value, &good) ||
          impl_->revocations.Restore(key, value, &good) ||
          impl_->failures.Restore(key, value, &good)) &&
         good;
}

size_t Knowledge::entries() const {
  return impl_->profiles.size() + impl_->tokens.size() + impl_->leaks.size() +
         impl_->revocations.size() + impl_->failures.entries();
}

uint64_t Knowledge::evictions() const {
  return impl_->profiles.evictions() + impl_->tokens.evictions() + impl_->leaks.evictions() +
         impl_->revocations.evictions() + impl_->failures.evictions();
}

}  // namespace leaktrip
