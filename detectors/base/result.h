// Result<T>: a value or the reason why the world did not allow it.
//
// Errors that input, disk, network or users cause travel as values; bugs are assertions. Exceptions
// of libraries are caught where the library is called and never cross a file.
#pragma once

#include <expected>
#include <string>
#include <vector>

namespace leaktrip {

enum class Code {
  kInvalid,      // input that breaks its format or rules
  kNotFound,     // a file, key or row that is not there
  kIo,           // the operating system refused
  kUnavailable,  // a peer is away; trying again may help
  kFull,         // a limit was reached
  kDenied,       // a guard refused
};

// Where in a text an error was found; line and column count from 1, 0 means unknown.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

struct Error {
  Code code = Code::kInvalid;
  std::string message;  // what is wrong and how to fix it; never holds a secret
  Place place;

  // "file:line:column: message", leaving out what is unknown.
  std::string ToString() const;
};

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> Fail(Code code, std::string message, Place place = {}) {
  return std::unexpected<Error>(Error{code, std::move(message), std::move(place)});
}

// Collects every error of one run, so that a user can mend all of them at once.
using Errors = std::vector<Error>;

}  // namespace leaktrip
