#include "daemon/deliver/revoker.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "daemon/deliver/http_worker.h"
#include "daemon/deliver/retry_schedule.h"
#include "daemon/deliver/revocation_proposals.h"
#include "daemon/deliver/revocation_request.h"
#include "daemon/deliver/use_watch.h"
#include "daemon/store/revocation_table.h"

namespace leaktrip {
namespace {

constexpr size_t kInFlight = 8;
constexpr size_t kAtOnce = 1000;  // proposals released in one transaction
constexpr Millis kStorePause = 5'000;
constexpr Millis kKeepProposals = 30LL * 24 * 3600 * 1000;
constexpr int64_t kSpareMegabytes = 16;

using enum RevocationState;

}  // namespace

struct Revoker::Impl {
  const RevocationConfig config;
  const Announce announce;
  const Clock& clock;
  Metrics* metrics;
  std::unique_ptr<Store> store;
  RevocationTable table;
  std::map<std::string, RevocationAction> actions;
  std::mt19937_64 random;
  std::set<int64_t> in_flight;
  std::map<int64_t, Revocation> watched;  // acknowledged rows by seq
  bool loaded = false;
  Millis paused_until = 0;
  UseWatch uses;
  HttpClient client;
  HttpWorker worker;  // last: its thread ends before what it uses

  Impl(Options options, std::unique_ptr<Store> opened)
      : config(std::move(options.config)),
        announce(std::move(options.announce)),
        clock(*options.clock),
        metrics(options.metrics),
        store(std::move(opened)),
        table(*store),
        random(options.seed),
        client(clock),
        worker(client, [this] { return StartDue(); }) {
    for (RevocationAction& action : options.actions) {
      std::string name = action.name;
      actions.emplace(std::move(name), std::move(action));
    }
  }

  bool StartDue() {
    if (clock.Monotonic() < paused_until) return false;
    bool started = false;
    auto done = LoadWatched();
    if (done) done = WatchUses();
    if (done) done = EndSilent();
    if (done) done = Expire();
    if (done && config.mode != RevocationMode::kOff) done = ReleaseProposals();
    if (done && config.mode != RevocationMode::kOff) done = HandleApproved(&started);
    if (done && Sends()) done = Repeat(&started);
    if (!done) StoreTrouble(done.error());
    return started;
  }

  bool Sends() const {
    return config.mode == RevocationMode::kApprove || config.mode == RevocationMode::kAuto;
  }

  // After a start: revocations that were acknowledged and are not yet confirmed.
  Result<void> LoadWatched() {
    if (loaded) return {};
    auto rows = table.Due(kAcknowledged, INT64_MAX, SIZE_MAX >> 1);
    if (!rows) return std::unexpected(rows.error());
    for (Revocation& row : *rows) WatchRow(std::move(row));
    loaded = true;
    return {};
  }

  void WatchRow(Revocation row) {
    const auto token = Fingerprint::FromHex(row.fingerprint);
    if (!token) return;
    const Millis since = row.acknowledged.value_or(clock.Wall());
    uses.Watch(*token, since);
    if (announce) announce(*token, {since, "", "revoked by leaktrip through " + row.action});
    watched.emplace(row.seq, std::move(row));
  }

  Result<void> EndWatch(const Revocation& row, RevocationState to, std::string detail) {
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): row goes with its entry
    const Revocation ended = row;
    if (auto moved = Step(ended, to, std::move(detail)); !moved) return moved;
    watched.erase(ended.seq);
    const bool more = std::any_of(watched.begin(), watched.end(), [&ended](const auto& entry) {
      return entry.second.fingerprint == ended.fingerprint;
    });
    if (!more) uses.Forget(*Fingerprint::FromHex(ended.fingerprint));
    return {};
  }

  Result<void> WatchUses() {
    for (const WatchedUse& use : uses.Take()) {
      const std::string fingerprint = use.token.Hex();
      std::vector<Revocation> rows;
      for (const auto& [seq, row] : watched)
        if (row.fingerprint == fingerprint) rows.push_back(row);
      const std::string at = FormatTime(use.ts);
      for (const Revocation& row : rows) {
        auto done =
            use.succeeded
                ? EndWatch(row, kFailed,
                           "the token still worked at " + at + ", after the acknowledgement")
                : EndWatch(row, kConfirmed, "a use was denied at " + at);
        if (!done) return done;
      }
    }
    return {};
  }

