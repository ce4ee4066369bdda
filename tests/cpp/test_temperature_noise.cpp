#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "heatgauge/counter_normals.hpp"
#include "heatgauge/temperature_noise.hpp"

using heatgauge::Grid;
using heatgauge::Index;
using heatgauge::NoiseFilter;
using heatgauge::NoiseStep;
using heatgauge::TemperatureNoise;

namespace {

/// What a filter makes of unit vectors: its matrix, points × width.
Eigen::MatrixXd matrix_of(NoiseFilter& filter, Index inner) {
  Eigen::MatrixXd result(filter.points(), filter.width());
  for (Index k = 0; k < filter.width(); ++k) {
    std::vector<double> from(static_cast<std::size_t>(3 * filter.width() * inner), 0.0);
    std::vector<double> to(static_cast<std::size_t>(3 * filter.points() * inner), -1.0);
    from[static_cast<std::size_t>((filter.width() + k) * inner + inner - 1)] = 1.0;
    filter.apply(3, inner, from.data(), to.data());
    for (Index i = 0; i < filter.points(); ++i) {
      result(i, k) = to[static_cast<std::size_t>((filter.points() + i) * inner + inner - 1)];
    }
    double rest = 0.0;  // nothing reaches other lines
    for (Index i = 0; i < filter.points() * inner; ++i) {
      rest += std::abs(to[static_cast<std::size_t>(i)]);
    }
    CHECK(rest == 0.0);
  }
  return result;
}

}  // namespace

TEST_CASE("a filter by its spectrum is the circulant with these eigenvalues") {
  const Index width = 30, points = 17;
  std::vector<double> spectrum(width);
  for (Index k = 0; k < width; ++k) {
    const double wave = 2 * std::numbers::pi * static_cast<double>(k) / width;
    spectrum[static_cast<std::size_t>(k)] = 1.0 + 0.7 * std::cos(wave) + 0.1 * std::cos(3 * wave);
  }
  NoiseFilter filter(points, spectrum);
  for (const Index inner : {Index{1}, Index{5}}) {
    const Eigen::MatrixXd m = matrix_of(filter, inner);
    for (Index i = 0; i < points; ++i) {
      for (Index k = 0; k < width; ++k) {
        const Index r = (i - k + width) % width, d = std::min(r, width - r);
        const double exact = d == 0 ? 1.0 : d == 1 ? 0.35 : d == 3 ? 0.05 : 0.0;
        CHECK(std::abs(m(i, k) - exact) < 1e-15);
      }
    }
  }
}

TEST_CASE("a filter by a matrix applies it along the axis") {
  Eigen::MatrixXd m = Eigen::MatrixXd::Random(4, 6);
  NoiseFilter filter(m);
  CHECK((matrix_of(filter, 1) - m).cwiseAbs().maxCoeff() < 1e-15);
  CHECK((matrix_of(filter, 3) - m).cwiseAbs().maxCoeff() < 1e-15);
}

TEST_CASE("phases of a realisation do not depend on the others, and follow the update") {
  const Grid grid({{6, 1.0, false, 0.0}, {5, 1.0, true, 0.0}});
  const NoiseStep law{0.7, 0.2, 0.9, 0.3, 0.1};
  TemperatureNoise one(grid, {5}, {}, 1.5), three(grid, {9, 5, 7}, {}, 1.5);
  std::vector<double> n1(30), n2(30), omega(30);
  heatgauge::counter_normals(5, 0, 2, 30, omega.data());
  for (double& w : omega) w *= 1.5;
  for (std::uint64_t step = 0; step < 4; ++step) {
    std::vector<double> alone(30, 0.0), together(90, 0.0);
    one.add_phases(step, law, alone.data());
    three.add_phases(step, law, together.data());
    heatgauge::counter_normals(5, step, 0, 30, n1.data());
    heatgauge::counter_normals(5, step, 1, 30, n2.data());
    for (std::size_t i = 0; i < 30; ++i) {
      CHECK(alone[i] == together[30 + i]);
      CHECK(std::abs(alone[i] - (0.2 * omega[i] + 0.7 * n1[i])) < 1e-14);
      omega[i] = 0.9 * omega[i] + 0.3 * n1[i] + 0.1 * n2[i];
    }
  }
}

TEST_CASE("noise refuses filters that do not fit its grid") {
  const Grid grid({{6, 1.0, false, 0.0}});
  const NoiseFilter five(Eigen::MatrixXd::Identity(5, 5));
  CHECK_THROWS_AS(TemperatureNoise(grid, {1}, {five}, 0.0), std::invalid_argument);
  CHECK_THROWS_AS(TemperatureNoise(grid, {}, {}, 0.0), std::invalid_argument);
}
