#include "daemon/cli/revoke_command.h"

#include <iomanip>
#include <nlohmann/json.hpp>
#include <ostream>

#include "daemon/cli/exit_code.h"
#include "daemon/ops/clock.h"
#include "daemon/ops/printable.h"
#include "daemon/store/revocation_table.h"

namespace leaktrip {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kAllAtOnce = 100'000;

Json ToJson(const Revocation& row) {
  Json json = {{"seq", row.seq},
               {"alert_id", row.alert_id},
               {"fingerprint", row.fingerprint},
               {"action", row.action},
               {"kind", row.kind},
               {"provider", row.provider},
               {"mode", Name(row.mode)},
               {"state", Name(row.state)},
               {"held", row.held},
               {"attempts", row.attempts},
               {"created", FormatTime(row.created)},
               {"updated", FormatTime(row.updated)},
               {"acknowledged", nullptr},
               {"detail", row.detail}};
  if (row.acknowledged) json["acknowledged"] = FormatTime(*row.acknowledged);
  return json;
}

void PrintText(const Revocation& row, std::ostream& out) {
  const std::string& why = row.held.empty() ? row.detail : row.held;
  out << std::right << std::setw(6) << row.seq << "  " << std::left << std::setw(13)
      << Name(row.state) << std::setw(26) << FormatTime(row.updated)
      << row.fingerprint.substr(0, 16) << "…  " << Printable(row.action) << "  "
      << Printable(row.provider) << (row.provider.empty() ? "" : " ") << Printable(row.kind)
      << "  alert " << row.alert_id;
  if (!why.empty()) out << "  " << Printable(why);
  out << "\n";
}

int List(RevocationTable& table, const RevokeOptions& options, std::ostream& out,
         std::ostream& err) {
  std::optional<RevocationState> state;
  if (!options.state.empty()) {
    state = ParseRevocationState(options.state);
    if (!state) {
      err << "leaktrip: unknown state `" << options.state
          << "`: proposed, approved, sent, acknowledged, confirmed, refused, failed or dry-run\n";
      return kExitError;
    }
  }
  const auto rows = table.List(state, options.limit);
  if (!rows) return Complain(rows.error(), err);
  for (const Revocation& row : *rows)
    options.jsonl ? PrintJsonLine(ToJson(row), out) : PrintText(row, out);
  if (options.jsonl) return kExitDone;
  const auto blown = table.FuseBlown();
  if (!blown) return Complain(blown.error(), err);
  if (*blown)
    out << "The fuse is blown: nothing is revoked by itself until `leaktrip revoke reset-fuse`.\n";
  return kExitDone;
}

bool Decide(RevocationTable& table, const Revocation& row, const RevokeOptions& options,
            std::ostream& out, std::ostream& err) {
  const auto to =
      options.verb == "approve" ? RevocationState::kApproved : RevocationState::kRefused;
  const auto moved =
      row.state == RevocationState::kProposed
          ? table.Move(row, {to, OperatorName(), options.reason}, Clock::System().Wall())
          : Result<bool>(false);
  if (!moved) {
    Complain(moved.error(), err);
    return false;
  }
  if (!*moved) {
    err << "leaktrip: revocation " << row.seq << " is no longer open: " << Name(row.state) << "\n";
    return false;
  }
  out << "revocation " << row.seq << " of token:" << row.fingerprint << " through "
      << Printable(row.action) << ": " << Name(to) << "\n";
  return true;
}

int DecideAll(RevocationTable& table, const RevokeOptions& options, std::ostream& out,
              std::ostream& err) {
  std::vector<Revocation> rows;
  bool good = true;
  if (options.all) {
    auto open = table.List(RevocationState::kProposed, kAllAtOnce);
    if (!open) return Complain(open.error(), err);
    rows = std::move(*open);
  }
  for (const int64_t seq : options.seqs) {
    auto row = table.Get(seq);
    if (row)
      rows.push_back(std::move(*row));
    else
      good = Complain(row.error(), err) == kExitDone;
  }
  for (const Revocation& row : rows) good &= Decide(table, row, options, out, err);
  return good ? kExitDone : kExitError;
}

}  // namespace

int RunRevoke(const RevokeOptions& options, std::ostream& out, std::ostream& err) {
  const bool decides = options.verb == "approve" || options.verb == "deny";
  if (options.verb != "list" && options.verb != "reset-fuse" && !decides) {
    err << "leaktrip: revoke knows list, approve, deny and reset-fuse, not `" << options.verb
        << "`\n";
    return kExitError;
  }
  if (decides && options.seqs.empty() && !options.all) {
    err << "leaktrip: revoke " << options.verb
        << " needs the number of a proposal, see `revoke list`, or --all\n";
    return kExitError;
  }
  const auto store = OpenStored(options, err);
  if (store == nullptr) return kExitError;
  RevocationTable table(*store);
  if (options.verb == "list") return List(table, options, out, err);
  if (decides) return DecideAll(table, options, out, err);
  const auto reset = table.ResetFuse(OperatorName(), Clock::System().Wall());
  if (!reset) return Complain(reset.error(), err);
  out << "The fuse is reset; proposals held by it still need `revoke approve`.\n";
  return kExitDone;
}

}  // namespace leaktrip
