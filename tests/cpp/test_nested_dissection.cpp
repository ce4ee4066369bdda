#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <atomic>
#include <chrono>
#include <ctime>
#include <map>
#include <random>
#include <thread>
#include <vector>

#include "heatgauge/dissection_front.hpp"
#include "heatgauge/nested_dissection.hpp"

using heatgauge::Axis;
using heatgauge::Complex;
using heatgauge::CsrView;
using heatgauge::Grid;
using heatgauge::Index;
using heatgauge::Interrupt;
using heatgauge::NestedDissection;
using heatgauge::NumericalFailure;

namespace {

template <typename Scalar>
struct Csr {
  std::vector<Index> outer{0}, inner;
  std::vector<Scalar> values;
  CsrView<Scalar> view() const {
    return {static_cast<Index>(outer.size()) - 1, outer.data(), inner.data(), values.data()};
  }
};

Grid make_grid(const std::vector<Index>& points, unsigned periodic) {
  std::vector<Axis> axes;
  for (std::size_t a = 0; a < points.size(); ++a)
    axes.push_back(Axis{points[a], 1.0, (periodic >> a & 1) != 0, 0.0});
  return Grid(axes);
}

/// Calls visit(i, j) for every coupling i → j of every length 1 … reach in both directions; on a
/// short ring several of them reach the same site, or i itself.
template <typename Visit>
void for_couplings(const Grid& grid, Index reach, Index i, const Visit& visit) {
  for (int a = 0; a < grid.dimensions(); ++a) {
    const Index points = grid.axis(a).points, x = i / grid.stride(a) % points;
    for (Index d = -reach; d <= reach; ++d) {
      const Index y = ((x + d) % points + points) % points;
      if (d == 0 || (!grid.axis(a).periodic && y != x + d)) continue;
      visit(i + (y - x) * grid.stride(a));
    }
  }
}

using Rows = std::vector<std::map<Index, Complex>>;

/// 1 + i·K with random Hermitian K: its Hermitian part is 1.
Rows random_cayley(const Grid& grid, Index reach, double scale) {
  std::mt19937_64 generator(7);
  std::normal_distribution<double> normal;
  Rows rows(static_cast<std::size_t>(grid.size()));
  const Complex i_unit(0.0, scale);
  for (Index i = 0; i < grid.size(); ++i) {
    rows[static_cast<std::size_t>(i)][i] += 1.0 + i_unit * normal(generator);
    for_couplings(grid, reach, i, [&](Index j) {
      const Complex k(normal(generator), i == j ? 0.0 : normal(generator));
      rows[static_cast<std::size_t>(i)][j] += i_unit * k;
      rows[static_cast<std::size_t>(j)][i] += i_unit * std::conj(k);
    });
  }
  return rows;
}

/// 1 + Σ c (e_i − e_j)(e_i − e_j)ᵀ with random conductances c > 0.
Rows random_conduction(const Grid& grid, Index reach, double scale) {
  std::mt19937_64 generator(11);
  std::uniform_real_distribution<double> uniform(0.1, 1.0);
  Rows rows(static_cast<std::size_t>(grid.size()));
  for (Index i = 0; i < grid.size(); ++i) {
    auto& row = rows[static_cast<std::size_t>(i)];
    row[i] += 1.0;
    for_couplings(grid, reach, i, [&](Index j) {
      if (i == j) return;
      const double c = scale * uniform(generator);
      auto& other = rows[static_cast<std::size_t>(j)];
      row[i] += c;
      other[j] += c;
      row[j] -= c;
      other[i] -= c;
    });
  }
  return rows;
}

template <typename Scalar>
Csr<Scalar> compress(const Rows& rows) {
  Csr<Scalar> matrix;
  for (const auto& row : rows) {
    for (const auto& [column, value] : row) {
      matrix.inner.push_back(column);
      if constexpr (std::is_same_v<Scalar, double>)
        matrix.values.push_back(value.real());
      else
        matrix.values.push_back(value);
    }
    matrix.outer.push_back(static_cast<Index>(matrix.inner.size()));
  }
  return matrix;
}

template <typename Scalar>
using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

template <typename Scalar>
Vector<Scalar> product(const Csr<Scalar>& matrix, const Vector<Scalar>& x) {
  Vector<Scalar> y = Vector<Scalar>::Zero(x.size());
  for (Index i = 0; i < x.size(); ++i)
    for (Index k = matrix.outer[static_cast<std::size_t>(i)];
         k < matrix.outer[static_cast<std::size_t>(i) + 1]; ++k)
      y[i] +=
          matrix.values[static_cast<std::size_t>(k)] * x[matrix.inner[static_cast<std::size_t>(k)]];
  return y;
}

template <typename Scalar>
Vector<Scalar> solution(const NestedDissection<Scalar>& solver, Vector<Scalar> x) {
  std::vector<Scalar> work;
  solver.solve(x.data(), work);
  return x;
}

/// Against Eigen's dense QR. Both solutions carry an error of a few ε·κ(A); here κ < 1e3 and the
/// largest difference seen is 3e-14.
template <typename Scalar>
void check_against_dense(const Grid& grid, Index reach, const Rows& rows) {
  const Csr<Scalar> matrix = compress<Scalar>(rows);
  Interrupt interrupt;
  const NestedDissection<Scalar> solver(grid, reach, matrix.view(), interrupt);
  using Dense = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
  Dense dense = Dense::Zero(grid.size(), grid.size());
  for (Index j = 0; j < grid.size(); ++j)
    dense.col(j) = product<Scalar>(matrix, Vector<Scalar>::Unit(grid.size(), j));
  std::srand(1);
  const Vector<Scalar> b = Vector<Scalar>::Random(grid.size());
  const Vector<Scalar> x = solution<Scalar>(solver, b);
  const Vector<Scalar> expected = dense.householderQr().solve(b);
  CHECK((x - expected).norm() < 1e-12 * expected.norm());
  CHECK((product<Scalar>(matrix, x) - b).norm() < 1e-13 * b.norm());
  CHECK(solver.bytes() == NestedDissection<Scalar>::cost(grid, reach).bytes);
}

void check_both(const std::vector<Index>& points) {
  for (unsigned periodic = 0; periodic < (1u << points.size()); ++periodic)
    for (Index reach = 1; reach <= 4; ++reach) {
      CAPTURE(points.size());
      CAPTURE(periodic);
      CAPTURE(reach);
      const Grid grid = make_grid(points, periodic);
      check_against_dense<Complex>(grid, reach, random_cayley(grid, reach, 0.7));
      check_against_dense<double>(grid, reach, random_conduction(grid, reach, 3.0));
    }
}

}  // namespace

