/// What several threads find wrong.
#pragma once

#include <atomic>
#include <cmath>
#include <limits>

#include "heatgauge/types.hpp"

namespace heatgauge {

/// The first step at which a state was not finite.
class FirstFailure {
 public:
  void note(Index step) {
    Index seen = step_.load();
    while (step < seen && !step_.compare_exchange_weak(seen, step)) {
    }
  }
  void raise() const {
    if (step_ == kNone) return;
    throw NumericalFailure("the state is no longer finite", step_, std::nan(""));
  }

 private:
  static constexpr Index kNone = std::numeric_limits<Index>::max();
  std::atomic<Index> step_{kNone};
};

}  // namespace heatgauge
