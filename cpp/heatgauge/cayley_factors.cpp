#include "heatgauge/cayley_factors.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace heatgauge {

namespace {

using Real = long double;
using Number = std::complex<Real>;
using Numbers = std::vector<Number>;
using LongMatrix = Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic>;
using LongVector = Eigen::Matrix<Number, Eigen::Dynamic, 1>;

/// exp(-iμφ) = (1 - i t)/(1 + i t) with t = tan(μφ/2) = numerator/denominator. Both polynomials are
/// real where μ is, and stay apart as μ → 0, which those of the exponential do not.
/// Coefficients of s, s², …; the constant terms are 0 and 1.
struct Tangent {
  Numbers numerator, denominator;
};

/// φ(s) = Σ 2 (k-1)!²/(2k)! s^k
Numbers phi_series(std::size_t terms) {
  Numbers series(terms + 1, Number(0));
  Real term = 1.0L;
  for (std::size_t k = 1; k <= terms; ++k) {
    series[k] = term;
    const auto n = static_cast<Real>(k);
    term *= n * n / ((2 * n + 1) * (2 * n + 2));
  }
  return series;
}

/// tan of a power series without constant term, from t' = (1 + t²) g'.
Numbers tangent_series(const Numbers& g) {
  const std::size_t terms = g.size() - 1;
  Numbers t(terms + 1, Number(0)), square(terms + 1, Number(0));
  for (std::size_t k = 1; k <= terms; ++k) {
    Number sum(0);
    for (std::size_t j = 1; j <= k; ++j) {
      sum += static_cast<Real>(j) * g[j] * ((k == j ? Number(1) : Number(0)) + square[k - j]);
    }
    t[k] = sum / static_cast<Real>(k);
    for (std::size_t j = 1; j < k; ++j) square[k] += t[j] * t[k - j];
  }
  return t;
}

Tangent pade_tangent(Number mu, std::size_t m) {
  const Real scale = 1.0L / std::max<Real>(1.0L, std::abs(mu));  // keeps the coefficients near 1
  Numbers g = phi_series(2 * m);
  Real power = 1.0L;
  for (Number& c : g) {
    c *= mu * power / 2.0L;
    power *= scale;
  }
  const Numbers t = tangent_series(g);
  const auto size = static_cast<Index>(m);
  LongMatrix equations(size, size);
  LongVector right(size);
  for (std::size_t row = 0; row < m; ++row) {
    for (std::size_t j = 1; j <= m; ++j) {
      equations(static_cast<Index>(row), static_cast<Index>(j - 1)) = t[m + 1 + row - j];
    }
    right(static_cast<Index>(row)) = -t[m + 1 + row];
  }
  const LongVector d = equations.fullPivLu().solve(right);
  Tangent result{Numbers(m), Numbers(m)};
  power = 1.0L;
  for (std::size_t k = 1; k <= m; ++k) {
    power /= scale;
    Number n = t[k];
    for (std::size_t j = 1; j < k; ++j) n += d(static_cast<Index>(j - 1)) * t[k - j];
    result.numerator[k - 1] = n * power;
    result.denominator[k - 1] = d(static_cast<Index>(k - 1)) * power;
  }
  return result;
}

/// The z_j of 1 + Σ c_k s^k = Π (1 - z_j s): the roots of z^m + Σ c_k z^{m-k}, all at once
/// (Durand-Kerner).
Numbers inverse_roots(const Numbers& c) {
  const std::size_t m = c.size();
  Real radius = 0.0L;
  for (std::size_t k = 0; k < m; ++k) {
    radius = std::max(radius, std::pow(std::abs(c[k]), 1.0L / static_cast<Real>(k + 1)));
  }
  Numbers z(m);
  for (std::size_t j = 0; j < m; ++j) {
    z[j] = radius * std::polar<Real>(1.0L, 0.4L + 2.0L * 3.14159265L * static_cast<Real>(j) /
                                                      static_cast<Real>(m));
  }
  for (int round = 0; round < 500; ++round) {
    Real change = 0.0L;
    for (std::size_t j = 0; j < m; ++j) {
      Number value(1);
      for (const Number& coefficient : c) value = value * z[j] + coefficient;
      for (std::size_t k = 0; k < m; ++k) {
        if (k != j) value /= z[j] - z[k];
      }
      z[j] -= value;
      change = std::max(change, std::abs(value));
    }
    if (change <= 1e-19L * radius) break;
  }
  return z;
}

Complex rounded(Number z) { return {static_cast<double>(z.real()), static_cast<double>(z.imag())}; }

/// Pairs every pole with the zero nearest to its conjugate, so that each factor by itself is
/// unitary or nearly so.
std::vector<CayleyFactor> paired(const Tangent& t, bool unitary) {
  const std::size_t m = t.numerator.size();
  const Number i(0, 1);
  Numbers top(m), bottom(m);
  for (std::size_t k = 0; k < m; ++k) {
    top[k] = t.denominator[k] - i * t.numerator[k];
    bottom[k] = t.denominator[k] + i * t.numerator[k];
  }
  const Numbers poles = inverse_roots(bottom);
  Numbers zeros = inverse_roots(top);
  std::vector<CayleyFactor> result;
  for (const Number& pole : poles) {
    const auto nearest = std::min_element(zeros.begin(), zeros.end(), [&](Number a, Number b) {
      return std::abs(a - std::conj(pole)) < std::abs(b - std::conj(pole));
    });
    const Complex z = rounded(pole);
    result.push_back({unitary ? std::conj(z) : rounded(*nearest), z});
    zeros.erase(nearest);
  }
  return result;
}

/// The phase by which the approximant is ahead of exp(-iλk²), within ±π.
Real phase_error(const Tangent& t, Real lambda, Real k) {
  const Real s = 4.0L * std::sin(k / 2) * std::sin(k / 2);
  Number n(0), d(1);
  Real power = 1.0L;
  for (std::size_t j = 0; j < t.numerator.size(); ++j) {
    power *= s;
    n += t.numerator[j] * power;
    d += t.denominator[j] * power;
  }
  const Number i(0, 1);
  return std::arg((d - i * n) * (d - i * n) * std::polar<Real>(1.0L, lambda * k * k));
}

/// Moves the coefficients of real time so that the weighted square of the phase error over k is
/// smallest (Gauss-Newton), keeping the first m orders in s: numerator_k = t_k + Σ d_j t_{k-j}.
class PhaseFit {
 public:
  PhaseFit(Real lambda, Tangent start) : lambda_(lambda), best_(std::move(start)) {
    const auto m = static_cast<Index>(best_.numerator.size());
    Numbers g = phi_series(static_cast<std::size_t>(m));
    for (Number& c : g) c *= lambda / 2.0L;
    series_ = tangent_series(g);
    // where the approximant is good, with the weight of a packet that keeps well inside
    Real reach = 0.05L;
    while (reach < 3.0L && std::abs(phase_error(best_, lambda, reach)) < kEdge) reach += 0.01L;
    const Real width = reach / kWidths;
    for (Real k = reach / kSamples / 2; k < reach; k += reach / kSamples) {
      waves_.push_back(k);
      weights_.push_back(std::exp(-k * k / (2 * width * width)));
    }
  }

