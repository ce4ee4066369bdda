#include <doctest/doctest.h>

#include "heatgauge/driven_fields.hpp"
#include "systems.hpp"

using namespace systems;
using heatgauge::DrivenFields;

namespace {

const Grid kGrid({Axis{3, 0.5, true, 0.7}, Axis{4, 0.5, false, 0.0}, Axis{5, 0.5, true, -1.1}});

}  // namespace

TEST_CASE("links are exp(-i phase), the seam's times the twist") {
  const RandomFields random(kGrid, 1);
  const CarrierFields fields = random.carrier(kGrid);
  const double twists[] = {0.7, 0.0, -1.1};
  for (int a = 0; a < 3; ++a) {
    const Axis& axis = kGrid.axis(a);
    const Index stride = kGrid.stride(a);
    for (Index l = 0; l < kGrid.links(a); ++l) {
      const bool seam = axis.periodic && l / stride % axis.links() == axis.points - 1;
      const double phase = random.phases[static_cast<std::size_t>(a)][static_cast<std::size_t>(l)];
      const Complex expected = std::polar(1.0, -phase) * std::polar(1.0, seam ? twists[a] : 0.0);
      CHECK(std::abs(fields.links(a)[l] - expected) <= 8e-16);  // two rounded factors
    }
  }
  CHECK(std::equal(random.potential.begin(), random.potential.end(), fields.potential()));
}

TEST_CASE("without phases the links are one, and setting them again replaces everything") {
  const RandomFields random(kGrid, 2);
  CarrierFields fields(kGrid, random.potential.data(), {nullptr, nullptr, nullptr});
  for (Index l = 0; l < kGrid.links(1); ++l) CHECK(fields.links(1)[l] == Complex(1.0, 0.0));
  const CarrierFields fresh = random.carrier(kGrid);
  for (int round = 0; round < 2; ++round) {  // the twist must not pile up
    for (int a = 0; a < 3; ++a)
      fields.set_links(a, random.phases[static_cast<std::size_t>(a)].data());
  }
  for (int a = 0; a < 3; ++a) {
    CHECK(std::equal(fresh.links(a), fresh.links(a) + kGrid.links(a), fields.links(a)));
  }
  const std::vector<double> other(static_cast<std::size_t>(kGrid.size()), 2.5);
  fields.set_potential(other.data());
  CHECK(std::equal(other.begin(), other.end(), fields.potential()));
}

TEST_CASE("static fields are made of V, U and A, the same bits on any number of threads") {
  const Grid large({Axis{70, 0.5, true, 0.7}, Axis{130, 0.25, false, 0.0}});  // several blocks
  for (const Grid& grid : {kGrid, large}) {
    const RandomFields one(grid, 6), other(grid, 7);
    const double charge = -0.8, charge_over_hbar = -1.6;
    RandomFields whole = one;
    for (std::size_t i = 0; i < whole.potential.size(); ++i) {
      whole.potential[i] = charge * one.potential[i] + other.potential[i];
    }
    for (int a = 0; a < grid.dimensions(); ++a) {
      for (double& x : whole.phases[static_cast<std::size_t>(a)]) {
        x = charge_over_hbar * (x * grid.axis(a).spacing);
      }
    }
    const CarrierFields expected = whole.carrier(grid);
    for (const int threads : {1, 2, 5}) {
      const CarrierFields fields(
          grid,
          {one.potential.data(), other.potential.data(), one.pointers(), charge, charge_over_hbar},
          threads);
      CHECK(fields.is_finite());
      for (Index i = 0; i < grid.size(); ++i) {  // a fused product may round once less
        REQUIRE(std::abs(fields.potential()[i] - expected.potential()[i]) <= 2.3e-16);
      }
      for (int a = 0; a < grid.dimensions(); ++a) {
        CHECK(std::equal(expected.links(a), expected.links(a) + grid.links(a), fields.links(a)));
      }
    }
    const CarrierFields none(grid, heatgauge::StaticFields{}, 2);
    for (Index i = 0; i < grid.size(); ++i) REQUIRE(none.potential()[i] == 0.0);
    RandomFields huge = one;
    huge.potential.back() = 1.5e308;
    CHECK_FALSE(CarrierFields(grid, {huge.potential.data(), nullptr, {}, 2.0, 1.0}, 1).is_finite());
    huge.phases[1].back() = 1.5e308;
    CHECK_FALSE(CarrierFields(grid, {nullptr, nullptr, huge.pointers(), 1.0, 1e9}, 2).is_finite());
  }
}

TEST_CASE("driven fields are the static part plus envelopes times profiles") {
  const RandomFields base(kGrid, 3), first(kGrid, 4), second(kGrid, 5);
  DrivenFields driven(
      kGrid, base.potential.data(), {base.phases[0].data(), nullptr, nullptr},
      {{-1, first.potential}, {2, first.phases[2]}, {-1, second.potential}, {0, second.phases[0]}});
  CHECK(driven.drives() == 4);
  const double rows[][4] = {{0.3, -2.0, 1.5, 0.25}, {0.0, 0.0, 0.0, 0.0}, {-1.0, 4.0, 0.5, 2.0}};
  for (const auto& envelopes : rows) {
    RandomFields sum = base;  // no drive may remember the row before
    sum.phases[1].assign(sum.phases[1].size(), 0.0);
    sum.phases[2].assign(sum.phases[2].size(), 0.0);
    for (std::size_t i = 0; i < sum.potential.size(); ++i) {
      sum.potential[i] += envelopes[0] * first.potential[i] + envelopes[2] * second.potential[i];
    }
    for (std::size_t i = 0; i < sum.phases[2].size(); ++i) {
      sum.phases[2][i] += envelopes[1] * first.phases[2][i];
    }
    for (std::size_t i = 0; i < sum.phases[0].size(); ++i) {
      sum.phases[0][i] += envelopes[3] * second.phases[0][i];
    }
    const CarrierFields expected = sum.carrier(kGrid);
    const CarrierFields& fields = driven.at(envelopes);
    for (Index i = 0; i < kGrid.size(); ++i) {
      CHECK(std::abs(fields.potential()[i] - expected.potential()[i]) <= 1e-15);
    }
    for (int a = 0; a < 3; ++a) {
      for (Index l = 0; l < kGrid.links(a); ++l) {  // phases up to 20, rounded once or twice
        CHECK(std::abs(fields.links(a)[l] - expected.links(a)[l]) <= 1e-14);
      }
    }
  }
}

TEST_CASE("a drive of the wrong size or axis is refused") {
  const RandomFields base(kGrid, 6);
  const auto make = [&](int axis, std::size_t size) {
    return DrivenFields(kGrid, base.potential.data(), {}, {{axis, std::vector<double>(size, 1.0)}});
  };
  CHECK_THROWS_AS(make(-1, 59), std::invalid_argument);
  CHECK_THROWS_AS(make(1, 60), std::invalid_argument);
  CHECK_THROWS_AS(make(3, 60), std::invalid_argument);
}
