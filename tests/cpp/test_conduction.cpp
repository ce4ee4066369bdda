#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "heatgauge/conduction.hpp"
#include "heatgauge/faces.hpp"

using namespace heatgauge;

namespace {

struct Body {
  Grid grid;
  FaceCircuit circuit;
  std::vector<double> temperature;
  std::array<std::vector<double>, 3> q;

  Body(Grid where, double conductivity, double relaxation)
      : grid(std::move(where)),
        circuit(
            grid, std::vector<double>(static_cast<std::size_t>(grid.size()), conductivity),
            std::vector<double>(static_cast<std::size_t>(grid.size()), relaxation / conductivity)),
        temperature(static_cast<std::size_t>(grid.size())) {
    for (int a = 0; a < grid.dimensions(); ++a)
      q[static_cast<std::size_t>(a)].resize(static_cast<std::size_t>(faces(grid, a)));
  }

  EnergyInput run(const TimeScheme& scheme, double dt, Index steps, const HeatDrive& drive,
                  const std::array<bool, 6>& prescribed) {
    Interrupt none;
    const Conduction step(grid, std::vector<double>(temperature.size(), 1.0), circuit, prescribed,
                          scheme, dt, none);
    return step.advance(temperature.data(), {q[0].data(), q[1].data(), q[2].data()}, steps, drive,
                        none);
  }
};

constexpr std::array<bool, 6> insulated{true, true, true, true, true, true};

/// Error of one mode of a ring against T̈ τ + Ṫ + D k̂² T = 0 at rest at t = 0.
double mode_error(const TimeScheme& scheme, Index steps) {
  const double pi = std::numbers::pi, relaxation = 0.5, end = 1.0;
  Body body(Grid({Axis{16, 1.0 / 16, true, 0.0}}), 0.1, relaxation);
  for (std::size_t i = 0; i < 16; ++i)
    body.temperature[i] = std::cos(2 * pi * (static_cast<double>(i) + 0.5) / 16);
  const double first = body.temperature[0];
  const HeatDrive nothing(body.grid);
  body.run(scheme, end / static_cast<double>(steps), steps, nothing, insulated);
  const double k = 32.0 * std::sin(pi / 16), gamma = 0.5 / relaxation;
  const double omega = std::sqrt(0.1 * k * k / relaxation - gamma * gamma);
  const double exact =
      std::exp(-gamma * end) * (std::cos(omega * end) + gamma * std::sin(omega * end) / omega);
  return std::abs(body.temperature[0] / first - exact);
}

}  // namespace

TEST_CASE("each rule has its order on a damped wave") {
  const auto order = [](const TimeScheme& scheme, Index steps) {
    return std::log2(mode_error(scheme, steps) / mode_error(scheme, 2 * steps));
  };
  CHECK(order(TimeScheme::midpoint(), 200) == doctest::Approx(2.0).epsilon(0.02));
  CHECK(order(TimeScheme::l_stable(), 1600) == doctest::Approx(2.0).epsilon(0.03));
  CHECK(order(TimeScheme::l_stable_fronts(), 1600) == doctest::Approx(2.0).epsilon(0.03));
  CHECK(order(TimeScheme::backward_euler(), 3200) == doctest::Approx(1.0).epsilon(0.02));
}

TEST_CASE("rules are consistent: abscissae are row sums, weights add to one") {
  for (const TimeScheme& s : {TimeScheme::midpoint(), TimeScheme::l_stable(),
                              TimeScheme::l_stable_fronts(), TimeScheme::backward_euler()}) {
    double weights = 0.0, moment = 0.0;
    for (std::size_t i = 0; i < s.stages; ++i) {
      weights += s.b[i];
      moment += s.b[i] * s.c[i];
      CHECK(s.a[i][0] + s.a[i][1] + s.a[i][2] == doctest::Approx(s.c[i]));
      CHECK(s.a[i][i] == s.diagonal);
    }
    CHECK(weights == doctest::Approx(1.0));
    if (s.diagonal != 1.0) CHECK(moment == doctest::Approx(0.5));
  }
}

TEST_CASE("A-stability, and positivity of the diffusive rule on the negative axis") {
  for (const TimeScheme& s : {TimeScheme::l_stable(), TimeScheme::l_stable_fronts()}) {
    const double g = s.diagonal;
    const auto factor = [g](Complex z) {
      return (1.0 + (1 - 3 * g) * z + (0.5 - 3 * g + 3 * g * g) * z * z) / std::pow(1.0 - g * z, 3);
    };
    for (double y = 1e-3; y < 1e6; y *= 1.1) CHECK(std::abs(factor({0.0, y})) < 1.0 + 1e-14);
    CHECK(std::abs(factor({-1e9, 0.0})) < 1e-8);
    if (g < 0.3)
      for (double x = 1e-3; x < 1e6; x *= 1.1) CHECK(factor({-x, 0.0}).real() > 0.0);
  }
}

TEST_CASE("boundary and source energy are booked to the last digit") {
  Body body(Grid({Axis{5, 0.2, false, 0.0}, Axis{4, 0.5, true, 0.0}}), 2.0, 0.3);
  HeatDrive drive(body.grid);
  drive.set_side(0, 0, {1.0, 2.0, 3.0, 4.0}, 1);
  drive.set_side(0, 1, {0.5}, 1);
  drive.add_source(std::vector<double>(20, 1.5), 1, {});
  std::array<bool, 6> sides = insulated;
  sides[1] = false;  // x+ is held at 0.5, x− takes a given flux
  const EnergyInput in = body.run(TimeScheme::l_stable(), 0.05, 7, drive, sides);
  double content = 0.0;
  for (const double t : body.temperature) content += t * body.grid.cell_volume();
  CHECK(in.source == doctest::Approx(0.35 * 1.5 * 2.0).epsilon(1e-14));
  CHECK(content == doctest::Approx(in.boundary + in.source).epsilon(1e-14));
  CHECK(in.throughput >= std::abs(in.boundary) + in.source);
}

TEST_CASE("tables that are too short and states that overflow are refused") {
  Body body(Grid({Axis{4, 1.0, false, 0.0}}), 1.0, 0.0);
  HeatDrive drive(body.grid);
  drive.set_side(0, 0, {1.0, 2.0}, 2);
  CHECK_THROWS_AS(body.run(TimeScheme::midpoint(), 0.1, 3, drive, insulated),
                  std::invalid_argument);
  CHECK_THROWS_AS(drive.set_side(1, 0, {1.0}, 1), std::invalid_argument);
  CHECK_THROWS_AS(drive.add_source({1.0}, 1, {}), std::invalid_argument);
  HeatDrive huge(body.grid);
  huge.set_side(0, 0, {1e308}, 1);
  CHECK_THROWS_AS(body.run(TimeScheme::midpoint(), 1e3, 3, huge, insulated), NumericalFailure);
  CHECK_THROWS_AS(body.run(TimeScheme::midpoint(), 0.0, 1, huge, insulated), std::invalid_argument);
}
