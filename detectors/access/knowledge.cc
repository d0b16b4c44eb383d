#include "detectors/access/knowledge.h"

#include <algorithm>

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
    writer->Text(facts.last_ip ? KeyOf(*facts.last_ip) : std::string_view());
  }
  bool Read(StateReader* reader) {
    facts.user = reader->Text();
    facts.first_seen = reader->Int();
    facts.last_seen = reader->Int();
    facts.uses = reader->Uint();
    const auto ip = reader->Text();
    if (!reader->ok() || (!ip.empty() && ip.size() != sizeof(IpAddress))) return false;
    if (!ip.empty()) std::copy(ip.begin(), ip.end(), facts.last_ip.emplace().bytes.begin());
    return true;
  }
};

struct KnownLeak {
  LeakFact fact;

  void Write(StateWriter* writer) const { writer->Int(fact.ts).Text(fact.source); }
  bool Read(StateReader* reader) {
    fact.ts = reader->Int();
    fact.source = reader->Text();
    return reader->ok();
  }
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
  std::string_view PrincipalOf(const AccessEvent& event) {
    if (!event.user.empty()) return event.user;
    if (!event.token) return {};
    if (const KnownToken* token = tokens.Find(KeyOf(*event.token));
        token != nullptr && !token->facts.user.empty())
      return token->facts.user;
    token_principal.assign(1, '\0');
    token_principal += KeyOf(*event.token);
    return token_principal;
  }

  void LearnToken(const AccessEvent& event) {
    TokenFacts& facts = tokens.Change(KeyOf(*event.token))->facts;
    if (facts.uses++ == 0) facts.first_seen = event.ts;
    facts.last_seen = std::max(facts.last_seen, event.ts);
    if (!event.user.empty()) facts.user = event.user;
    if (event.client_ip) facts.last_ip = event.client_ip;
  }

  void LearnPlace(const AccessEvent& event) {
    const std::string_view principal = PrincipalOf(event);
    if (principal.empty() || !event.client_ip) return;
    const Profile* known = profiles.Find(principal);
    const SeenPlace* source =
        known == nullptr ? nullptr : known->sources.Find(SourceNumber(*event.client_ip));
    // Within a visit the time of the last use only needs to be right to the minute.
    if (source != nullptr && event.ts - source->last < kMinute) return;
    const std::string key(principal);
    profiles.Change(key)->Learn(*event.client_ip, networks->Find(*event.client_ip), event.ts);
  }

  std::shared_ptr<const Networks> networks;
  EntityTable<Profile> profiles{"profile/", KeyText::kName, kMostProfiles};
  EntityTable<KnownToken> tokens{"token/", KeyText::kHex, kMostTokens};
  EntityTable<KnownLeak> leaks{"leak/", KeyText::kHex, kMostFacts};
  EntityTable<KnownRevocation> revocations{"revocation/", KeyText::kHex, kMostFacts};
  FailureMemory failures;
  std::string token_principal;
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

std::optional<TokenFacts> Knowledge::Token(const Fingerprint& token) const {
  const KnownToken* known = impl_->tokens.Find(KeyOf(token));
  return known == nullptr ? std::nullopt : std::optional(known->facts);
}

const Profile* Knowledge::ProfileOf(const AccessEvent& event) const {
  const std::string_view principal = impl_->PrincipalOf(event);
  return principal.empty() ? nullptr : impl_->profiles.Find(principal);
}

std::string_view Knowledge::PrincipalOf(const AccessEvent& event) const {
  return impl_->PrincipalOf(event);
}

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
  return info && IsHosting(*info);
}

bool Knowledge::Familiar(const AccessEvent& event) const {
  if (!event.client_ip) return false;
  const Familiarity known = Known(event);
  return known.network > 0 || (known.asn > 0 && !Hosting(*event.client_ip));
}

const FailureMemory& Knowledge::failures() const { return impl_->failures; }

void Knowledge::AddLeak(const Fingerprint& token, LeakFact fact) {
  const LeakFact* known = Leak(token);
  if (known != nullptr && known->ts <= fact.ts) return;
  impl_->leaks.Change(KeyOf(token))->fact = std::move(fact);
}

void Knowledge::AddRevocation(const Fingerprint& token, RevocationFact fact) {
  const RevocationFact* known = Revocation(token);
  if (known != nullptr && known->ts <= fact.ts) return;
  impl_->revocations.Change(KeyOf(token))->fact = std::move(fact);
}

void Knowledge::Learn(const AccessEvent& event) {
  if (RefusedIdentity(event)) {
    // A token that used to work is a forgotten job or revoked-token-used's case, no guess.
    if (!event.token || (!Token(*event.token) && Revocation(*event.token) == nullptr))
      impl_->failures.Learn(event, Familiar(event));
  } else if (event.Succeeded()) {
    if (event.token) impl_->LearnToken(event);
    impl_->LearnPlace(event);
  }
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
