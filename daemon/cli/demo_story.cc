#include "daemon/cli/demo_story.h"

#include <algorithm>
#include <set>
#include <thread>

#include "daemon/cli/demo_facts.h"
#include "daemon/cli/demo_traffic.h"
#include "daemon/ops/clock.h"
#include "daemon/store/audit_log.h"
#include "daemon/store/outbox.h"
#include "detectors/base/fingerprint.h"

namespace leaktrip {
namespace {

using std::chrono::milliseconds;
using Tone = DemoScreen::Tone;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds kLook{20};
constexpr SteadyClock::duration kTryAgain = std::chrono::seconds(2);

Millis Now() { return Clock::System().Wall(); }

std::string Seconds(SteadyClock::duration time) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(time).count()) + " s";
}

}  // namespace

Result<void> DemoStory::Play() {
  end_ = SteadyClock::now() + patience_.together;
  auto opened = Store::Open({.dir = stage_.state_dir(), .recover = false});
  if (!opened) return std::unexpected(opened.error());
  store_ = std::move(*opened);
  using Scene = Result<void> (DemoStory::*)();
  constexpr Scene kScenes[] = {&DemoStory::NormalTraffic,
                               &DemoStory::Leak,
                               &DemoStory::UseByStranger,
                               &DemoStory::Revocation,
                               &DemoStory::UseAfterRevocation,
                               &DemoStory::Spraying,
                               &DemoStory::Balance};
  for (const Scene scene : kScenes)
    if (auto done = (this->*scene)(); !done) return done;
  return {};
}

Result<void> DemoStory::NormalTraffic() {
  screen_.Scene("Normal traffic");
  screen_.Fact("broker", stage_.broker().address() + ", embedded; topics " + kDemoAccessTopic +
                             " and " + kDemoLogsTopic);
  const DemoRecords history = DemoHistory(stage_.token(), Now());
  if (auto sent = stage_.broker().Produce(kDemoAccessTopic, history.access); !sent) return sent;
  if (auto sent = stage_.broker().Produce(kDemoLogsTopic, history.logs); !sent) return sent;
  screen_.Fact("sent", std::to_string(kDemoDays) + " days of " + std::to_string(kDemoPeople) +
                           " people and a deploy job: " + std::to_string(history.access.size()) +
                           " requests, " + std::to_string(history.logs.size()) + " log lines");
  const auto all_read = [this] {
    auto left = stage_.broker().produced();
    const auto offsets = store_->Offsets();
    if (!offsets) return false;
    for (const auto& offset : *offsets) left[offset.topic] -= offset.next;
    return std::all_of(left.begin(), left.end(), [](const auto& one) { return one.second == 0; });
  };
  if (auto done = Wait("the commit of all records", patience_.first, all_read); !done) return done;
  const auto alerts = store_->Alerts(1);
  if (!alerts) return std::unexpected(alerts.error());
  if (!alerts->empty())
    return Fail(Code::kUnavailable, "normal traffic raised an alert: " + alerts->front().summary);
  screen_.Fact("judged",
               "all " + std::to_string(history.access.size() + history.logs.size()) +
                   " records are read and committed, no alert",
               Tone::kGood);
  return {};
}

Result<void> DemoStory::Leak() {
  screen_.Scene("A token leaks");
  const auto status = UseToken(stage_.issuer(), stage_.token());
  if (!status) return std::unexpected(status.error());
  if (*status != 200) return Fail(Code::kUnavailable, "the issuer refused a good token");
  screen_.Fact("request", std::string(kDemoOwner) +
                              " puts its token into a URL; the issuer answers " +
                              std::to_string(*status) + " and the line is logged");
  const std::string line = DemoLeakLine(stage_.token(), *status, Now());
  if (auto sent = stage_.broker().Produce(kDemoAccessTopic, {line}); !sent) return sent;

  const std::string fingerprint = Fingerprint::OfToken(stage_.token().Reveal()).Hex();
  std::optional<Alert> alert;
  auto done = Wait("a signed alert of the leak", patience_.each, [&] {
    alert = DeliveredAlert(stage_.receiver(), [&](const Alert& one) {
      return one.leak && one.leak->fingerprint == fingerprint;
    });
    return alert.has_value();
  });
  if (!done) return done;
  leak_ = *alert;
  TellAlert(*alert, 3);
  screen_.Fact("token", "shown as " + alert->leak->redacted + ", named by its SHA-256 " +
                            fingerprint.substr(0, 12) + "...");
  return {};
}

