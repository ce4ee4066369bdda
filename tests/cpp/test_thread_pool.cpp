#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

#include "heatgauge/thread_pool.hpp"

#if defined(__unix__)
#include <sys/wait.h>
#include <unistd.h>
#endif

using heatgauge::Index;
using heatgauge::ThreadPool;

TEST_CASE("every index is taken once, by workers that differ") {
  for (const int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    for (const Index count : {0, 1, 3, 1000}) {
      std::vector<std::atomic<int>> taken(1000);
      std::atomic<bool> known{true};
      pool.run(count, [&](Index i, int worker) {
        ++taken[static_cast<std::size_t>(i)];
        if (worker < 0 || worker >= threads) known = false;
      });
      for (Index i = 0; i < 1000; ++i) CHECK(taken[static_cast<std::size_t>(i)] == (i < count));
      CHECK(known);
    }
  }
  CHECK_THROWS_AS(ThreadPool(0), std::invalid_argument);
}

TEST_CASE("what a task throws arrives at the caller, and the pool goes on") {
  ThreadPool pool(3);
  for (int round = 0; round < 20; ++round) {
    CHECK_THROWS_AS(pool.run(50,
                             [](Index i, int) {
                               if (i % 7 == 3) throw std::domain_error("task");
                             }),
                    std::domain_error);
    std::atomic<int> sum{0};
    pool.run(10, [&](Index i, int) { sum += static_cast<int>(i); });
    CHECK(sum == 45);
  }
}

#if defined(__unix__)
TEST_CASE("a forked child has threads of its own") {
  ThreadPool pool(3);
  const auto total = [&pool] {
    std::atomic<int> sum{0};
    pool.run(100, [&](Index i, int) { sum += static_cast<int>(i); });
    return sum.load();
  };
  CHECK(total() == 4950);
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);  // a child that waits for the threads of its parent must not wait for ever
    _exit(total() == 4950 && total() == 4950 ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(total() == 4950);
}
#endif
