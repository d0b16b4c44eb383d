// The command lines of outbox, revoke and audit; the work is in the files of their names.
#include <charconv>
#include <ostream>

#include "daemon/cli/audit_command.h"
#include "daemon/cli/exit_code.h"
#include "daemon/cli/outbox_command.h"
#include "daemon/cli/revoke_command.h"
#include "daemon/cli/stored_arguments.h"
#include "daemon/store/outbox.h"

namespace leaktrip {
namespace {

// True when every word is a number above zero.
bool ParseSeqs(const Words& words, std::vector<int64_t>* seqs) {
  for (const auto& word : words) {
    int64_t seq = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), seq);
    if (error != std::errc{} || end != word.data() + word.size() || seq <= 0) return false;
    seqs->push_back(seq);
  }
  return true;
}

}  // namespace

int RunOutboxCommand(const Words& words, std::ostream& out, std::ostream& err) {
  OutboxOptions outbox;
  StoredArguments arguments(
      "outbox list|show|retry|drop [ID...] [options]",
      "Lists the deliveries that the daemon stored, shows them whole, or has\n"
      "dead ones tried again or dropped. A running daemon follows at once.");
  arguments.AddCommon();
  arguments.Options()("dead", po::bool_switch(&outbox.all_dead), "of retry: every dead delivery")(
      "endpoint", po::value(&outbox.endpoint)->value_name("NAME"), "only this webhook")(
      "only", po::value(&outbox.state)->value_name("STATE"), "of list: pending, delivered or dead")(
      "limit", po::value(&outbox.limit)->value_name("N"), "of list: at most N (1000)");
  if (const auto exit =
          arguments.ParseStored(words, {"list", "show", "retry", "drop"}, &outbox, out, err))
    return *exit;
  outbox.verb = arguments.verb();
  outbox.ids = arguments.rest();
  if (outbox.verb == "list" && !outbox.ids.empty()) return arguments.Misuse("too many words", err);
  if (outbox.verb != "list" && outbox.ids.empty() && !(outbox.verb == "retry" && outbox.all_dead))
    return arguments.Misuse("name the deliveries by their ids, see `outbox list`", err);
  if (!outbox.state.empty() && !ParseDeliveryState(outbox.state))
    return arguments.Misuse("--only must be pending, delivered or dead", err);
  return RunOutbox(outbox, out, err);
}

int RunRevokeCommand(const Words& words, std::ostream& out, std::ostream& err) {
  RevokeOptions revoke;
  StoredArguments arguments(
      "revoke list|approve|deny|reset-fuse [SEQ...] [options]",
      "Lists what the daemon wants to revoke and what became of it, and decides on\n"
      "proposals. A running daemon follows at once. Tokens are never shown.");
  arguments.AddCommon();
  arguments.Options()("all", po::bool_switch(&revoke.all),
                      "of approve and deny: every open proposal")(
      "reason", po::value(&revoke.reason)->value_name("TEXT"), "for the audit")(
      "only", po::value(&revoke.state)->value_name("STATE"), "of list: only this state")(
      "limit", po::value(&revoke.limit)->value_name("N"), "of list: at most N (1000)");
  if (const auto exit = arguments.ParseStored(words, {"list", "approve", "deny", "reset-fuse"},
                                              &revoke, out, err))
    return *exit;
  revoke.verb = arguments.verb();
  const bool decides = revoke.verb == "approve" || revoke.verb == "deny";
  if (!decides && !arguments.rest().empty()) return arguments.Misuse("too many words", err);
  if (!ParseSeqs(arguments.rest(), &revoke.seqs))
    return arguments.Misuse("proposals are named by their numbers, see `revoke list`", err);
  if (decides && revoke.seqs.empty() && !revoke.all)
    return arguments.Misuse("name the proposals by their numbers, or say --all", err);
  return RunRevoke(revoke, out, err);
}

int RunAuditCommand(const Words& words, std::ostream& out, std::ostream& err) {
  AuditOptions audit;
  StoredArguments arguments(
      "audit list|verify [options]",
      "Lists who did what to which token, or checks that the record of it is\n"
      "whole: each row holds the hash of the one before.",
      "Exit codes: 0 done, 1 a row does not hold, 2 error.");
  arguments.AddCommon();
  arguments.Options()("after", po::value(&audit.after_seq)->value_name("SEQ"),
                      "of list: rows after this one")(
      "limit", po::value(&audit.limit)->value_name("N"), "of list: at most N (1000)");
  if (const auto exit = arguments.ParseStored(words, {"list", "verify"}, &audit, out, err))
    return *exit;
  audit.verb = arguments.verb();
  if (!arguments.rest().empty()) return arguments.Misuse("too many words", err);
  return RunAudit(audit, out, err);
}

}  // namespace leaktrip
