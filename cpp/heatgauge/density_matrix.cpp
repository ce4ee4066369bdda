#include "heatgauge/density_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include "heatgauge/flush_denormals.hpp"

namespace heatgauge {

namespace {

constexpr Index kBlock = 32;  // of the transposed access: two blocks of ρ stay in the inner cache

/// Half the width of the interval that Gershgorin's circles cover.
double half_width(const CsrView<Complex>& h) {
  double low = std::numeric_limits<double>::max(), high = -low;
  for (Index i = 0; i < h.rows; ++i) {
    double centre = 0.0, radius = 0.0;
    for (Index k = h.outer[i]; k < h.outer[i + 1]; ++k) {
      if (h.inner[k] == i) {
        centre += h.values[k].real();
      } else {
        radius += std::abs(h.values[k]);
      }
    }
    low = std::min(low, centre - radius);
    high = std::max(high, centre + radius);
  }
  return 0.5 * (high - low);
}

double largest(const std::vector<Complex>& x) {
  double most = 0.0;
  for (const Complex& v : x) most = std::max(most, norm2(v));
  return std::sqrt(most);
}

}  // namespace

DensityMatrix::DensityMatrix(const CsrView<Complex>& h, double hbar, const double* rates)
    : h_(h), hbar_(hbar), rates_(rates) {
  const auto size = static_cast<std::size_t>(h.rows * h.rows);
  norm_ = 2.0 * half_width(h) / hbar + *std::max_element(rates, rates + size);
  for (auto* x : {&product_, &term_, &next_}) x->resize(size);
}

/// -i(Hρ - (Hρ)†)/ħ - Γρ: equal to Lρ because ρ is Hermitian, and Hermitian by construction.
void DensityMatrix::apply(const Complex* rho, Complex* out) {
  const Index n = h_.rows;
  for (Index i = 0; i < n; ++i) {
    Complex* row = product_.data() + i * n;
    std::fill_n(row, n, Complex(0.0, 0.0));
    for (Index k = h_.outer[i]; k < h_.outer[i + 1]; ++k) {
      const Complex value = h_.values[k] / hbar_;
      const Complex* from = rho + h_.inner[k] * n;
      for (Index j = 0; j < n; ++j) row[j] += times(value, from[j]);
    }
  }
  for (Index bi = 0; bi < n; bi += kBlock) {
    for (Index bj = bi; bj < n; bj += kBlock) {
      for (Index i = bi; i < std::min(n, bi + kBlock); ++i) {
        for (Index j = std::max(i, bj); j < std::min(n, bj + kBlock); ++j) {
          const Complex a = product_[static_cast<std::size_t>(i * n + j)];
          const Complex b = product_[static_cast<std::size_t>(j * n + i)];
          const double re = a.real() - b.real(), im = a.imag() + b.imag();
          const Complex loss = rates_[i * n + j] * rho[i * n + j];
          const Complex value(im - loss.real(), -re - loss.imag());
          out[i * n + j] = value;
          out[j * n + i] = std::conj(value);
        }
      }
    }
  }
}

void DensityMatrix::advance(Complex* rho, double time, Interrupt& interrupt) {
  const FlushDenormals fast_tails;
  const double pieces = std::max(1.0, std::ceil(norm_ * time));
  if (!(pieces < 1e9)) {
    std::ostringstream text;
    text << "the pieces of exp(tL) are too many: ‖L‖t = " << norm_ * time
         << " between two output times, at most 1e9: give nearer times, or a smaller rate";
    throw NumericalFailure(text.str(), 0, norm_ * time);
  }
  const auto count = static_cast<Index>(pieces);
  const double tau = time / pieces;
  for (Index piece = 0; piece < count; ++piece) {
    std::copy_n(rho, term_.size(), term_.data());
    const double bar = 1e-18 * largest(term_);
    for (int k = 1; k <= 40; ++k) {
      interrupt.check();
      apply(term_.data(), next_.data());
      const double factor = tau / k;
      for (std::size_t i = 0; i < next_.size(); ++i) {
        term_[i] = factor * next_[i];
        rho[i] += term_[i];
      }
      const double size = largest(term_);
      if (!std::isfinite(size)) {
        throw NumericalFailure("the density matrix is no longer finite", piece, size);
      }
      if (size <= bar) break;
    }
  }
}

}  // namespace heatgauge