TEST_CASE("nested dissection agrees with dense elimination on lines") {
  for (Index points = 2; points <= 14; ++points) check_both({points});
  check_both({131});
}

TEST_CASE("nested dissection agrees with dense elimination on planes") {
  for (const auto& points : std::vector<std::vector<Index>>{
           {2, 2}, {2, 3}, {3, 3}, {5, 4}, {6, 7}, {9, 9}, {2, 40}, {40, 3}, {10, 23}, {24, 21}})
    check_both(points);
}

TEST_CASE("nested dissection agrees with dense elimination in space") {
  for (const auto& points : std::vector<std::vector<Index>>{
           {2, 2, 2}, {3, 2, 5}, {4, 4, 4}, {5, 9, 2}, {6, 6, 7}, {9, 2, 17}})
    check_both(points);
#ifndef __SANITIZE_ADDRESS__  // checked, it takes a minute and has no access of a new kind
  check_both({8, 8, 8});
#endif
}

TEST_CASE("several blocks of panels in one front leave a residual of rounding size") {
  // The first separators of these grids have up to 800 unknowns: more than 16 panels, 32 strips.
  const std::vector<std::pair<std::vector<Index>, Index>> systems{
      {{48, 45}, 4}, {{200, 210}, 1}, {{20, 21, 19}, 1}, {{14, 14, 14}, 2}};
  for (const auto& [points, reach] : systems)
    for (const unsigned periodic : {0u, 7u}) {
      const Grid grid = make_grid(points, periodic);
      Interrupt interrupt;
      const Csr<Complex> cayley = compress<Complex>(random_cayley(grid, reach, 0.7));
      const NestedDissection<Complex> lu(grid, reach, cayley.view(), interrupt);
      const Vector<Complex> b = Vector<Complex>::Random(grid.size());
      // Backward stable elimination leaves a few ε ‖A‖‖x‖; ‖x‖ ≤ ‖b‖ and ‖A‖ ≈ 10 here.
      CHECK((product<Complex>(cayley, solution<Complex>(lu, b)) - b).norm() < 1e-13 * b.norm());
      const Csr<double> heat = compress<double>(random_conduction(grid, reach, 3.0));
      const NestedDissection<double> cholesky(grid, reach, heat.view(), interrupt);
      const Vector<double> r = b.real();
      CHECK((product<double>(heat, solution<double>(cholesky, r)) - r).norm() < 1e-13 * r.norm());
    }
}