Result<void> DemoStory::UseByStranger() {
  screen_.Scene("Somebody else uses it");
  const auto status = UseToken(stage_.issuer(), stage_.token());
  if (!status) return std::unexpected(status.error());
  screen_.Fact("request", "from " + std::string(kDemoThiefAddress) +
                              " with the token; the issuer "
                              "answers " +
                              std::to_string(*status));
  const std::string event = DemoThiefEvent(stage_.token(), *status, Now());
  if (auto sent = stage_.broker().Produce(kDemoAccessTopic, {event}); !sent) return sent;
  std::optional<Alert> alert;
  auto done = Wait("the same alert, risen to critical,", patience_.each, [&] {
    alert = DeliveredAlert(stage_.receiver(), [&](const Alert& one) {
      return one.id == leak_.id && one.revision > leak_.revision &&
             one.severity == Severity::kCritical;
    });
    return alert.has_value();
  });
  if (!done) return done;
  screen_.Fact("same alert", "revision " + std::to_string(alert->revision) + " of " + alert->id +
                                 ": " + std::string(Name(leak_.severity)) + " -> " +
                                 std::string(Name(alert->severity)));
  TellAlert(*alert, 2);
  return {};
}

Result<void> DemoStory::Revocation() {
  screen_.Scene("The token is revoked");
  std::optional<leaktrip::Revocation> row;
  auto done = Wait("the acknowledgement of the revocation", patience_.each, [&] {
    row = RevocationRow();
    return row && row->acknowledged.has_value();
  });
  if (!done) {
    if (row)
      done.error().message += "; it is " + std::string(Name(row->state)) + ", " + row->detail;
    return done;
  }
  if (auto told = TellAudit(); !told) return told;
  if (stage_.issuer().Use(stage_.token()) != 401)
    return Fail(Code::kUnavailable, "the issuer acknowledged, but the token still works");
  screen_.Fact("issuer",
               "took " + std::to_string(stage_.issuer().revocations()) +
                   " revocation by RFC 7009; the token no longer works",
               Tone::kGood);
  return {};
}

Result<void> DemoStory::UseAfterRevocation() {
  screen_.Scene("The next use fails");
  const auto try_again = [this]() -> Result<int> {
    auto status = UseToken(stage_.issuer(), stage_.token());
    if (!status) return status;
    const std::string event = DemoThiefEvent(stage_.token(), *status, Now());
    if (auto sent = stage_.broker().Produce(kDemoAccessTopic, {event}); !sent)
      return std::unexpected(sent.error());
    return status;
  };
  auto status = try_again();
  if (!status) return std::unexpected(status.error());
  screen_.Fact("request", "from " + std::string(kDemoThiefAddress) + " again; the issuer answers " +
                              std::to_string(*status));
  if (*status != 401) return Fail(Code::kUnavailable, "the issuer let a revoked token in");
  // Whoever stole a token tries more than once.
  auto next_try = SteadyClock::now() + kTryAgain;
  auto done = Wait("the confirmation of the revocation", patience_.each, [&] {
    const auto row = RevocationRow();
    if (row && row->state == RevocationState::kConfirmed) return true;
    if (status && SteadyClock::now() >= next_try) {
      status = try_again();
      next_try += kTryAgain;
    }
    return !status;
  });
  if (!status) return std::unexpected(status.error());
  if (!done) return done;
  if (auto told = TellAudit(); !told) return told;
  const auto rows = AuditLog(*store_).Verify();
  if (!rows) return std::unexpected(rows.error());
  screen_.Fact("audit", std::to_string(*rows) + " rows, the hash chain holds", Tone::kGood);
  return {};
}

