/// How a long computation is stopped from outside.
#pragma once

#include <chrono>
#include <functional>
#include <utility>

namespace heatgauge {

/// Thrown out of a long call when the caller's `stop` function said so.
struct Interrupted {};

/// Asks `stop` at most every 20 ms, so that it may be called in inner loops: the clock is read on
/// every call (about 25 ns), the function only when it is due. `stop` is called on the thread that
/// runs the computation and nowhere else.
class Interrupt {
 public:
  Interrupt() = default;
  explicit Interrupt(std::function<bool()> stop) : stop_(std::move(stop)), last_(Clock::now()) {}

  void check() {
    if (!stop_) return;
    const Clock::time_point now = Clock::now();
    if (now - last_ < std::chrono::milliseconds(20)) return;
    last_ = now;
    if (stop_()) throw Interrupted{};
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::function<bool()> stop_;
  Clock::time_point last_{};
};

}  // namespace heatgauge