TEST_CASE("the residual stays small for long steps and high barriers") {
  const Grid grid = make_grid({40, 40}, 1);
  for (const double scale : {1.0, 1e3, 1e6, 1e12}) {
    CAPTURE(scale);
    Interrupt interrupt;
    Rows rows = random_cayley(grid, 1, scale);
    for (std::size_t i = 0; i < rows.size(); i += 3)
      rows[i][static_cast<Index>(i)] += Complex(0.0, 1e3 * scale);
    const Csr<Complex> matrix = compress<Complex>(rows);
    const NestedDissection<Complex> solver(grid, 1, matrix.view(), interrupt);
    const Vector<Complex> b = Vector<Complex>::Random(grid.size());
    const Vector<Complex> x = solution<Complex>(solver, b);
    // Normwise backward error: |b − A x| against the largest row of A times |x|.
    double largest = 0.0;
    for (const auto& row : rows) {
      double sum = 0.0;
      for (const auto& entry : row) sum += std::abs(entry.second);
      largest = std::max(largest, sum);
    }
    CHECK((product<Complex>(matrix, x) - b).norm() < 1e-13 * (largest * x.norm() + b.norm()));
  }
}

TEST_CASE("the estimated cost of a large grid is near the exact one") {
  const std::vector<std::pair<std::vector<Index>, Index>> systems{
      {{256, 256}, 1}, {{190, 200}, 3}, {{40, 36, 38}, 1}, {{20000, 2}, 2}};
  for (const auto& [points, reach] : systems) {
    CAPTURE(points.size());
    CAPTURE(reach);
    const Grid grid = make_grid(points, 0);
    REQUIRE(grid.size() > heatgauge::exact_cost_sites);
    Interrupt interrupt;
    const heatgauge::DissectionTree tree(grid, reach, interrupt);
    double bytes = tree.bytes(), flops = 0.0;
    for (const heatgauge::DissectionNode& node : tree.nodes) {
      const heatgauge::FrontShape<double> shape(node.own, node.boundary);
      bytes += 8.0 * static_cast<double>(shape.lower_size());
      flops += shape.flops();
    }
    const heatgauge::FactorCost estimate = NestedDissection<double>::cost(grid, reach);
    CHECK(std::abs(estimate.bytes / bytes - 1.0) < 0.1);
    CHECK(std::abs(estimate.flops / flops - 1.0) < 0.1);
  }
}

