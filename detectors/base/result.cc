#include "detectors/base/result.h"

namespace leaktrip {

std::string Error::ToString() const {
  std::string text = place.file;
  if (place.line > 0) text += ":" + std::to_string(place.line);
  if (place.line > 0 && place.column > 0) text += ":" + std::to_string(place.column);
  if (text.empty() || message.empty()) return text + message;
  return text + ": " + message;
}

}  // namespace leaktrip