Result<void> DemoStory::Spraying() {
  screen_.Scene("A password-spraying source");
  const auto lines = DemoSpraying(Now());
  if (auto sent = stage_.broker().Produce(kDemoAccessTopic, lines); !sent) return sent;
  screen_.Fact("requests", std::string(kDemoSprayAddress) + " tries one password on each of " +
                               std::to_string(lines.size()) + " accounts");
  std::optional<Alert> alert;
  auto done = Wait("a signed alert of the spraying source", patience_.each, [&] {
    alert = DeliveredAlert(stage_.receiver(), [](const Alert& one) {
      return one.detector == "password-spraying" &&
             one.entity == std::string("ip:") + kDemoSprayAddress;
    });
    return alert.has_value();
  });
  if (!done) return done;
  TellAlert(*alert, 3);
  return {};
}

Result<void> DemoStory::Balance() {
  screen_.Scene("In the end");
  std::optional<OutboxStats> stats;
  auto done = Wait("the end of the last delivery", patience_.each, [&] {
    const auto now = Outbox(*store_).Stats();
    if (now) stats = *now;
    return now && now->pending == 0;
  });
  if (!done) return done;
  const auto alerts = store_->Alerts(100);
  if (!alerts) return std::unexpected(alerts.error());
  std::set<std::string> ids;
  for (const Alert& alert : *alerts) ids.insert(alert.id);
  const auto deliveries = stage_.receiver().deliveries();
  const auto forged = std::count_if(deliveries.begin(), deliveries.end(),
                                    [](const auto& one) { return !one.signature_valid; });
  if (forged > 0) return Fail(Code::kUnavailable, "a delivery came without a valid signature");
  if (ids.size() != 2)
    return Fail(Code::kUnavailable, "2 incidents raised " + std::to_string(ids.size()) + " alerts");
  screen_.Fact("alerts",
               "2 for 2 incidents, in " + std::to_string(stats->delivered) + " signed deliveries",
               Tone::kGood);
  const FileSweep sweep = SweepFiles(stage_.folder(), stage_.token().Reveal());
  if (sweep.holding > 0)
    return Fail(Code::kUnavailable, std::to_string(sweep.holding) +
                                        " of the daemon's files hold the token in the clear");
  screen_.Fact("secrets",
               "the token is in none of the daemon's " + std::to_string(sweep.files) + " files",
               Tone::kGood);
  return {};
}

Result<void> DemoStory::Wait(const std::string& what, milliseconds deadline,
                             const std::function<bool()>& holds) {
  const auto began = SteadyClock::now();
  const auto end = std::min(began + deadline, end_);
  while (!holds()) {
    if (cancelled_ || !screen_.read()) return Fail(Code::kDenied, "interrupted");
    if (SteadyClock::now() >= end)
      return Fail(Code::kUnavailable,
                  what + " did not come within " + Seconds(SteadyClock::now() - began));
    std::this_thread::sleep_for(kLook);
  }
  return {};
}

std::optional<leaktrip::Revocation> DemoStory::RevocationRow() {
  const auto rows = RevocationTable(*store_).List(std::nullopt, 100);
  if (!rows) return std::nullopt;
  const auto found = std::find_if(rows->begin(), rows->end(), [this](const auto& row) {
    return row.fingerprint == leak_.leak->fingerprint;
  });
  return found == rows->end() ? std::nullopt : std::optional(*found);
}

void DemoStory::TellAlert(const Alert& alert, size_t reasons) {
  screen_.Fact("alert", alert.id + ", " + std::string(Name(alert.severity)) + ": " + alert.summary,
               Tone::kBad);
  for (size_t i = 0; i < std::min(reasons, alert.reasons.size()); ++i)
    screen_.Fact("", alert.reasons[i]);
  screen_.Fact("webhook", "delivered to " + stage_.receiver().url() + ", signature valid",
               Tone::kGood);
}

// What the audit log says since the last time.
Result<void> DemoStory::TellAudit() {
  const auto rows = AuditLog(*store_).List(audit_told_, 100);
  if (!rows) return std::unexpected(rows.error());
  for (const AuditRow& row : *rows) {
    screen_.Fact(row.action, row.detail);
    audit_told_ = row.seq;
  }
  return {};
}

}  // namespace leaktrip
