#include "daemon/cli/ordered_output.h"

namespace leaktrip {

void OrderedOutput::Write(size_t number, std::string item) {
  std::unique_lock lock(mutex_);
  turn_.wait(lock, [&] { return number == current_ || waiting_[number].bytes <= max_waiting_; });
  if (number == current_) {
    emit_(item);
    return;
  }
  Waiting& mine = waiting_[number];
  mine.bytes += item.size();
  mine.items.push_back(std::move(item));
}

void OrderedOutput::Finish(size_t number) {
  const std::lock_guard lock(mutex_);
  waiting_[number].finished = true;
  for (auto it = waiting_.find(current_); it != waiting_.end() && it->second.finished;
       it = waiting_.find(current_)) {
    waiting_.erase(it);
    // The next one may have run ahead: what it left is written now, the rest goes through.
    if (const auto next = waiting_.find(++current_); next != waiting_.end()) {
      for (const auto& item : next->second.items) emit_(item);
      next->second.items.clear();
      next->second.bytes = 0;
    }
  }
  turn_.notify_all();
}

}  // namespace leaktrip
