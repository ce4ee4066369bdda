/// Grids, fields and dense matrices that several tests measure against.
#pragma once

#include <Eigen/Core>
#include <complex>
#include <random>
#include <vector>

#include "heatgauge/carrier_fields.hpp"
#include "heatgauge/grid.hpp"
#include "heatgauge/hamiltonian.hpp"
#include "heatgauge/sparse.hpp"

namespace systems {

using heatgauge::Axis;
using heatgauge::CarrierFields;
using heatgauge::Complex;
using heatgauge::CsrView;
using heatgauge::Grid;
using heatgauge::Hamiltonian;
using heatgauge::Index;
using Dense = Eigen::MatrixXcd;
using Vector = Eigen::VectorXcd;

inline double uniform(std::mt19937& random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}

/// A unit vector of random components.
inline Vector random_state(Index size, unsigned seed) {
  std::mt19937 random(seed);
  Vector psi(size);
  for (Complex& value : psi) value = Complex(uniform(random, -1, 1), uniform(random, -1, 1));
  return psi.normalized();
}

/// A potential on the sites and phases on all links, random.
struct RandomFields {
  std::vector<double> potential;
  std::array<std::vector<double>, 3> phases;

  RandomFields(const Grid& grid, unsigned seed, double largest_phase = 4.0) {
    std::mt19937 random(seed);
    potential.resize(static_cast<std::size_t>(grid.size()));
    for (double& v : potential) v = uniform(random, -1, 1);
    for (int a = 0; a < grid.dimensions(); ++a) {
      auto& line = phases[static_cast<std::size_t>(a)];
      line.resize(static_cast<std::size_t>(grid.links(a)));
      for (double& phase : line) phase = uniform(random, -largest_phase, largest_phase);
    }
  }
  std::array<const double*, 3> pointers() const {
    std::array<const double*, 3> p{};
    for (std::size_t a = 0; a < 3; ++a) p[a] = phases[a].empty() ? nullptr : phases[a].data();
    return p;
  }
  CarrierFields carrier(const Grid& grid) const { return {grid, potential.data(), pointers()}; }
};

/// A sparse matrix that owns its arrays.
struct Csr {
  std::vector<Index> outer, inner;
  std::vector<Complex> values;

  Csr(const Hamiltonian& h, const CarrierFields& fields)
      : outer(static_cast<std::size_t>(h.grid().size() + 1)),
        inner(static_cast<std::size_t>(h.nonzeros())),
        values(inner.size()) {
    h.pattern(outer.data(), inner.data());
    h.fill(fields, values.data());
  }
  /// Every entry of a dense matrix for which keep(i, j).
  template <typename Keep>
  Csr(const Dense& matrix, Keep keep) {
    outer.push_back(0);
    for (Index i = 0; i < matrix.rows(); ++i) {
      for (Index j = 0; j < matrix.cols(); ++j) {
        if (!keep(i, j)) continue;
        inner.push_back(j);
        values.push_back(matrix(i, j));
      }
      outer.push_back(static_cast<Index>(inner.size()));
    }
  }
  Index rows() const { return static_cast<Index>(outer.size()) - 1; }
  CsrView<Complex> view() const { return {rows(), outer.data(), inner.data(), values.data()}; }
  Dense dense() const {
    Dense m = Dense::Zero(rows(), rows());
    for (Index i = 0; i < rows(); ++i) {
      for (Index k = outer[static_cast<std::size_t>(i)]; k < outer[static_cast<std::size_t>(i) + 1];
           ++k) {
        m(i, inner[static_cast<std::size_t>(k)]) += values[static_cast<std::size_t>(k)];
      }
    }
    return m;
  }
};

/// A random Hermitian matrix with entries up to `width` from the diagonal, around the ring or not.
inline Csr random_band(Index size, Index width, bool ring, unsigned seed) {
  std::mt19937 random(seed);
  const auto distance = [&](Index i, Index j) {
    const Index d = std::abs(i - j);
    return ring ? std::min(d, size - d) : d;
  };
  Dense m = Dense::Zero(size, size);
  for (Index i = 0; i < size; ++i) {
    for (Index j = 0; j <= i; ++j) {
      if (distance(i, j) > width) continue;
      m(i, j) = Complex(uniform(random, -1, 1), i == j ? 0.0 : uniform(random, -1, 1));
      m(j, i) = std::conj(m(i, j));
    }
  }
  return Csr(m, [&](Index i, Index j) { return distance(i, j) <= width; });
}

/// (1 + iαH)⁻¹ψ by dense elimination, the mid state of a Cayley step.
Vector dense_mid_state(const Dense& h, double alpha, const Vector& psi);

/// (1 + iαH)⁻¹(1 - iαH) ψ by dense elimination.
Vector dense_cayley(const Dense& h, double alpha, const Vector& psi);

/// Energies of a dense Hamiltonian in ascending order, and its states as columns.
struct Modes {
  Eigen::VectorXd energies;
  Dense states;
};
Modes modes(const Dense& h);

/// ‖ψ‖² summed in extended precision.
inline double exact_norm2(const Vector& psi) {
  long double sum = 0.0L;
  for (const Complex& v : psi) {
    sum += static_cast<long double>(v.real()) * v.real() +
           static_cast<long double>(v.imag()) * v.imag();
  }
  return static_cast<double>(sum);
}

}  // namespace systems
