// UseWatch: what is seen of tokens whose revocation was acknowledged. The pipeline reports every
// use; only the first success and the first denial after the acknowledgement are kept, so memory is
// bounded by the revocations under way.
//
// Any thread. With nothing to watch a call costs one atomic load.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "detectors/base/fingerprint.h"
#include "detectors/base/time.h"

namespace leaktrip {

struct WatchedUse {
  Fingerprint token;
  bool succeeded = false;
  Millis ts = 0;
};

class UseWatch {
 public:
  // Clocks differ a little, and an issuer may need a moment: a success this shortly after the
  // acknowledgement says nothing.
  static constexpr Millis kGrace = 2'000;

  void Watch(const Fingerprint& token, Millis acknowledged);
  void Forget(const Fingerprint& token);
  // True when the use is news.
  bool Note(const Fingerprint& token, bool succeeded, Millis ts);
  std::vector<WatchedUse> Take();

 private:
  struct Seen {
    Millis acknowledged = 0;
    bool success = false;
    bool denial = false;
  };

  std::atomic<size_t> size_ = 0;
  std::mutex mutex_;
  std::map<Fingerprint, Seen> watched_;
  std::vector<WatchedUse> news_;
};

}  // namespace leaktrip
