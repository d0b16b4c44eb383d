// OrderedOutput: what several workers write about numbered files, in the order of the numbers.
//
// The file whose turn it is is written through; others wait in memory, and a worker whose file has
// more than max_waiting bytes waiting stops until its turn. REQUIRES: workers take the numbers in
// ascending order and finish each one, so the file whose turn it is always has a worker.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace leaktrip {

class OrderedOutput {
 public:
  using Emit = std::function<void(const std::string& item)>;  // called by one thread at a time

  explicit OrderedOutput(Emit emit, size_t max_waiting = 8 << 20)
      : emit_(std::move(emit)), max_waiting_(max_waiting) {}

  void Write(size_t number, std::string item);
  void Finish(size_t number);

 private:
  struct Waiting {
    std::vector<std::string> items;
    size_t bytes = 0;
    bool finished = false;
  };

  Emit emit_;
  const size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable turn_;
  size_t current_ = 0;
  std::map<size_t, Waiting> waiting_;
};

}  // namespace leaktrip
