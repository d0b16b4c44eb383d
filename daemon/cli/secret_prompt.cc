#include "daemon/cli/secret_prompt.h"

#include <termios.h>
#include <unistd.h>

#include <iostream>

namespace leaktrip {
namespace {

constexpr size_t kMostLines = 100;

// Turns the terminal's echo off for its own life.
class NoEcho {
 public:
  NoEcho() : on_(isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!on_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;
  ~NoEcho() {
    if (on_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  bool on() const { return on_; }

 private:
  termios before_{};
  bool on_;
};

}  // namespace

std::vector<std::string> ReadSecretLines(const std::string& prompt, std::ostream& err) {
  const NoEcho quiet;
  if (quiet.on()) err << prompt << std::flush;
  std::vector<std::string> lines;
  for (std::string line; lines.size() < kMostLines && std::getline(std::cin, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() && quiet.on()) break;
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

}  // namespace leaktrip
