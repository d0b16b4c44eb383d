// Where the demo reads back what it tells: the receiver, the issuer, the files on disk. Any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/cli/demo_issuer.h"
#include "daemon/cli/demo_receiver.h"
#include "detectors/alert.h"
#include "detectors/base/result.h"
#include "detectors/base/secret.h"

namespace leaktrip {

// The first alert that came with a valid signature and fits.
std::optional<Alert> DeliveredAlert(const DemoReceiver& receiver,
                                    const std::function<bool(const Alert&)>& fits);

// Uses the token over HTTP; the issuer's status, 200 or 401.
Result<int> UseToken(const DemoIssuer& issuer, const Secret& token);

struct FileSweep {
  size_t files = 0;
  size_t holding = 0;  // files that hold the text
};
FileSweep SweepFiles(const std::string& folder, std::string_view text);

}  // namespace leaktrip
