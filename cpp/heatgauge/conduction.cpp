#include "heatgauge/conduction.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "heatgauge/conduction_workspace.hpp"
#include "heatgauge/faces.hpp"
#include "heatgauge/flush_denormals.hpp"
#include "heatgauge/fourier_stage.hpp"

namespace heatgauge {

namespace {

std::size_t slot(int i) { return static_cast<std::size_t>(i); }

/// 1/(L/(γ dt) + r) of every face; 0 on a prescribed side, where T does not drive the flux.
FaceField conductances(const Grid& grid, const FaceCircuit& circuit,
                       const std::array<bool, 6>& prescribed, double gamma_dt) {
  if (!(gamma_dt > 0.0) || !std::isfinite(gamma_dt))
    throw std::invalid_argument("a time step is positive and finite");
  FaceField g;
  for (int a = 0; a < grid.dimensions(); ++a) {
    const std::vector<double>&r = circuit.resistance(a), &l = circuit.inductance(a);
    if (static_cast<Index>(r.size()) != faces(grid, a))
      throw std::invalid_argument("the circuit belongs to another grid");
    g[slot(a)].resize(r.size());
    for (std::size_t f = 0; f < r.size(); ++f) g[slot(a)][f] = 1.0 / (l[f] / gamma_dt + r[f]);
    for (const int end : {0, 1})
      if (prescribed[slot(2 * a + end)])
        for_each_side_face(grid, a, end,
                           [x = g[slot(a)].data()](Index f, Index, Index) { x[f] = 0.0; });
  }
  return g;
}

}  // namespace

Conduction::Conduction(const Grid& grid, std::vector<double> capacity, const FaceCircuit& circuit,
                       const std::array<bool, 6>& prescribed, const TimeScheme& scheme, double dt,
                       Interrupt& interrupt, const Nonlocality& nonlocality, bool directional)
    : grid_(grid),
      capacity_(std::move(capacity)),
      prescribed_(prescribed),
      scheme_(scheme),
      dt_(dt),
      branch_(conductances(grid, circuit, prescribed, scheme.diagonal * dt)),
      conductance_(branch_),
      memory_(allocate(grid)),
      fourier_(allocate(grid)),
      shunt_(allocate(grid)),
      shunts_(circuit.has_shunt()) {
  for (int a = 0; a < grid.dimensions(); ++a) {
    const std::vector<double>&r = circuit.resistance(a), &l = circuit.inductance(a);
    std::vector<double> given(r.size(), 0.0);
    for (const int end : {0, 1})
      if (prescribed[slot(2 * a + end)])
        for_each_side_face(
            grid, a, end, [&](Index f, Index, Index) { given[static_cast<std::size_t>(f)] = 1.0; });
    for (std::size_t f = 0; f < r.size(); ++f) {
      const double g = branch_[slot(a)][f], shunt = given[f] != 0.0 ? 0.0 : circuit.shunt(a)[f];
      if (l[f] > 0.0) memory_[slot(a)][f] = g * (l[f] / (scheme.diagonal * dt));
      conductance_[slot(a)][f] += shunt;
      if (l[f] == 0.0 && given[f] == 0.0) fourier_[slot(a)][f] = 1.0 / r[f] + shunt;
      if (l[f] > 0.0) shunt_[slot(a)][f] = shunt;
      inertia_ = inertia_ || memory_[slot(a)][f] != 0.0;
    }
  }
  if (directional)
    directional_ = split(nonlocality, interrupt);
  else if (nonlocality.mu.empty())
    solver_.emplace(grid, capacity_, conductance_, scheme.diagonal * dt, interrupt);
  else
    build_nonlocal(circuit, nonlocality, interrupt);
}

void Conduction::build_nonlocal(const FaceCircuit& circuit, const Nonlocality& nonlocality,
                                Interrupt& interrupt) {
  std::array<std::vector<char>, 3> given, known;
  bool rest = false;
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const std::vector<double>& l = circuit.inductance(a);
    given[slot(a)].assign(l.size(), 0);
    for (const int end : {0, 1})
      if (prescribed_[slot(2 * a + end)])
        for_each_side_face(grid_, a, end, [&](Index f, Index, Index) {
          given[slot(a)][static_cast<std::size_t>(f)] = 1;
        });
    known[slot(a)] = given[slot(a)];
    for (std::size_t f = 0; f < l.size(); ++f)
      if (l[f] > 0.0) known[slot(a)][f] = 1;
    rest = rest || std::count(known[slot(a)].begin(), known[slot(a)].end(), 0) > 0;
  }
  nonlocal_.emplace(grid_, capacity_, nonlocality.mu, circuit, std::move(given),
                    nonlocality.no_slip, scheme_.diagonal * dt_, interrupt);
  if (rest)
    nonlocal_rest_.emplace(grid_, capacity_, nonlocality.mu, circuit, std::move(known),
                           nonlocality.no_slip, 0.0, interrupt);
}

