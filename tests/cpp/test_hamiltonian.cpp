#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "systems.hpp"

using namespace systems;

namespace {

struct Case {
  std::string name;
  Grid grid;
  int order;
};

std::vector<Case> cases() {
  std::vector<Case> list;
  for (const int order : {2, 4, 6, 8}) {
    const Index n = order + 1;
    const Axis wall{n, 0.3, false, 0.0}, longer{n + 5, 0.7, false, 0.0}, ring{n, 0.4, true, 0.9},
        wide{n + 4, 0.5, true, -0.2};
    const std::string o = " of order " + std::to_string(order);
    list.push_back({"wall" + o, Grid({wall}), order});
    list.push_back({"long wall" + o, Grid({longer}), order});
    list.push_back({"ring" + o, Grid({ring}), order});
    list.push_back({"long ring" + o, Grid({wide}), order});
    list.push_back({"wall x ring" + o, Grid({longer, ring}), order});
    list.push_back({"ring x wall" + o, Grid({wide, wall}), order});
    if (order <= 4) list.push_back({"3D" + o, Grid({ring, wall, wide}), order});
    if (order <= 4) list.push_back({"3D walls" + o, Grid({wall, ring, wall}), order});
  }
  const Axis two{2, 0.6, true, 0.4}, three{3, 0.6, false, 0.0};
  list.push_back({"pair", Grid({two}), 2});
  list.push_back({"pair x pair", Grid({two, two}), 2});
  list.push_back({"pair x wall x pair", Grid({two, three, two}), 2});
  return list;
}

/// Product of link variables from site i over k links (backwards if k < 0) of the line at `start`.
Complex path(const Grid& grid, int a, const RandomFields& fields, Index outer, Index inner, Index i,
             Index k) {
  const Axis& axis = grid.axis(a);
  Complex product(1.0, 0.0);
  for (Index step = 0; step < std::abs(k); ++step) {
    const Index link = (k > 0 ? i + step : i - 1 - step + axis.points) % axis.points;
    const auto at =
        static_cast<std::size_t>((outer * axis.links() + link) * grid.stride(a) + inner);
    double phase = -fields.phases[static_cast<std::size_t>(a)][at];
    if (axis.periodic && link == axis.points - 1) phase += axis.twist;
    product *= std::polar(1.0, k > 0 ? phase : -phase);
  }
  return product;
}

/// H row by row from its definition: neighbours beyond a wall are minus their mirror images.
Dense defined(const Grid& grid, const std::vector<double>& masses, double hbar, int order,
              const RandomFields& fields) {
  const std::vector<double> c = heatgauge::central_coefficients(order);
  Dense h = Dense::Zero(grid.size(), grid.size());
  for (Index site = 0; site < grid.size(); ++site) {
    h(site, site) += fields.potential[static_cast<std::size_t>(site)];
    for (int a = 0; a < grid.dimensions(); ++a) {
      const Axis& axis = grid.axis(a);
      const Index n = axis.points, stride = grid.stride(a);
      const Index i = site / stride % n;
      const double scale =
          hbar * hbar / (2 * masses[static_cast<std::size_t>(a)] * axis.spacing * axis.spacing);
      for (Index k = -order / 2; k <= order / 2; ++k) {
        Index steps = k;
        double weight = scale * c[static_cast<std::size_t>(std::abs(k))];
        if (!axis.periodic && (i + k < 0 || i + k >= n)) {
          steps = (i + k < 0 ? -1 - (i + k) : 2 * n - 1 - (i + k)) - i;
          weight = -weight;
        }
        const Index column = site + ((i + steps + n) % n - i) * stride;
        h(site, column) +=
            weight * path(grid, a, fields, site / stride / n, site % stride, i, steps);
      }
    }
  }
  return h;
}

}  // namespace

TEST_CASE("the matrix is the one that its definition gives") {
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    const RandomFields fields(c.grid, 7);
    const std::vector<double> masses{0.8, 1.7, 2.3};
    const Hamiltonian h(c.grid, masses, 1.3, c.order);
    const Csr csr(h, fields.carrier(c.grid));
    const Dense expected = defined(c.grid, masses, 1.3, c.order, fields);
    const double rounding = 40 * 2.2e-16 * expected.cwiseAbs().maxCoeff();
    CHECK((csr.dense() - expected).cwiseAbs().maxCoeff() <= rounding);
  }
}

TEST_CASE("the matrix is Hermitian to the last bit, its pattern sorted and counted") {
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    const Hamiltonian h(c.grid, {0.8, 1.7, 2.3}, 1.3, c.order);
    const Csr csr(h, RandomFields(c.grid, 8, 1e5).carrier(c.grid));
    CHECK(csr.outer.back() == h.nonzeros());
    for (Index i = 0; i < c.grid.size(); ++i) {
      bool diagonal = false;
      for (Index k = csr.outer[static_cast<std::size_t>(i)] + 1;
           k < csr.outer[static_cast<std::size_t>(i) + 1]; ++k) {
        CHECK(csr.inner[static_cast<std::size_t>(k)] > csr.inner[static_cast<std::size_t>(k) - 1]);
      }
      for (Index k = csr.outer[static_cast<std::size_t>(i)];
           k < csr.outer[static_cast<std::size_t>(i) + 1]; ++k) {
        diagonal = diagonal || csr.inner[static_cast<std::size_t>(k)] == i;
      }
      CHECK(diagonal);
    }
    const Dense m = csr.dense();
    CHECK(m == m.adjoint());
  }
}

