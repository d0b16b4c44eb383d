#include "daemon/cli/outbox_command.h"

#include <iomanip>
#include <nlohmann/json.hpp>
#include <ostream>

#include "daemon/cli/exit_code.h"
#include "daemon/ops/clock.h"
#include "daemon/ops/printable.h"
#include "daemon/store/outbox.h"

namespace leaktrip {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const Delivery& delivery) {
  return {{"seq", delivery.seq},
          {"id", delivery.id},
          {"alert_id", delivery.alert_id},
          {"revision", delivery.revision},
          {"endpoint", delivery.endpoint},
          {"state", Name(delivery.state)},
          {"attempts", delivery.attempts},
          {"created", FormatTime(delivery.created)},
          {"due", FormatTime(delivery.due)},
          {"last_error", delivery.last_error}};
}

void PrintText(const Delivery& delivery, std::ostream& out) {
  out << std::left << std::setw(10) << Name(delivery.state) << std::setw(3) << delivery.attempts
      << std::setw(26) << FormatTime(delivery.created) << delivery.id;
  if (!delivery.last_error.empty()) out << "  " << Printable(delivery.last_error);
  if (delivery.state == DeliveryState::kPending && delivery.attempts > 0)
    out << ", next attempt " << FormatTime(delivery.due);
  out << "\n";
}

int List(Outbox& outbox, const OutboxOptions& options, std::ostream& out, std::ostream& err) {
  Outbox::Filter filter{std::nullopt, options.endpoint, options.limit};
  if (!options.state.empty()) {
    filter.state = ParseDeliveryState(options.state);
    if (!filter.state) {
      err << "leaktrip: unknown state `" << options.state
          << "`: pending, delivered or dead can be listed\n";
      return kExitError;
    }
  }
  const auto list = outbox.List(filter);
  if (!list) return Complain(list.error(), err);
  for (const Delivery& delivery : *list)
    options.jsonl ? PrintJsonLine(ToJson(delivery), out) : PrintText(delivery, out);
  if (options.jsonl) return kExitDone;
  const auto stats = outbox.Stats();
  if (!stats) return Complain(stats.error(), err);
  out << stats->pending << " pending, " << stats->delivered << " delivered, " << stats->dead
      << " dead\n";
  const auto disabled = outbox.Disabled();
  if (!disabled) return Complain(disabled.error(), err);
  for (const auto& [name, reason] : *disabled)
    out << "endpoint " << name << " is disabled: " << Printable(reason) << "\n";
  return kExitDone;
}

int Show(Outbox& outbox, const std::string& id, bool jsonl, std::ostream& out, std::ostream& err) {
  const auto delivery = outbox.Get(id);
  if (!delivery) return Complain(delivery.error(), err);
  if (jsonl) {
    Json json = ToJson(*delivery);
    json["body"] = Json::parse(delivery->body, nullptr, false);
    PrintJsonLine(json, out);
  } else {
    PrintText(*delivery, out);
    out << Printable(delivery->body) << "\n";
  }
  return kExitDone;
}

int RetryDead(Outbox& outbox, const OutboxOptions& options, std::ostream& out, std::ostream& err) {
  const auto count = outbox.RetryDead(options.endpoint, Clock::System().Wall());
  if (!count) return Complain(count.error(), err);
  out << *count << " dead deliveries are due again\n";
  return kExitDone;
}

int OnEach(Outbox& outbox, const OutboxOptions& options, std::ostream& out, std::ostream& err) {
  if (options.ids.empty()) {
    err << "leaktrip: outbox " << options.verb
        << " needs the id of a delivery, see `outbox list`\n";
    return kExitError;
  }
  int exit = kExitDone;
  for (const std::string& id : options.ids) {
    if (options.verb == "show") {
      exit = std::max(exit, Show(outbox, id, options.jsonl, out, err));
    } else if (options.verb == "retry") {
      const auto done = outbox.Retry(id, Clock::System().Wall());
      if (!done) exit = Complain(done.error(), err);
    } else {
      const auto done = outbox.Drop(id);
      if (!done) exit = Complain(done.error(), err);
    }
  }
  return exit;
}

}  // namespace

int RunOutbox(const OutboxOptions& options, std::ostream& out, std::ostream& err) {
  const bool each = options.verb == "show" || options.verb == "retry" || options.verb == "drop";
  if (options.verb != "list" && !each) {
    err << "leaktrip: outbox knows list, show, retry and drop, not `" << options.verb << "`\n";
    return kExitError;
  }
  const auto store = OpenStored(options, err);
  if (store == nullptr) return kExitError;
  Outbox outbox(*store);
  if (options.verb == "list") return List(outbox, options, out, err);
  if (options.verb == "retry" && options.all_dead) return RetryDead(outbox, options, out, err);
  return OnEach(outbox, options, out, err);
}

}  // namespace leaktrip
