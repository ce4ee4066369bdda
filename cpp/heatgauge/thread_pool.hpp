/// Threads that wait for parallel loops.
#pragma once

#include <functional>
#include <memory>

#include "heatgauge/types.hpp"

namespace heatgauge {

/// task(index) for index = 0 … count-1 on `threads` threads, the caller's among them. Which thread
/// gets which index must not matter to the result; `worker` tells them apart for their memory.
/// Threads wait without using the processor. A child of fork() starts with fresh threads. What a
/// task throws is thrown by run() after all have ended.
class ThreadPool {
 public:
  using Task = std::function<void(Index index, int worker)>;
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return threads_; }
  void run(Index count, const Task& task);

 private:
  struct Workers;
  int threads_;
  int forks_;
  std::unique_ptr<Workers> workers_;
};

}  // namespace heatgauge
