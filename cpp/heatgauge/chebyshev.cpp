#include "heatgauge/chebyshev.hpp"

#include <algorithm>
#include <cmath>

#include "heatgauge/flush_denormals.hpp"

namespace heatgauge {

namespace {

/// Order from which J_k(z) is below 1e-30: for k = z(1 + δ) it falls as exp(-z(2δ)^{3/2}/3).
Index first_order(double z) { return static_cast<Index>(std::ceil(z + 20.0 * std::cbrt(z))) + 40; }

/// Ratios to one another of J_0(ζ) … J_m(ζ), by the recurrence J_{k-1} = 2k/ζ J_k - J_{k+1} from
/// above, where J is the solution that falls. Rescaled before it overflows.
std::vector<Complex> bessel_ratios(Complex zeta, Index m, Interrupt& interrupt) {
  std::vector<Complex> j(static_cast<std::size_t>(m) + 2, 0.0);
  const Complex twice_inverse = 2.0 / zeta;
  j[static_cast<std::size_t>(m)] = 1e-250;
  for (auto k = static_cast<std::size_t>(m); k > 0; --k) {
    if (k % 4096 == 0) interrupt.check();
    j[k - 1] = times(static_cast<double>(k) * twice_inverse, j[k]) - j[k + 1];
    if (norm2(j[k - 1]) < 1e200) continue;
    for (std::size_t later = k - 1; later < j.size() && j[later] != 0.0; ++later)
      j[later] *= 1e-250;
  }
  j.resize(static_cast<std::size_t>(m) + 1);
  return j;
}

}  // namespace

std::vector<Complex> exponential_coefficients(double z, double theta, double tolerance,
                                              Interrupt& interrupt) {
  if (!(z >= 0.0 && z <= 1e8)) throw std::invalid_argument("z is outside [0, 1e8]");
  if (z < 1e-300) return {1.0};
  std::vector<Complex> c = bessel_ratios(std::polar(z, -theta), first_order(z), interrupt);
  double largest = 0.0;  // so that squares neither overflow nor vanish
  for (const Complex& value : c) largest = std::max(largest, std::abs(value));
  // The sum is 1 at x = -1, where T_k = (-1)^k; small terms first.
  const Complex powers[] = {1.0, {0.0, -1.0}, -1.0, {0.0, 1.0}};
  Complex sum = 0.0;
  double squares = 0.0;
  for (std::size_t k = c.size(); k-- > 0;) {
    const double weight = k == 0 ? 1.0 : 2.0;
    c[k] *= 1.0 / largest;
    squares += weight * norm2(c[k]);
    c[k] = weight * times(powers[k % 4], c[k]);
    sum += k % 2 == 0 ? c[k] : -c[k];
  }
  // In real time J_0² + 2ΣJ_k² = 1 has no cancellation, so that only the phase is left to the sum.
  const Complex scale =
      theta == 0.0 ? std::conj(sum) / (std::abs(sum) * std::sqrt(squares)) : 1.0 / sum;
  double tail = 0.0;
  std::size_t terms = c.size();
  for (Complex& value : c) value = times(scale, value);
  while (terms > 1 && tail + std::abs(c[terms - 1]) <= tolerance) tail += std::abs(c[--terms]);
  c.resize(terms);
  return c;
}

void ChebyshevSeries::sum(Complex* psi, const std::vector<Complex>& coefficients,
                          const Window& window, Interrupt& interrupt) {
  const FlushDenormals fast_tails;
  const double factor = window.half_width > 0.0 ? 1.0 / window.half_width : 0.0;
  start(psi, coefficients.size() > 1 ? coefficients.back() : 0.0);
  for (std::size_t k = coefficients.size() - 1; k-- > 1;) {
    step(psi, coefficients[k], 2.0 * factor, window.centre, interrupt);
  }
  finish(psi, coefficients.front(), factor, window.centre);
}

SparseChebyshev::SparseChebyshev(const CsrView<Complex>& matrix)
    : matrix_(matrix),
      newer_(static_cast<std::size_t>(matrix.rows)),
      older_(static_cast<std::size_t>(matrix.rows)) {}

void SparseChebyshev::start(const Complex* psi, Complex c) {
  std::transform(psi, psi + matrix_.rows, newer_.begin(), [&](Complex p) { return times(c, p); });
  std::fill(older_.begin(), older_.end(), 0.0);
}

Complex SparseChebyshev::row(const Complex* psi, Complex c, double factor, double centre,
                             Index i) const {
  const auto k = static_cast<std::size_t>(i);
  Complex product = -centre * newer_[k];
  for (Index e = matrix_.outer[i]; e < matrix_.outer[i + 1]; ++e) {
    product += times(matrix_.values[e], newer_[static_cast<std::size_t>(matrix_.inner[e])]);
  }
  return factor * product - older_[k] + times(c, psi[i]);
}

void SparseChebyshev::step(const Complex* psi, Complex c, double factor, double centre,
                           Interrupt& interrupt) {
  for (Index i = 0; i < matrix_.rows; ++i) {
    if (i % 1024 == 0) interrupt.check();
    older_[static_cast<std::size_t>(i)] = row(psi, c, factor, centre, i);
  }
  newer_.swap(older_);
}

void SparseChebyshev::finish(Complex* psi, Complex c, double factor, double centre) {
  for (Index i = 0; i < matrix_.rows; ++i) psi[i] = row(psi, c, factor, centre, i);
}

}  // namespace heatgauge
