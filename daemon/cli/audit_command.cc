#include "daemon/cli/audit_command.h"

#include <iomanip>
#include <nlohmann/json.hpp>
#include <ostream>

#include "daemon/cli/exit_code.h"
#include "daemon/ops/printable.h"
#include "daemon/store/audit_log.h"

namespace leaktrip {
namespace {

void Print(const AuditRow& row, bool jsonl, std::ostream& out) {
  if (jsonl) {
    PrintJsonLine({{"seq", row.seq},
                   {"ts", FormatTime(row.ts)},
                   {"actor", row.actor},
                   {"action", row.action},
                   {"subject", row.subject},
                   {"detail", row.detail},
                   {"prev", row.prev},
                   {"hash", row.hash}},
                  out);
    return;
  }
  out << std::right << std::setw(6) << row.seq << "  " << std::left << std::setw(26)
      << FormatTime(row.ts) << std::setw(16) << Printable(row.actor) << " " << std::setw(15)
      << Printable(row.action) << " " << Printable(row.subject.substr(0, 22)) << "  "
      << Printable(row.detail) << "\n";
}

int Verify(AuditLog& log, bool jsonl, std::ostream& out, std::ostream& err) {
  const auto rows = log.Verify();
  if (jsonl)
    PrintJsonLine({{"holds", rows.has_value()},
                   {"rows", rows.value_or(0)},
                   {"error", rows ? "" : rows.error().message}},
                  out);
  else if (rows)
    out << *rows << " rows, the chain holds\n";
  if (rows) return kExitDone;
  const int exit = Complain(rows.error(), err);
  return rows.error().code == Code::kInvalid ? int{kExitFound} : exit;
}

}  // namespace

int RunAudit(const AuditOptions& options, std::ostream& out, std::ostream& err) {
  if (options.verb != "list" && options.verb != "verify") {
    err << "leaktrip: audit knows list and verify, not `" << options.verb << "`\n";
    return kExitError;
  }
  const auto store = OpenStored(options, err);
  if (store == nullptr) return kExitError;
  AuditLog log(*store);
  if (options.verb == "verify") return Verify(log, options.jsonl, out, err);
  const auto rows = log.List(options.after_seq, options.limit);
  if (!rows) return Complain(rows.error(), err);
  for (const AuditRow& row : *rows) Print(row, options.jsonl, out);
  return kExitDone;
}

}  // namespace leaktrip
