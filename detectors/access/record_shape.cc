#include "detectors/access/record_shape.h"

namespace leaktrip {
namespace {

char ShapeOf(unsigned char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return 'a';
  if (c >= '0' && c <= '9') return '9';
  if (c >= 0x80) return 'u';
  if (c == '\t') return ' ';
  return c < ' ' || c == 0x7f ? '?' : static_cast<char>(c);
}

}  // namespace

std::string RecordShape(std::string_view record) {
  std::string shape;
  for (const char c : record.substr(0, kMostShape)) shape += ShapeOf(static_cast<unsigned char>(c));
  if (record.size() > kMostShape) shape += "…";
  return shape;
}

}  // namespace leaktrip