  Result<void> EndSilent() {
    const Millis silent_since = clock.Wall() - config.confirm_after_secs * 1000LL;
    std::vector<Revocation> rows;
    for (const auto& [seq, row] : watched)
      if (row.acknowledged.value_or(0) <= silent_since) rows.push_back(row);
    for (const Revocation& row : rows) {
      auto done =
          EndWatch(row, kConfirmed,
                   "no use for " + std::to_string(config.confirm_after_secs) + " s after it");
      if (!done) return done;
    }
    return {};
  }

  // A proposal that nobody decides on does not keep its token for ever.
  Result<void> Expire() {
    const auto rows = table.Due(kProposed, clock.Wall() - kKeepProposals, kAtOnce);
    if (!rows) return std::unexpected(rows.error());
    for (const Revocation& row : *rows)
      if (auto done = Step(row, kRefused, "nobody decided within 30 days"); !done) return done;
    return {};
  }

  Result<void> ReleaseProposals() {
    if (auto done = Release(RevocationMode::kDryRun); !done) return done;
    if (config.mode == RevocationMode::kAuto)
      if (auto done = Release(config.mode); !done) return done;
    auto blown = table.FuseBlown();
    if (!blown) return std::unexpected(blown.error());
    if (metrics != nullptr) metrics->Set("revocation_fuse_open", *blown ? 1 : 0);
    return {};
  }

  Result<void> Release(RevocationMode mode) {
    size_t held = 0, last = kAtOnce;
    while (last == kAtOnce) {
      auto rows = table.Release(mode, config.fuse_per_minute, kAtOnce, clock.Wall());
      if (!rows) return std::unexpected(rows.error());
      for (const Revocation& row : *rows) {
        Count(row.provider, row.held.empty() ? Name(row.state) : "held");
        held += row.held.empty() ? 0 : 1;
      }
      last = rows->size();
    }
    if (held > 0)
      spdlog::error("the revocation fuse is blown: {} proposals wait for an operator", held);
    return {};
  }

  Result<void> HandleApproved(bool* started) {
    const auto rows = table.Due(kApproved, clock.Wall(), kAtOnce);
    if (!rows) return std::unexpected(rows.error());
    for (const Revocation& row : *rows) {
      if (!Sends()) {
        if (auto done = Step(row, kDryRun, "approved, but the revocation mode is dry-run"); !done)
          return done;
        continue;
      }
      if (in_flight.size() >= kInFlight) break;
      if (auto done = Send(row, started); !done) return done;
    }
    return {};
  }

  // Attempts whose time has come again, and those that a crash cut off.
  Result<void> Repeat(bool* started) {
    const auto rows = table.Due(kSent, clock.Wall(), kAtOnce);
    if (!rows) return std::unexpected(rows.error());
    for (const Revocation& row : *rows) {
      if (in_flight.contains(row.seq)) continue;
      if (in_flight.size() >= kInFlight) break;
      if (row.open_intent) {
        auto noted = table.Note(row,
                                {kSent, "leaktrip",
                                 "the outcome of the last attempt is unknown; the guards were "
                                 "checked again and the request is repeated under the same id"},
                                "resumed", clock.Wall());
        if (!noted) return noted;
      }
      if (auto done = Send(row, started); !done) return done;
    }
    return {};
  }

  Result<void> Send(Revocation row, bool* started) {
    const auto action = actions.find(row.action);
    if (action == actions.end())
      return Step(row, kFailed, "the configuration has no action of this name");
    if (std::find(config.never.begin(), config.never.end(), row.fingerprint) != config.never.end())
      return Step(row, kFailed, "on the never list");
    auto token = table.Token(row);
    if (!token) return Step(row, kFailed, token.error().message);
    const std::string attempt = "attempt " + std::to_string(row.attempts + 1);
    auto moved = table.Move(row, {kSent, "leaktrip", attempt}, clock.Wall());
    if (!moved) return std::unexpected(moved.error());
    if (!*moved) return {};  // an operator was faster
    Count(row.provider, Name(kSent));
    row.state = kSent;
    ++row.attempts;
    in_flight.insert(row.seq);
    *started = true;
    HttpRequest request = MakeRevocationRequest(action->second, row, *token, clock.Wall());
    client.Start(std::move(request), [this, row](const HttpReply& reply) { OnReply(row, reply); });
    return {};
  }

