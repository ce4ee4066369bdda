#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "heatgauge/faces.hpp"
#include "heatgauge/fourier_stage.hpp"

using namespace heatgauge;

namespace {

constexpr double kappa = 0.7, heat_capacity = 1.3, rest = 0.4;

/// A plane with insulated ends along x and a ring along y, or the other way about.
struct Plane {
  Grid grid;
  std::vector<double> capacity;
  FaceField conductance;
  HeatDrive drive;

  explicit Plane(bool turned)
      : grid(turned ? std::vector<Axis>{{40, 0.1, true, 0.0}, {33, 0.2, false, 0.0}}
                    : std::vector<Axis>{{33, 0.2, false, 0.0}, {40, 0.1, true, 0.0}}),
        capacity(static_cast<std::size_t>(grid.size()), heat_capacity),
        drive(grid) {
    for (int a = 0; a < 2; ++a) {
      auto& g = conductance[static_cast<std::size_t>(a)];
      g.assign(static_cast<std::size_t>(faces(grid, a)), kappa / grid.axis(a).spacing);
      for (const int end : {0, 1})
        for_each_side_face(grid, a, end,
                           [&](Index f, Index, Index) { g[static_cast<std::size_t>(f)] = 0.0; });
    }
  }

  /// Half turns of mode `m` in all over axis `a`, per cell.
  double phase(int a, int m) const {
    const Axis& axis = grid.axis(a);
    return (axis.periodic ? 2 : 1) * m * std::numbers::pi / static_cast<double>(axis.points);
  }

  std::vector<double> mode(int mx, int my) const {
    std::vector<double> v(capacity.size());
    const Index n = grid.axis(1).points;
    for (Index i = 0; i < grid.size(); ++i)
      v[static_cast<std::size_t>(i)] = std::cos(phase(0, mx) * (static_cast<double>(i / n) + 0.5)) *
                                       std::cos(phase(1, my) * (static_cast<double>(i % n) + 0.5));
    return v;
  }

  /// κ k̂² of that mode.
  double decay(int mx, int my) const {
    double total = 0.0;
    for (int a = 0; a < 2; ++a)
      total += kappa *
               std::pow(2.0 * std::sin(0.5 * phase(a, a == 0 ? mx : my)) / grid.axis(a).spacing, 2);
    return total;
  }
};

/// Largest errors of T and of dt ∂ₜT, both beside 1, of one stage: C(T − T*) = s(Q − ∇·q(T)), for
/// T* of one mode and a constant, Q of another.
std::array<double, 2> errors(bool turned, bool heated, double step, double dt, int repeat) {
  const Plane plane(turned);
  Interrupt none;
  const MultigridSolver solver(plane.grid, plane.capacity, plane.conductance, step, none);
  const ConductedOutflow outflow(plane.grid, plane.conductance,
                                 {true, true, true, true, true, true});
  const FourierStage stage(outflow, solver, plane.capacity, step, dt);
  const std::vector<double> star = plane.mode(2, 3), source = plane.mode(5, 1);
  std::vector<double> t, rate(star.size()), line;
  MultigridSolver::Work work;
  LinearPredictor predictor;
  for (int k = 0; k < repeat; ++k) {  // later solves begin at what earlier ones found
    t = star;
    for (double& x : t) x += rest;
    REQUIRE(stage.solve(heated ? source.data() : nullptr, plane.drive, 0,
                        {t, rate, line, work, predictor, 1e-14}, none));
  }
  const double fade = plane.decay(2, 3), spread = plane.decay(5, 1);
  const double old = heat_capacity / (heat_capacity + step * fade);
  const double gain = heated ? step / (heat_capacity + step * spread) : 0.0;
  std::array<double, 2> worst{};
  for (std::size_t i = 0; i < t.size(); ++i) {
    const double exact = rest + old * star[i] + gain * source[i];
    const double rates =
        dt / heat_capacity *
        ((heated ? source[i] : 0.0) - fade * old * star[i] - spread * gain * source[i]);
    worst[0] = std::max(worst[0], std::abs(t[i] - exact));
    worst[1] = std::max(worst[1], std::abs(rate[i] - rates));
  }
  return worst;
}

}  // namespace

TEST_CASE("a stage takes two modes of a plane where the implicit equation has them") {
  // Cycles end at a residual of 1e-10 of the change; the rate is dt/s of what T is changed by.
  for (const bool turned : {false, true})
    for (const bool heated : {false, true})
      for (const double step : {0.003, 0.1, 3.0})
        for (const int repeat : {1, 3}) {
          const std::array<double, 2> found = errors(turned, heated, step, 2.0 * step, repeat);
          CHECK(found[0] < 1e-10 * (1.0 + step));
          CHECK(found[1] < 2e-10 * (1.0 + step));
        }
}

TEST_CASE("a midpoint step balances heat to rounding, and its square to the residual") {
  // ½C(T₁² − T₀²) = −dt g (T_left − T_right)² in all, T between at the middle of the step.
  for (const bool turned : {false, true})
    for (const double dt : {0.006, 0.2, 6.0}) {
      Plane plane(turned);
      std::mt19937 random(3);
      std::uniform_real_distribution<double> uniform(0.3, 1.7);
      for (double& c : plane.capacity) c = uniform(random);
      for (auto& field : plane.conductance)
        for (double& g : field) g *= uniform(random);
      std::vector<double> start(plane.capacity.size()), line;
      for (double& t : start) t = uniform(random);
      std::vector<double> t = start, rate(start.size());
      Interrupt none;
      const MultigridSolver solver(plane.grid, plane.capacity, plane.conductance, 0.5 * dt, none);
      const ConductedOutflow outflow(plane.grid, plane.conductance,
                                     {true, true, true, true, true, true});
      MultigridSolver::Work work;
      LinearPredictor predictor;
      REQUIRE(FourierStage(outflow, solver, plane.capacity, 0.5 * dt, dt)
                  .solve(nullptr, plane.drive, 0, {t, rate, line, work, predictor, 1e-14}, none));
      double gained = 0.0, gain = 0.0, content = 0.0, stored = 0.0, loss = 0.0;
      double square = 0.0, change = 0.0;
      for (std::size_t i = 0; i < start.size(); ++i) {
        const double c = plane.capacity[i], end = start[i] + rate[i];
        gained += c * rate[i];
        content += c * start[i];
        gain += c * rate[i] * (0.5 * (start[i] + end));
        stored += 0.5 * c * start[i] * start[i];
        square += t[i] * t[i];
        change += c * rate[i] * c * rate[i];
      }
      for (int a = 0; a < 2; ++a)
        for_each_link(plane.grid, a, [&](Index f, Index i, Index j) {
          const double drop = t[static_cast<std::size_t>(i)] - t[static_cast<std::size_t>(j)];
          loss += dt * plane.conductance[static_cast<std::size_t>(a)][static_cast<std::size_t>(f)] *
                  drop * drop / plane.grid.axis(a).spacing;
        });
      CHECK(loss > 1e-3 * stored);
      CHECK(std::abs(gained) < 1e-13 * content);
      // The squares miss T·r, r the residual of the step: twice that of the stage, which stops at
      // 1e-10 of ‖Cδ‖ (Cauchy and Schwarz); 1e-12 for the rounding of T and of these sums.
      CHECK(std::abs(gain + loss) < 2e-10 * std::sqrt(square * change) + 1e-12 * stored);
    }
}
