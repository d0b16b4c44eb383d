// Secret: bytes that must not get out by accident.
//
// It cannot be printed, compared or copied by the usual operators, and it wipes its memory when it
// dies. Reveal() is the one way to the bytes: search for it to see every place that uses them.
//
// Threads: like std::string. Ownership: move only; Clone() copies on purpose.
#pragma once

#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace leaktrip {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view bytes);
  ~Secret();
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  // The bytes, valid while this object lives. Never log, store or compare them.
  std::string_view Reveal() const { return {data_.get(), size_}; }
  Secret Clone() const { return Secret(Reveal()); }
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }

  friend bool operator==(const Secret&, const Secret&) = delete;
  friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;

 private:
  void Wipe();

  std::unique_ptr<char[]> data_;
  size_t size_ = 0;
};

// What may be shown of a secret: at most its first and last four characters, less for short ones
// ("ghp_…Xq3f", "ab…", "…"). Pure ASCII except for the ellipsis.
std::string Redact(std::string_view secret);

}  // namespace leaktrip
