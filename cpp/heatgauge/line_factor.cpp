#include "heatgauge/line_factor.hpp"

#include <algorithm>
#include <cmath>

namespace heatgauge {

namespace {

using Number = std::complex<long double>;

// What a site passes on below this part of itself cannot be seen in a double, nor add up to
// anything that could in 1e6 steps.
constexpr long double kInvisible = 1e-20L;

Number settled(Number centre) {
  const Number root = std::sqrt(centre * centre - 4.0L);
  const Number plus = centre + root, minus = centre - root;
  return 2.0L / (std::abs(plus) > std::abs(minus) ? plus : minus);
}

Complex rounded(Number z) { return {static_cast<double>(z.real()), static_cast<double>(z.imag())}; }

}  // namespace

LineFactor::LineFactor(const CayleyFactor& factor, Index points, bool is_ring)
    : zero(factor.zero),
      pole(factor.pole),
      ring(is_ring),
      unitary(factor.zero == std::conj(factor.pole)),
      inverse_pivots(static_cast<std::size_t>(points)) {
  const Number a = factor.zero, b = factor.pole, centre = 1.0L / b - 2.0L;
  overall = rounded(a / b);
  weight = unitary ? Complex(0.0, static_cast<double>(2.0L * b.imag() / std::norm(b)))
                   : rounded((b - a) / (b * b));
  const Number last = settled(centre);
  Number q = last;
  for (Index i = 0; i < points; ++i) {
    if (!ring) {  // the odd reflection adds 1 to S at the wall sites
      const long double walls = (i == 0 ? 1.0L : 0.0L) + (i == points - 1 ? 1.0L : 0.0L);
      q = 1.0L / (centre - walls - (i == 0 ? Number(0) : q));
    }
    inverse_pivots[static_cast<std::size_t>(i)] = rounded(q);
  }
  const long double decay = -std::log(std::abs(last));
  const long double sites = std::ceil(-std::log(kInvisible) / decay);
  reach = sites < static_cast<long double>(points) ? static_cast<Index>(sites) : points;
}

}  // namespace heatgauge