/// (C + s Lx) C⁻¹ (C + s Ly), whose stability is proven for two directions.
std::vector<LineSystems> Conduction::split(const Nonlocality& nonlocality,
                                           Interrupt& interrupt) const {
  if (grid_.dimensions() != 2 || !nonlocality.mu.empty() || scheme_.stages != 1)
    throw std::invalid_argument("directions are split on two axes, for local laws, in one stage");
  std::vector<LineSystems> lines;
  for (int a = 0; a < 2; ++a)
    lines.emplace_back(grid_, a, capacity_, conductance_, scheme_.diagonal * dt_, interrupt);
  return lines;
}

const char* Conduction::solver() const {
  if (!directional_.empty()) return "directional";
  return solver_ ? solver_->name() : nonlocal_->name();
}

/// Sets T* of a stage.
void Conduction::begin(std::size_t s, const double* temperature, Workspace& work) const {
  std::copy(temperature, temperature + work.trial.size(), work.trial.begin());
  for (std::size_t j = 0; j < s; ++j)
    for (std::size_t i = 0; i < work.trial.size(); ++i)
      work.trial[i] += scheme_.a[s][j] * work.temperature_rate[j][i];
}

void Conduction::stage(std::size_t s, Index row, const double* temperature,
                       const std::array<double*, 3>& flux, const HeatDrive& drive, Workspace& work,
                       Interrupt& interrupt) const {
  const std::size_t n = work.trial.size();
  const double gamma = scheme_.diagonal;
  begin(s, temperature, work);
  for (int a = 0; a < grid_.dimensions() && inertia_; ++a) {
    std::vector<double>& star = work.star[slot(a)];
    std::copy(flux[slot(a)], flux[slot(a)] + star.size(), star.begin());
    for (std::size_t j = 0; j < s; ++j)
      for (std::size_t f = 0; f < star.size(); ++f)
        star[f] += scheme_.a[s][j] * work.flux_rate[j][slot(a)][f];
  }
  if (drive.has_sources() && !(drive.static_sources() && row > 0)) drive.source(row, work.q);
  work.last = conducts() ? 0 : s;
  if (conducts()) {
    conduct_stage(s, temperature, drive, row, work, interrupt);
    return;
  }
  FaceField& q = work.flux[s];
  if (nonlocal_) {
    for (std::size_t i = 0; i < n; ++i)
      work.delta[i] = work.trial[i] + gamma * dt_ / capacity_[i] * work.q[i];
    q = work.star;
    set_given(drive, row, q);
    nonlocal_->solve(work.delta, work.star, drive, row, q, &work.predictor[s], work.nonlocal,
                     interrupt);
  } else {
    local_flux(s, work, drive, row, q, interrupt);
  }
  const FaceField& branch = shunts_ ? work.branch : q;
  for (int a = 0; a < grid_.dimensions() && inertia_; ++a)
    for (std::size_t f = 0; f < q[slot(a)].size(); ++f)
      work.flux_rate[s][slot(a)][f] = (branch[slot(a)][f] - work.star[slot(a)][f]) / gamma;
  divergence(q, work.flow);
  for (std::size_t i = 0; i < n; ++i)
    work.temperature_rate[s][i] = dt_ * (work.q[i] - work.flow[i]) / capacity_[i];
}

