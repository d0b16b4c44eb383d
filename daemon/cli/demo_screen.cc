#include "daemon/cli/demo_screen.h"

#include <unistd.h>

#include <cstdlib>
#include <ostream>
#include <string>

#include "daemon/ops/printable.h"

namespace leaktrip {
namespace {

constexpr size_t kLabelWidth = 14;

}  // namespace

void DemoScreen::Put(std::string_view code, std::string_view text) {
  if (colour_ && !code.empty())
    out_ << "\033[" << code << "m" << text << "\033[0m";
  else
    out_ << text;
}

void DemoScreen::Title(std::string_view text) {
  Put("1", text);
  out_ << "\n" << std::flush;
}

void DemoScreen::Scene(std::string_view text) {
  out_ << "\n";
  Put("1", std::to_string(++scenes_) + ". " + std::string(text));
  out_ << "\n" << std::flush;
}

void DemoScreen::Fact(std::string_view label, std::string_view text, Tone tone) {
  std::string padded(label);
  padded.resize(std::max(kLabelWidth, padded.size() + 1), ' ');
  out_ << "   ";
  Put("36", padded);
  Put(tone == Tone::kGood ? "32" : tone == Tone::kBad ? "1;31" : "", Printable(text));
  out_ << "\n" << std::flush;
}

void DemoScreen::Line(std::string_view text) { out_ << text << "\n" << std::flush; }

bool DemoScreen::read() const { return out_.good(); }

bool WantsColour() {
  const char* refused = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && (refused == nullptr || *refused == '\0') &&
         term != nullptr && std::string_view(term) != "dumb";
}

}  // namespace leaktrip