  Tangent run() {
    Real best = size(best_);
    for (int round = 0; round < 12; ++round) {
      const Tangent next = improved(best_);
      const Real now = size(next);
      if (!(now < best)) break;
      best = now;
      best_ = next;
    }
    return best_;
  }

 private:
  static constexpr Real kEdge = 1e-6L, kWidths = 2.5L, kSamples = 80.0L;

  Real size(const Tangent& t) const {
    Real sum = 0.0L;
    for (std::size_t i = 0; i < waves_.size(); ++i) {
      const Real e = weights_[i] * phase_error(t, lambda_, waves_[i]);
      sum += e * e;
    }
    return sum;
  }

  Tangent improved(const Tangent& t) const {
    const auto m = t.numerator.size();
    Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic> slopes(waves_.size(), m);
    Eigen::Matrix<Real, Eigen::Dynamic, 1> errors(waves_.size());
    for (std::size_t i = 0; i < waves_.size(); ++i) {
      const Real half = std::sin(waves_[i] / 2), s = 4 * half * half;
      Real n = 0.0L, d = 1.0L;
      for (std::size_t k = 1; k <= m; ++k) {
        n += t.numerator[k - 1].real() * std::pow(s, static_cast<Real>(k));
        d += t.denominator[k - 1].real() * std::pow(s, static_cast<Real>(k));
      }
      for (std::size_t j = 1; j <= m; ++j) {
        Real dn = 0.0L;
        for (std::size_t k = j + 1; k <= m; ++k) {
          dn += series_[k - j].real() * std::pow(s, static_cast<Real>(k));
        }
        const Real slope = -2 * (d * dn - n * std::pow(s, static_cast<Real>(j))) / (d * d + n * n);
        slopes(static_cast<Index>(i), static_cast<Index>(j - 1)) = weights_[i] * slope;
      }
      errors(static_cast<Index>(i)) = -weights_[i] * phase_error(t, lambda_, waves_[i]);
    }
    const Eigen::Matrix<Real, Eigen::Dynamic, 1> change =
        slopes.colPivHouseholderQr().solve(errors);
    Tangent next = t;
    for (std::size_t j = 1; j <= m; ++j) {
      next.denominator[j - 1] += change(static_cast<Index>(j - 1));
    }
    for (std::size_t k = 1; k <= m; ++k) {
      next.numerator[k - 1] = series_[k];
      for (std::size_t j = 1; j < k; ++j) {
        next.numerator[k - 1] += next.denominator[j - 1] * series_[k - j];
      }
    }
    return next;
  }