/// A stage of Fourier's law: as any other, with the fluxes on the outer faces only.
void Conduction::conduct_stage(std::size_t s, const double* temperature, const HeatDrive& drive,
                               Index row, Workspace& work, Interrupt& interrupt) const {
  const ConductedOutflow outflow(grid_, conductance_, prescribed_);
  const std::size_t n = work.trial.size();
  const double step = scheme_.diagonal * dt_;
  std::vector<double>& rate = work.temperature_rate[s];
  bool solved = false;
  if (const MultigridSolver* const solver = solver_ ? solver_->multigrid() : nullptr) {
    const double* const source = drive.has_sources() ? work.q.data() : nullptr;
    solved = FourierStage(outflow, *solver, capacity_, step, dt_)
                 .solve(source, drive, row,
                        {work.trial, rate, work.line, work.solver.iterative, work.predictor[s],
                         work.tolerance},
                        interrupt);
    if (!solved) begin(s, temperature, work);
  }
  SiteFields at{work.trial.data(), work.trial.data(), work.trial.data()};
  if (!solved) {
    outflow(at, drive, row, work.delta.data(), work.line);
    for (std::size_t i = 0; i < n; ++i) work.delta[i] = step * (work.q[i] - work.delta[i]);
    at[0] = solve(s, nullptr, work, interrupt);
    for (std::size_t i = 0; i < n && !directional_.empty(); ++i) work.first[i] += work.trial[i];
    for (std::size_t i = 0; i < n; ++i) work.trial[i] += work.delta[i];
    if (directional_.empty()) at[0] = work.trial.data();
    outflow(at, drive, row, rate.data(), work.line);
    for (std::size_t i = 0; i < n; ++i) rate[i] = dt_ * (work.q[i] - rate[i]) / capacity_[i];
  }
  for (int a = 0; a < grid_.dimensions(); ++a)
    for (const int end : {0, 1}) {
      const double inward = end == 0 ? 1.0 : -1.0;
      for_each_side_face(grid_, a, end, [&](Index f, Index i, Index j) {
        const double value = drive.side(a, end, row, j);
        const auto face = static_cast<std::size_t>(f);
        work.flux[0][slot(a)][face] =
            inward * (prescribed_[slot(2 * a + end)]
                          ? value
                          : conductance_[slot(a)][face] * (value - at[slot(a)][i]));
      });
    }
}

/// Solves for T − T*, from the prediction of the steps before. Returns what it is for the first
/// direction: where directions are split that is the solution of the first, to which `late` (a
/// right-hand side, or nullptr) is added for the second.
const double* Conduction::solve(std::size_t s, const double* late, Workspace& work,
                                Interrupt& interrupt) const {
  if (!directional_.empty()) {
    const std::size_t n = work.delta.size();
    work.first.resize(n);
    directional_[0].solve(work.delta.data(), work.first.data(), work.line);
    for (std::size_t i = 0; i < n; ++i)
      work.delta[i] = capacity_[i] * work.first[i] + (late == nullptr ? 0.0 : late[i]);
    directional_[1].solve(work.delta.data(), work.delta.data(), work.line);
    return work.first.data();
  }
  if (!solver_->iterates()) {
    solver_->solve(work.delta, work.solver, interrupt);
    return work.delta.data();
  }
  LinearPredictor& predictor = work.predictor[s];
  solver_->solve(work.delta, work.solver, interrupt, predictor.predict(), 1e-10, work.tolerance);
  predictor.learn(work.delta);
  return work.delta.data();
}