TEST_CASE("any number of threads gives the same matrix to the last bit") {
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    const Hamiltonian h(c.grid, std::vector<double>(3, 1.3), 0.8, c.order);
    const CarrierFields fields = RandomFields(c.grid, 11).carrier(c.grid);
    const Csr one(h, fields);
    for (const int threads : {2, 3, 16}) {
      Csr many = one;
      std::fill(many.outer.begin(), many.outer.end(), Index{-1});
      std::fill(many.inner.begin(), many.inner.end(), Index{-1});
      std::fill(many.values.begin(), many.values.end(), Complex(0.0, 0.0));
      h.pattern(many.outer.data(), many.inner.data(), threads);
      h.fill(fields, many.values.data(), threads);
      CHECK(many.outer == one.outer);
      CHECK(many.inner == one.inner);
      CHECK(many.values == one.values);
    }
  }
}

TEST_CASE("apply and fill are the same operator") {
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    const Hamiltonian h(c.grid, {0.8, 1.7, 2.3}, 1.3, c.order);
    const CarrierFields fields = RandomFields(c.grid, 9).carrier(c.grid);
    const Vector psi = random_state(c.grid.size(), 10);
    Vector out(psi.size());
    h.apply(fields, psi.data(), out.data());
    const Dense m = Csr(h, fields).dense();
    CHECK((out - m * psi).norm() <= 30 * 2.2e-16 * m.norm());
  }
}

TEST_CASE("a mass on every site: links take the mean, walls the mass of their site") {
  const Axis wall{4, 0.3, false, 0.0}, ring{5, 0.4, true, 0.9}, two{2, 0.6, true, 0.4};
  for (const Grid& grid :
       {Grid({wall}), Grid({ring}), Grid({two}), Grid({wall, ring}), Grid({ring, wall, two})}) {
    std::mt19937 random(11);
    std::vector<double> masses(static_cast<std::size_t>(grid.size()));
    for (double& m : masses) m = uniform(random, 0.5, 3.0);
    const RandomFields fields(grid, 12);
    const double hbar = 0.9;
    Dense expected = Dense::Zero(grid.size(), grid.size());
    for (Index site = 0; site < grid.size(); ++site) {
      const double own = masses[static_cast<std::size_t>(site)];
      expected(site, site) += fields.potential[static_cast<std::size_t>(site)];
      for (int a = 0; a < grid.dimensions(); ++a) {
        const Axis& axis = grid.axis(a);
        const Index n = axis.points, stride = grid.stride(a), i = site / stride % n;
        const double scale = hbar * hbar / (2 * axis.spacing * axis.spacing);
        for (const Index k : {-1, 1}) {
          if (!axis.periodic && (i + k < 0 || i + k >= n)) {
            expected(site, site) += 2 * scale / own;  // (ψ - (-ψ))/m across the wall
            continue;
          }
          const Index column = site + ((i + k + n) % n - i) * stride;
          const double mean = 0.5 * (own + masses[static_cast<std::size_t>(column)]);
          expected(site, site) += scale / mean;
          expected(site, column) -=
              scale / mean * path(grid, a, fields, site / stride / n, site % stride, i, k);
        }
      }
    }
    const Hamiltonian h(grid, masses.data(), hbar);
    const Csr csr(h, fields.carrier(grid));
    const Dense m = csr.dense();
    CHECK((m - expected).cwiseAbs().maxCoeff() <= 40 * 2.2e-16 * expected.cwiseAbs().maxCoeff());
    CHECK(m == m.adjoint());
    const Vector psi = random_state(grid.size(), 13);
    Vector out(psi.size());
    h.apply(fields.carrier(grid), psi.data(), out.data());
    CHECK((out - m * psi).norm() <= 30 * 2.2e-16 * m.norm());
  }
}

TEST_CASE("the current through the links balances the change of density") {
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    const double hbar = 1.3;
    const Hamiltonian h(c.grid, {0.8, 1.7, 2.3}, hbar, c.order);
    const CarrierFields fields = RandomFields(c.grid, 14).carrier(c.grid);
    const Vector psi = random_state(c.grid.size(), 15);
    const Dense m = Csr(h, fields).dense();
    // ∂ₜ|ψ|² = (2/ħ) Im ψ* Hψ
    Eigen::VectorXd rate = 2.0 / hbar * psi.conjugate().cwiseProduct(m * psi).imag();
    for (int a = 0; a < c.grid.dimensions(); ++a) {
      const Axis& axis = c.grid.axis(a);
      const Index n = axis.points, stride = c.grid.stride(a);
      std::vector<double> flux(static_cast<std::size_t>(c.grid.links(a)));
      h.current(fields, psi.data(), a, flux.data());
      for (Index l = 0; l < c.grid.links(a); ++l) {
        const Index link = l / stride % axis.links();
        const Index line = l / stride / axis.links() * n;
        const double change = flux[static_cast<std::size_t>(l)] / axis.spacing;
        rate((line + link) * stride + l % stride) += change;
        rate((line + (link + 1) % n) * stride + l % stride) -= change;
      }
    }
    CHECK(rate.cwiseAbs().maxCoeff() <= 100 * 2.2e-16 * m.cwiseAbs().maxCoeff());
  }
}