  void OnReply(const Revocation& row, const HttpReply& reply) {
    in_flight.erase(row.seq);
    if (metrics != nullptr)
      metrics->Observe("revocation_attempt_seconds", reply.seconds, {{"action", row.action}});
    if (auto noted = NoteReply(row, reply); !noted) StoreTrouble(noted.error());
  }

  Result<void> NoteReply(const Revocation& row, const HttpReply& reply) {
    const std::string words = Describe(reply);
    switch (MeaningOf(reply)) {
      case RevocationReply::kAcknowledged: {
        if (auto done = Step(row, kAcknowledged, words); !done) return done;
        Revocation acknowledged = row;
        acknowledged.state = kAcknowledged;
        acknowledged.acknowledged = clock.Wall();
        WatchRow(std::move(acknowledged));
        return {};
      }
      case RevocationReply::kTryAgain: {
        const double dice = std::uniform_real_distribution<double>()(random);
        const auto delay = RetryDelay(kRevocationSchedule, row.attempts, reply.retry_after, dice);
        if (!delay) return Step(row, kFailed, "given up: " + words);
        spdlog::warn("revocation {} through {}: {}; next attempt in {} s", row.seq, row.action,
                     words, *delay / 1000);
        Count(row.provider, "attempt-failed");
        return table.Postpone(row, clock.Wall() + *delay, words, clock.Wall());
      }
      case RevocationReply::kFailed:
        break;
    }
    return Step(row, kFailed, words);
  }

  Result<void> Step(const Revocation& row, RevocationState to, std::string detail) {
    auto moved = table.Move(row, {to, "leaktrip", detail}, clock.Wall());
    if (!moved) return std::unexpected(moved.error());
    if (!*moved) return {};
    Count(row.provider, Name(to));
    const auto level = to == kFailed ? spdlog::level::err : spdlog::level::info;
    spdlog::log(level, "revocation {} of token:{} through {}: {}, {}", row.seq, row.fingerprint,
                row.action, Name(to), detail);
    return {};
  }

  void StoreTrouble(const Error& error) {
    paused_until = clock.Monotonic() + kStorePause;
    if (metrics != nullptr)
      metrics->Count("errors_total", 1, {{"stage", "revoke"}, {"type", "store"}});
    spdlog::error("revocations: {}", error.ToString());
  }

  void Count(const std::string& provider, std::string_view state) {
    if (metrics != nullptr)
      metrics->Count("revocations_total", 1,
                     {{"provider", provider}, {"state", std::string(state)}});
  }
};

Revoker::Revoker(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Revoker::~Revoker() = default;

Result<std::unique_ptr<Revoker>> Revoker::Make(Options options) {
  options.store.recover = false;
  options.store.max_megabytes += kSpareMegabytes;
  auto store = Store::Open(options.store);
  if (!store) return std::unexpected(store.error());
  return std::unique_ptr<Revoker>(
      new Revoker(std::make_unique<Impl>(std::move(options), std::move(*store))));
}

std::vector<RevocationProposal> Revoker::Propose(const Alert& alert, const Finding& finding) const {
  return ProposeRevocations(impl_->config, alert, finding);
}

void Revoker::NoteUse(const Fingerprint& token, bool succeeded, Millis ts) {
  if (impl_->uses.Note(token, succeeded, ts)) impl_->worker.Wake();
}

void Revoker::Start() { impl_->worker.Start(); }
void Revoker::Wake() { impl_->worker.Wake(); }
void Revoker::Stop(std::chrono::milliseconds deadline) { impl_->worker.Stop(deadline); }
void Revoker::RunDue() { impl_->worker.RunDue(); }

}  // namespace leaktrip
