#include "detectors/judge_state.h"

namespace leaktrip {
namespace {

constexpr uint64_t kVersion = 1;

}  // namespace

// The alert goes in as the JSON that everybody else reads.
void OpenAlert::Write(StateWriter* writer) const {
  writer->Uint(kVersion).Int(last_case).Real(gravity).Text(AlertJson(alert));
}

bool OpenAlert::Read(StateReader* reader) {
  if (reader->Uint() != kVersion) return false;
  last_case = reader->Int();
  gravity = reader->Real();
  auto parsed = ParseAlert(reader->Text());
  if (!parsed) return false;
  alert = *std::move(parsed);
  return reader->ok();
}

}  // namespace leaktrip
