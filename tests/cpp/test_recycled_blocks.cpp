#include <doctest/doctest.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

#include "heatgauge/recycled_blocks.hpp"

using namespace heatgauge;

TEST_CASE("blocks start on a large page, and no more than the limit is kept") {
  std::vector<void*> blocks;
  for (int k = 0; k < 40; ++k) blocks.push_back(take_block(2 * kLargePage - 5));
  for (void* block : blocks) {
#ifdef __linux__
    CHECK(reinterpret_cast<std::uintptr_t>(block) % kLargePage == 0);
#endif
    std::memset(block, 7, 2 * kLargePage - 5);
    give_block(block, 2 * kLargePage - 5);
    CHECK(kept_bytes() <= kKeptBytes);
  }
  void* huge = take_block(kKeptBytes + 1);
  const std::size_t before = kept_bytes();
  give_block(huge, kKeptBytes + 1);
  CHECK(kept_bytes() == before);
  void* small = take_block(100);
  give_block(small, 100);
  CHECK(kept_bytes() == before);
}

TEST_CASE("a block that was freed serves the next of its size only") {
  void* block = take_block(5 * kLargePage);
  give_block(block, 5 * kLargePage);
  if (kept_bytes() == 0) return;  // the sanitizers see every block freed
  const std::size_t kept = kept_bytes();
  void* other = take_block(3 * kLargePage);
  CHECK(other != block);
  void* again = take_block(4 * kLargePage + 1);
  CHECK(again == block);
  CHECK(kept_bytes() <= kept - 5 * kLargePage);
  give_block(other, 3 * kLargePage);
  give_block(again, 4 * kLargePage + 1);
}

TEST_CASE("no two threads hold one block") {
  std::atomic<int> mixed{0};
  const auto work = [&](int number) {
    for (int round = 0; round < 2000; ++round) {
      const std::size_t bytes = kLargePage * static_cast<std::size_t>(1 + round % 3);
      auto* mark = static_cast<volatile int*>(take_block(bytes));
      for (int k = 0; k < 8; ++k) mark[k] = number;
      std::this_thread::yield();
      for (int k = 0; k < 8; ++k) mixed += mark[k] != number;
      give_block(const_cast<int*>(mark), bytes);
    }
  };
  std::vector<std::thread> threads;
  for (int number = 1; number <= 4; ++number) threads.emplace_back(work, number);
  for (std::thread& thread : threads) thread.join();
  CHECK(mixed == 0);
  CHECK(kept_bytes() <= kKeptBytes);
}
