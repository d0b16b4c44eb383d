// Any bytes as a rule file: an answer or errors, never a crash; what loads also compiles or says
// why not.
#include <cstddef>
#include <cstdint>
#include <string>

#include "detectors/leak/engine.h"
#include "detectors/leak/rule_loader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Patterns that are merely costly would hide bugs behind time-outs.
  if (size > 4096) return 0;
  leaktrip::Errors errors;
  auto rules = leaktrip::LoadRules(
      {{"tokens/f.yaml", std::string(reinterpret_cast<const char*>(data), size)}}, {}, &errors);
  if (errors.empty() && !rules.empty()) leaktrip::CompileRules(std::move(rules), "key", &errors);
  return 0;
}
