/// Between states in memory and bundles of lines: real and imaginary parts come apart, and lines
/// that are contiguous in memory are transposed.
#pragma once

#include "heatgauge/line_pass.hpp"

namespace heatgauge {

/// A full bundle in memory. `lane`, `site`: steps from line to line and from site to site, one of
/// which is 1.
struct BundleInMemory {
  Index rows;
  Index lane, site;
};

void load_bundle(const BundleInMemory& shape, const Complex* psi, Row* rows);
/// Stores rows·scale; `check` becomes NaN where a value is not finite, and stays else.
void store_bundle(const BundleInMemory& shape, const Row* rows, Complex scale, Complex* psi,
                  double& check);

}  // namespace heatgauge
