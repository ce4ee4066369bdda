#include "heatgauge/thread_pool.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "heatgauge/flush_denormals.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#endif

namespace heatgauge {

namespace {

/// How many forks lie between this process and the one that loaded the library: threads do not
/// survive a fork, and the locks they held stay locked.
std::atomic<int>& forks() {
  static std::atomic<int> count{0};
#if defined(__unix__) || defined(__APPLE__)
  static const int registered = pthread_atfork(nullptr, nullptr, [] { ++count; });
  (void)registered;
#endif
  return count;
}

}  // namespace

struct ThreadPool::Workers {
  explicit Workers(int helpers) {
    for (int w = 1; w <= helpers; ++w) threads.emplace_back([this, w] { serve(w); });
  }

  ~Workers() {
    {
      const std::lock_guard<std::mutex> hold(mutex);
      ending = true;
    }
    wake.notify_all();
    for (std::thread& thread : threads) thread.join();
  }

  void run(Index tasks, const Task& work) {
    {
      const std::lock_guard<std::mutex> hold(mutex);
      task = &work;
      count = tasks;
      // neighbours go to one thread, yet no thread waits long for the last
      share = std::max(Index{1}, tasks / (8 * static_cast<Index>(threads.size() + 1)));
      next.store(0, std::memory_order_relaxed);
      busy = static_cast<int>(threads.size());
      ++round;
    }
    wake.notify_all();
    take(work, 0);
    std::unique_lock<std::mutex> hold(mutex);
    done.wait(hold, [this] { return busy == 0; });
    if (failure) std::rethrow_exception(std::exchange(failure, nullptr));
  }

  void serve(int worker) {
    const FlushDenormals fast_tails;
    for (std::uint64_t seen = 0;;) {
      const Task* work = nullptr;
      {
        std::unique_lock<std::mutex> hold(mutex);
        wake.wait(hold, [&] { return ending || round != seen; });
        if (ending) return;
        seen = round;
        work = task;
      }
      take(*work, worker);
      const std::lock_guard<std::mutex> hold(mutex);
      if (--busy == 0) done.notify_one();
    }
  }

  void take(const Task& work, int worker) {
    try {
      for (Index first; (first = next.fetch_add(share, std::memory_order_relaxed)) < count;) {
        for (Index i = first; i < std::min(first + share, count); ++i) work(i, worker);
      }
    } catch (...) {
      const std::lock_guard<std::mutex> hold(mutex);
      if (!failure) failure = std::current_exception();
    }
  }

  std::vector<std::thread> threads;
  std::mutex mutex;
  std::condition_variable wake, done;
  const Task* task = nullptr;
  Index count = 0, share = 1;
  std::atomic<Index> next{0};
  int busy = 0;
  std::uint64_t round = 0;
  bool ending = false;
  std::exception_ptr failure;
};

ThreadPool::ThreadPool(int threads) : threads_(threads), forks_(forks()) {
  if (threads < 1) throw std::invalid_argument("threads must be at least 1");
}

ThreadPool::~ThreadPool() {
  if (forks_ != forks()) static_cast<void>(workers_.release());  // its threads are in the parent
}

void ThreadPool::run(Index count, const Task& task) {
  if (threads_ == 1 || count <= 1) {
    for (Index i = 0; i < count; ++i) task(i, 0);
    return;
  }
  if (forks_ != forks()) {
    static_cast<void>(workers_.release());
    forks_ = forks();
  }
  if (!workers_) workers_ = std::make_unique<Workers>(threads_ - 1);
  workers_->run(count, task);
}

}  // namespace heatgauge
