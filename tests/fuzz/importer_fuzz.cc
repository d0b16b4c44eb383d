// Any bytes as another scanner's rule file: rules of ours or reasons, never a crash; whatever is
// taken over loads again. The first byte chooses the format.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "detectors/import/importer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace leaktrip;
  // Patterns that are merely costly would hide bugs behind time-outs.
  if (size < 2 || size > 2048) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto file = ReadForeignFile(text, "f", static_cast<ForeignFormat>(data[0] % 4));
  if (!file || file->rules.size() > 4) return 0;
  const Import import = ImportRules(*file, "x-");
  Errors errors;
  LoadRules(import.files, {}, &errors);
  if (!errors.empty()) std::abort();
  return 0;
}
