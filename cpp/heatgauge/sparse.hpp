/// A sparse matrix in compressed rows, seen but not owned.
#pragma once

#include "heatgauge/types.hpp"

namespace heatgauge {

/// Row i holds columns inner[outer[i] … outer[i+1]) with the values beside them; columns ascend.
template <typename Scalar>
struct CsrView {
  Index rows = 0;
  const Index* outer = nullptr;
  const Index* inner = nullptr;
  const Scalar* values = nullptr;

  Index nonzeros() const { return outer[rows]; }
};

}  // namespace heatgauge
