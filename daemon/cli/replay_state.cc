#include "daemon/cli/replay_state.h"

#include <filesystem>

#include "daemon/ops/clock.h"

namespace leaktrip {

Result<std::unique_ptr<ReplayState>> ReplayState::Open(const std::string& dir) {
  std::error_code code;
  if (std::filesystem::create_directories(dir, code))
    std::filesystem::permissions(dir, std::filesystem::perms::owner_all, code);
  if (code) return Fail(Code::kIo, code.message(), {dir, 0, 0});
  Store::Options options;
  options.dir = dir;
  auto store = Store::Open(std::move(options));
  if (!store) return std::unexpected(store.error());
  return std::unique_ptr<ReplayState>(new ReplayState(*std::move(store)));
}

Result<void> ReplayState::Commit(Judge* judge, std::vector<Alert> alerts) {
  CommitUnit unit;
  unit.alerts = std::move(alerts);
  judge->Save([&unit](std::string_view key, std::optional<std::string_view> value) {
    unit.state.push_back(
        {std::string(key), value ? std::optional<std::string>(*value) : std::nullopt});
  });
  return store_->Commit(unit, Clock::System().Wall());
}

}  // namespace leaktrip
