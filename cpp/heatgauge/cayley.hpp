/// The linear system of one Crank-Nicolson step: (1 + K) x = b with K = iαH, α = dt/2ħ.
#pragma once

#include <vector>

#include "heatgauge/types.hpp"

namespace heatgauge {

class CayleySystem {
 public:
  virtual ~CayleySystem() = default;
  virtual Index size() const = 0;
  /// out = K x.
  virtual void product(const Complex* x, Complex* out) const = 0;
  /// Replaces x by (1 + K)⁻¹x. `work` is scratch memory that a caller keeps from solve to solve.
  virtual void solve(Complex* x, std::vector<Complex>& work) const = 0;
};

}  // namespace heatgauge
