/// Between states in memory and bundles of lines: real and imaginary parts come apart, and lines
/// that are contiguous in memory are transposed.
#pragma once

#include "heatgauge/line_pass.hpp"

namespace heatgauge {

/// Rows of a full bundle in memory. `lane`, `site`: steps from line to line and from site to site,
/// one of which is 1. `beyond`: rows that follow and will be loaded next.
struct BundleInMemory {
  Index rows;
  Index lane, site;
  Index beyond = 0;
};

void load_bundle(const BundleInMemory& shape, const Complex* psi, Row* rows);
void load_bundle(const BundleInMemory& shape, const ComplexSingle* psi, Row* rows);
/// Stores rows·scale; `check` becomes NaN where a value is not finite, and stays else.
void store_bundle(const BundleInMemory& shape, const Row* rows, Complex scale, Complex* psi,
                  double& check);
void store_bundle(const BundleInMemory& shape, const Row* rows, Complex scale, ComplexSingle* psi,
                  double& check);

}  // namespace heatgauge
