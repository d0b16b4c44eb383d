// DemoScreen: the lines of the demo. Whole lines from top to bottom, so that a pipe, a log or a
// screen reader gets what a terminal gets; colour on a terminal only.
//
// One thread. REQUIRES: out outlives this.
#pragma once

#include <iosfwd>
#include <string_view>

namespace leaktrip {

class DemoScreen {
 public:
  enum class Tone { kPlain, kGood, kBad };

  DemoScreen(std::ostream& out, bool colour) : out_(out), colour_(colour) {}

  void Title(std::string_view text);
  void Scene(std::string_view text);  // numbered
  // "   label      text"; control characters of text are shown as '?'.
  void Fact(std::string_view label, std::string_view text, Tone tone = Tone::kPlain);
  void Line(std::string_view text);
  bool read() const;  // false: nobody takes the lines any more

 private:
  void Put(std::string_view code, std::string_view text);

  std::ostream& out_;
  const bool colour_;
  int scenes_ = 0;
};

// Whether standard output is a terminal that wants colour (NO_COLOR and TERM=dumb say no).
bool WantsColour();

}  // namespace leaktrip