TEST_CASE("a singular, an indefinite and a non-finite matrix are refused") {
  const Grid grid = make_grid({30, 31}, 3);
  Interrupt interrupt;
  const Rows good = random_conduction(grid, 1, 3.0);
  const auto factor = [&](const Rows& rows, auto scalar) {
    using Scalar = decltype(scalar);
    const Csr<Scalar> matrix = compress<Scalar>(rows);
    const NestedDissection<Scalar> solver(grid, 1, matrix.view(), interrupt);
  };
  CHECK_NOTHROW(factor(good, 0.0));
  Rows laplacian = good;  // constants are in the kernel
  for (std::size_t i = 0; i < laplacian.size(); ++i) laplacian[i][static_cast<Index>(i)] -= 1.0;
  CHECK_THROWS_AS(factor(laplacian, 0.0), NumericalFailure);
  CHECK_THROWS_AS(factor(laplacian, Complex()), NumericalFailure);
  Rows indefinite = good;
  indefinite[100][100] = -1.0;
  CHECK_THROWS_AS(factor(indefinite, 0.0), NumericalFailure);
  CHECK_NOTHROW(factor(indefinite, Complex()));
  Rows empty_row = good;
  for (auto& entry : empty_row[17]) entry.second = 0.0;
  CHECK_THROWS_AS(factor(empty_row, Complex()), NumericalFailure);
  Rows poisoned = good;
  poisoned[3][4] = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(factor(poisoned, 0.0), NumericalFailure);
  poisoned[3][4] = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS(factor(poisoned, Complex()), NumericalFailure);
}

TEST_CASE("couplings beyond the reach or off the axes are refused") {
  const Grid grid = make_grid({8, 9}, 2);
  Interrupt interrupt;
  const Rows rows = random_conduction(grid, 2, 3.0);
  const Csr<double> matrix = compress<double>(rows);
  using Solver = NestedDissection<double>;
  CHECK_NOTHROW(Solver(grid, 2, matrix.view(), interrupt));
  CHECK_THROWS_AS(Solver(grid, 1, matrix.view(), interrupt), std::invalid_argument);
  CHECK_THROWS_AS(Solver(grid, 0, matrix.view(), interrupt), std::invalid_argument);
  CHECK_THROWS_AS(Solver(make_grid({8, 8}, 2), 2, matrix.view(), interrupt), std::invalid_argument);
  for (const Index other : {Index{30 + 10}, Index{30 + 8}, Index{30 + 36}}) {
    Rows hop = rows;
    hop[30][other] += 0.1;
    const Csr<double> hopping = compress<double>(hop);
    CHECK_THROWS_AS(Solver(grid, 3, hopping.view(), interrupt), std::invalid_argument);
  }
}

TEST_CASE("a long factorisation notices the wish to stop within 0.2 s") {
  using Clock = std::chrono::steady_clock;
  const Grid grid = make_grid({32, 32, 32}, 7);
  const Csr<Complex> matrix = compress<Complex>(random_cayley(grid, 1, 0.7));
  const Clock::time_point start = Clock::now();
  // Processor time between two questions: a busy machine would make the clock on the wall unfair.
  std::clock_t last = std::clock();
  std::clock_t longest = 0;
  Interrupt interrupt([&] {
    longest = std::max(longest, std::clock() - last);
    last = std::clock();
    return Clock::now() - start > std::chrono::seconds(2);
  });
  CHECK_THROWS_AS(NestedDissection<Complex>(grid, 1, matrix.view(), interrupt),
                  heatgauge::Interrupted);
#ifdef __SANITIZE_ADDRESS__
  constexpr double slower = 30.0;  // unoptimised and checked, without the SIMD clones
#else
  constexpr double slower = 1.0;
#endif
  CHECK(static_cast<double>(longest) < 0.2 * slower * CLOCKS_PER_SEC);
}

TEST_CASE("threads share a factorisation and get the same bits") {
  const Grid grid = make_grid({60, 50}, 2);
  Interrupt interrupt;
  const Csr<Complex> matrix = compress<Complex>(random_cayley(grid, 1, 0.7));
  const NestedDissection<Complex> solver(grid, 1, matrix.view(), interrupt);
  const NestedDissection<Complex> again(grid, 1, matrix.view(), interrupt);
  const Vector<Complex> b = Vector<Complex>::Random(grid.size());
  const Vector<Complex> expected = solution<Complex>(again, b);
  std::atomic<int> different{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int k = 0; k < 20; ++k) different += solution<Complex>(solver, b) != expected;
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(different == 0);
}
