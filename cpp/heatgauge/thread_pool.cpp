#include "heatgauge/thread_pool.hpp"

namespace heatgauge {

struct ThreadPool::Workers {};

ThreadPool::ThreadPool(int threads) : threads_(threads) {}
ThreadPool::~ThreadPool() = default;

void ThreadPool::run(Index count, const Task& task) {
  for (Index i = 0; i < count; ++i) task(i, 0);
}

}  // namespace heatgauge
