#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "heatgauge/line_bundle.hpp"

using heatgauge::Axis;
using heatgauge::Complex;
using heatgauge::ComplexSingle;
using heatgauge::Grid;
using heatgauge::Index;
using heatgauge::kLanes;
using heatgauge::LineBundles;
using heatgauge::Row;

TEST_CASE("bundles cover every site once and put back what they took") {
  const std::vector<std::vector<Index>> shapes = {{9},      {16, 16},  {7, 33},     {40, 3},
                                                  {34, 70}, {5, 6, 7}, {2, 16, 19}, {17, 32, 6}};
  for (const std::vector<Index>& shape : shapes) {
    std::vector<Axis> axes;
    for (const Index n : shape) axes.push_back({n, 1.0, true, 0.0});
    const Grid grid(axes);
    std::vector<Complex> psi(static_cast<std::size_t>(grid.size()));
    for (std::size_t i = 0; i < psi.size(); ++i) psi[i] = {double(i) + 1, -double(i)};
    for (int axis = 0; axis < grid.dimensions(); ++axis) {
      CAPTURE(grid.axis(axis).points);
      CAPTURE(grid.stride(axis));
      const LineBundles bundles(grid, axis, 1);
      std::vector<Complex> back(psi.size());
      std::vector<int> seen(psi.size());
      std::vector<Row> rows(static_cast<std::size_t>(bundles.rows()));
      for (Index line = 0; line < bundles.lines(); ++line) {
        bundles.load(line / kLanes, heatgauge::dense_strides(grid), psi.data(), rows.data());
        for (Index i = 0; i < bundles.rows(); ++i) {
          const auto site = static_cast<std::size_t>(
              bundles.first_site(line / kLanes, line % kLanes) + i * bundles.stride());
          ++seen[site];
          const Row& row = rows[static_cast<std::size_t>(i)];
          CHECK(Complex(row.re[line % kLanes], row.im[line % kLanes]) == psi[site]);
        }
      }
      for (const int times : seen) CHECK(times == 1);
      for (Index b = 0; b < bundles.count(); ++b) {
        bundles.load(b, heatgauge::dense_strides(grid), psi.data(), rows.data());
        bundles.store(b, heatgauge::dense_strides(grid), rows.data(), back.data(),
                      Complex(0.0, 2.0));
      }
      for (std::size_t i = 0; i < psi.size(); ++i) CHECK(back[i] == Complex(0, 2) * psi[i]);
    }
  }
}

TEST_CASE("storing notices numbers that are not finite, wherever they are") {
  for (const std::vector<Index>& shape : {std::vector<Index>{20}, {33, 40}, {17, 33}, {5, 6, 7}}) {
    std::vector<Axis> axes;
    for (const Index n : shape) axes.push_back({n, 1.0, true, 0.0});
    const Grid grid(axes);
    std::vector<Complex> psi(static_cast<std::size_t>(grid.size()), Complex(1e200, -1e-300));
    for (int axis = 0; axis < grid.dimensions(); ++axis) {
      const LineBundles bundles(grid, axis, 1);
      std::vector<Row> rows(static_cast<std::size_t>(bundles.rows()));
      for (Index line = 0; line < bundles.lines(); line += 5) {
        bundles.load(line / kLanes, heatgauge::dense_strides(grid), psi.data(), rows.data());
        CHECK(bundles.store(line / kLanes, heatgauge::dense_strides(grid), rows.data(), psi.data(),
                            1.0));
        const auto site = static_cast<std::size_t>(line % bundles.rows());
        rows[site].im[line % kLanes] = line % 2 == 0 ? std::numeric_limits<double>::infinity()
                                                     : std::numeric_limits<double>::quiet_NaN();
        std::vector<Complex> target = psi;
        CHECK(!bundles.store(line / kLanes, heatgauge::dense_strides(grid), rows.data(),
                             target.data(), 1.0));
      }
    }
  }
}

TEST_CASE("states in single precision are rounded to nearest where they are stored") {
  // lanes without lines, whole registers, and what is left of them
  for (const std::vector<Index>& shape :
       {std::vector<Index>{20}, {32, 32}, {34, 70}, {5, 6, 7}, {3, 32, 17}}) {
    std::vector<Axis> axes;
    for (const Index n : shape) axes.push_back({n, 1.0, true, 0.0});
    const Grid grid(axes);
    std::vector<ComplexSingle> psi(static_cast<std::size_t>(grid.size()));
    for (std::size_t i = 0; i < psi.size(); ++i) psi[i] = {float(i) + 0.1F, -1.0F / float(i + 1)};
    const Complex scale(0.3, -0.7);
    for (int axis = 0; axis < grid.dimensions(); ++axis) {
      const LineBundles bundles(grid, axis, 1);
      std::vector<Row> rows(static_cast<std::size_t>(bundles.rows()));
      std::vector<ComplexSingle> back(psi.size());
      for (Index b = 0; b < bundles.count(); ++b) {
        const heatgauge::BundlePlace place = bundles.place(b, heatgauge::dense_strides(grid));
        heatgauge::load(place, 0, bundles.rows(), psi.data(), rows.data());
        CHECK(heatgauge::store(place, 0, bundles.rows(), rows.data(), back.data(), scale));
      }
      for (std::size_t i = 0; i < psi.size(); ++i) {
        const Complex exact = heatgauge::times(Complex(psi[i]), scale);
        // half a unit of the last place of a float, and a product that doubles round differently
        CHECK(std::abs(double(back[i].real()) - exact.real()) <=
              std::ldexp(1.0 + 1e-6, -24) * std::abs(exact.real()));
        CHECK(std::abs(double(back[i].imag()) - exact.imag()) <=
              std::ldexp(1.0 + 1e-6, -24) * std::abs(exact.imag()));
      }
      rows[0].re[0] = std::numeric_limits<double>::quiet_NaN();
      const heatgauge::BundlePlace place = bundles.place(0, heatgauge::dense_strides(grid));
      CHECK(!heatgauge::store(place, 0, bundles.rows(), rows.data(), back.data(), 1.0));
    }
  }
}