  Real lambda_;
  Tangent best_;
  Numbers series_;
  std::vector<Real> waves_, weights_;
};

void refuse_poles_in_spectrum(const std::vector<CayleyFactor>& factors, double lambda) {
  for (const CayleyFactor& factor : factors) {
    const double nearest = std::clamp(factor.pole.real() / std::norm(factor.pole), 0.0, 4.0);
    if (!(std::abs(1.0 - factor.pole * nearest) >= 1e-2)) {
      throw std::invalid_argument(
          "the approximant of a kinetic step with lambda = " + std::to_string(lambda) +
          " has a pole on the spectrum: use one factor, or another step");
    }
  }
}

}  // namespace

std::vector<CayleyFactor> cayley_factors(double lambda, int factors, double theta, bool fitted,
                                         bool compact) {
  if (!std::isfinite(lambda) || !std::isfinite(theta)) {
    throw std::invalid_argument("lambda and theta must be finite");
  }
  if (factors < 1 || factors > 4) throw std::invalid_argument("factors must be 1 to 4");
  const Number mu = static_cast<Real>(lambda) *
                    (theta == 0.0 ? Number(1) : std::polar<Real>(1.0L, -static_cast<Real>(theta)));
  const Number half_turn = Number(0, 0.5L) * mu;
  std::vector<CayleyFactor> result;
  if (factors == 1 || lambda == 0.0) {
    const Real p = compact ? 1.0L / 12 : 0.0L;
    result.push_back({rounded(p + half_turn), rounded(p - half_turn)});
  } else {
    Tangent t = pade_tangent(mu, static_cast<std::size_t>(factors));
    if (fitted && theta == 0.0) t = PhaseFit(static_cast<Real>(lambda), t).run();
    result = paired(t, theta == 0.0);
  }
  refuse_poles_in_spectrum(result, lambda);
  return result;
}

}  // namespace heatgauge
