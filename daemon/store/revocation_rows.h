// What the two halves of RevocationTable share. Only files of this folder include it.
#pragma once

#include "daemon/store/revocation_table.h"

// In the order that ReadRevocation() wants.
#define LEAKTRIP_REVOCATION_COLUMNS                                                       \
  "seq, alert_id, fingerprint, action, kind, provider, mode, state, held, attempts, due," \
  " created, updated, open_intent, acknowledged, detail"

namespace leaktrip {

Revocation ReadRevocation(const Row& row);
// REQUIRES: inside a transaction of db.
Result<bool> MoveRow(Database& db, const Revocation& row, const RevocationStep& step, Millis now);
Result<void> AuditStep(Database& db, const Revocation& row, const RevocationStep& step,
                       std::string_view action, Millis now);

}  // namespace leaktrip