void Conduction::local_flux(std::size_t s, Workspace& work, const HeatDrive& drive, Index row,
                            FaceField& q, Interrupt& interrupt) const {
  predict(conductance_, work, drive, row, q);
  if (shunts_ || !directional_.empty()) predict(branch_, work, drive, row, work.branch);
  divergence(q, work.flow);
  const double step = scheme_.diagonal * dt_;
  std::vector<double> late;
  if (!directional_.empty()) {
    // The first direction meets the flux that the second has had up to now.
    late = turn_of_second(work);
    for (std::size_t i = 0; i < late.size(); ++i) work.flow[i] -= late[i];
    for (double& v : late) v *= -step;
  }
  for (std::size_t i = 0; i < work.delta.size(); ++i)
    work.delta[i] = step * (work.q[i] - work.flow[i]);
  const double* const first = solve(s, late.empty() ? nullptr : late.data(), work, interrupt);
  const SiteFields change{first, work.delta.data(), work.delta.data()};
  respond(conductance_, change, q);
  if (shunts_) respond(branch_, change, work.branch);
}

/// ∇·(q_M − q*) of the second direction, where q_M = w q* + g ΔT* is the flux with inertia.
std::vector<double> Conduction::turn_of_second(Workspace& work) const {
  if (work.jump[1].empty()) work.jump = allocate(grid_);
  for (std::size_t f = 0; f < work.jump[1].size(); ++f)
    work.jump[1][f] = memory_[1][f] != 0.0 ? work.branch[1][f] - work.star[1][f] : 0.0;
  std::vector<double> result(work.flow.size());
  divergence(work.jump, result);
  return result;
}

/// Adds what entered during `weight` (a time) of the stage computed last.
void Conduction::book(const Workspace& work, double weight, bool sources,
                      EnergyInput& energy) const {
  const double volume = grid_.cell_volume();
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const double* const q = work.flux[work.last][slot(a)].data();
    for (const int end : {0, 1}) {
      double sum = 0.0;
      for_each_side_face(grid_, a, end, [&](Index f, Index, Index) { sum += q[f]; });
      const double in = (end == 0 ? 1.0 : -1.0) * weight * sum * volume / grid_.axis(a).spacing;
      energy.boundary += in;
      energy.throughput += std::abs(in);
    }
  }
  if (!sources) return;
  double sum = 0.0;
  for (const double q : work.q) sum += q;
  energy.source += weight * sum * volume;
  energy.throughput += std::abs(weight * sum * volume);
}

EnergyInput Conduction::advance(double* temperature, const std::array<double*, 3>& flux,
                                Index steps, const HeatDrive& drive, Interrupt& interrupt) const {
  const FlushDenormals guard;  // the foot of a diffusing pulse
  const auto stages = static_cast<Index>(scheme_.stages);
  drive.require_rows(steps * stages);
  Workspace work(grid_, scheme_.stages, !conducts());
  // T is known to rounding; a residual a few times as large is no error that could be seen.
  double norm2 = 0.0;
  for (std::size_t i = 0; i < capacity_.size(); ++i)
    norm2 += capacity_[i] * temperature[i] * (capacity_[i] * temperature[i]);
  work.tolerance = 1e-15 * std::sqrt(norm2);
  EnergyInput energy;
  for (Index step = 0; step < steps; ++step) {
    interrupt.check();
    for (std::size_t s = 0; s < scheme_.stages; ++s) {
      const Index row = step * stages + static_cast<Index>(s);
      stage(s, row, temperature, flux, drive, work, interrupt);
      book(work, scheme_.b[s] * dt_, drive.has_sources(), energy);
    }
    double sum = 0.0;
    for (std::size_t i = 0; i < work.trial.size(); ++i) {
      double change = 0.0;
      for (std::size_t s = 0; s < scheme_.stages; ++s)
        change += scheme_.b[s] * work.temperature_rate[s][i];
      sum += temperature[i] += change;
    }
    if (!std::isfinite(sum))
      throw NumericalFailure("the temperature is no longer finite", step,
                             std::numeric_limits<double>::quiet_NaN());
    if (!conducts())
      for (int a = 0; a < grid_.dimensions(); ++a) update_flux(a, work, flux[slot(a)]);
  }
  return energy;
}

}  // namespace heatgauge
