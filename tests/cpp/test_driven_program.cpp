#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "heatgauge/sweep_program.hpp"
#include "systems.hpp"

using heatgauge::Grid;
using heatgauge::Index;
using heatgauge::Interrupt;
using heatgauge::LinkKind;
using heatgauge::StepPart;
using heatgauge::SweepProgram;
using systems::random_state;
using systems::RandomFields;
using systems::Vector;

namespace {

constexpr Index kSteps = 4;
constexpr int kProfiles = 2;

/// phase · X · phase · … · phase · X with transforms on even axes, if at all, and sweeps on the
/// others; the last phase of a step and the first of the next are joined.
struct Program {
  SweepProgram steps;
  int first, middle, joint, last;
  std::vector<int> links;

  Program(const Grid& grid, LinkKind kind, Index members = 1, int threads = 1, bool refine = false,
          bool transforms = true)
      : steps(grid, members, threads, refine),
        first(steps.add_site_slot(false)),
        middle(steps.add_site_slot(false)),
        joint(steps.add_site_slot(false)),
        last(steps.add_site_slot(false)) {
    steps.add_phase(StepPart::prologue, first);
    for (int a = 0; a < grid.dimensions(); ++a) {
      links.push_back(steps.add_link_slot(a, kind));
      if (transforms && a % 2 == 0) {
        steps.add_transform(StepPart::body, a, 0.3, links.back());
      } else {
        steps.add_sweep(StepPart::body, a, heatgauge::cayley_factors(0.3, 2), links.back());
      }
      if (a == 0) steps.add_phase(StepPart::body, middle);
    }
    if (transforms) steps.add_transform(StepPart::body, 0, 0.2, links[0]);
    steps.add_phase(StepPart::joint, joint);
    steps.add_phase(StepPart::epilogue, last);
  }
};

struct Drive {
  std::vector<std::vector<double>> site, rows;         // rows: step → coefficients of all slots
  std::vector<std::vector<std::vector<double>>> link;  // of each axis
  std::vector<std::vector<double>> link_rows;

  Drive(const Grid& grid, bool uniform) {
    std::mt19937 random(11);
    link.resize(static_cast<std::size_t>(grid.dimensions()));
    for (unsigned k = 0; k < kProfiles; ++k) {
      const RandomFields fields(grid, 20 + k, 1.0);
      site.push_back(fields.potential);
      for (std::size_t a = 0; a < link.size(); ++a) {
        link[a].push_back(fields.phases[a]);
        if (uniform) std::fill(link[a].back().begin(), link[a].back().end(), 0.3 * (k + 1.0));
      }
    }
    for (Index n = 0; n < kSteps; ++n) {
      rows.emplace_back();
      link_rows.emplace_back();
      for (int i = 0; i < 4 * kProfiles; ++i)
        rows.back().push_back(systems::uniform(random, -1, 1));
      for (std::size_t i = 0; i < link.size() * kProfiles; ++i) {
        link_rows.back().push_back(n == 2 ? link_rows[1][i] : systems::uniform(random, -1, 1));
      }
    }
  }
  static std::vector<double> flat(const std::vector<std::vector<double>>& parts) {
    std::vector<double> all;
    for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
  }
  static std::vector<double> sum(const std::vector<std::vector<double>>& profiles,
                                 const double* coefficients) {
    std::vector<double> total(profiles[0].size(), 0.0);
    for (std::size_t k = 0; k < profiles.size(); ++k) {
      for (std::size_t i = 0; i < total.size(); ++i) total[i] += coefficients[k] * profiles[k][i];
    }
    return total;
  }
  std::vector<double> site_phase(Index step, int slot) const {
    return sum(site, rows[static_cast<std::size_t>(step)].data() + slot * kProfiles);
  }
  void give_profiles(SweepProgram& program) const {
    std::vector<const double*> on_sites;
    std::array<std::vector<const double*>, 3> on_links;
    for (const auto& profile : site) on_sites.push_back(profile.data());
    for (std::size_t a = 0; a < link.size(); ++a) {
      for (const auto& profile : link[a]) on_links[a].push_back(profile.data());
    }
    program.set_profiles(on_sites, on_links);
  }
  Vector advanced(Program& program, Vector psi, Index steps = kSteps) const {
    give_profiles(program.steps);
    return advanced_again(program, psi, steps);
  }
  /// With the profiles that the program has.
  Vector advanced_again(Program& program, Vector psi, Index steps = kSteps) const {
    Interrupt interrupt;
    program.steps.advance_driven(psi.data(), steps, flat(rows).data(), flat(link_rows).data(),
                                 interrupt);
    return psi;
  }
};

/// One step at a time with slots set by hand: a joint is then an epilogue.
Vector by_hand(const Grid& grid, LinkKind kind, const Drive& drive, Vector psi, bool refine = false,
               bool transforms = true) {
  Program program(grid, kind, 1, 1, refine, transforms);
  Interrupt interrupt;
  const std::vector<double> nothing(static_cast<std::size_t>(grid.size()), 0.0);
  for (Index n = 0; n < kSteps; ++n) {
    const int before = n == 0 ? program.first : program.joint;
    program.steps.set_site(program.first, drive.site_phase(n, before).data(), nullptr);
    program.steps.set_site(program.middle, drive.site_phase(n, program.middle).data(), nullptr);
    const bool end = n == kSteps - 1;
    program.steps.set_site(
        program.last, end ? drive.site_phase(n, program.last).data() : nothing.data(), nullptr);
    for (std::size_t a = 0; a < program.links.size(); ++a) {
      const std::vector<double> phases =
          Drive::sum(drive.link[a], drive.link_rows[static_cast<std::size_t>(n)].data() +
                                        a * static_cast<std::size_t>(kProfiles));
      if (kind == LinkKind::uniform) program.steps.set_uniform_link(program.links[a], phases[0]);
      if (kind == LinkKind::array) program.steps.set_links(program.links[a], phases.data());
    }
    program.steps.advance(psi.data(), 1, interrupt);
  }
  return psi;
}

std::vector<Grid> grids() {
  return {Grid({{30, 0.3, true, 0.4}}), Grid({{12, 0.3, true, 0.4}, {20, 0.2, false, 0.0}}),
          Grid({{10, 0.3, false, 0.0}, {18, 0.2, true, -1.0}, {9, 0.2, true, 0.0}})};
}

}  // namespace

TEST_CASE("driven steps are those with every slot set by hand") {
  for (const Grid& grid : grids()) {
    for (const LinkKind kind : {LinkKind::none, LinkKind::uniform, LinkKind::array}) {
      const Drive drive(grid, kind == LinkKind::uniform);
      const Vector psi = random_state(grid.size(), 6);
      Program program(grid, kind);
      const Vector result = drive.advanced(program, psi);
      // Sums of two products round differently where they are fused: 1e-16 per phase.
      CHECK((result - by_hand(grid, kind, drive, psi)).norm() <= 3e-14);
      // Twice the same: nothing is left over from the run before.
      CHECK(drive.advanced(program, psi) == result);
    }
  }
}

TEST_CASE("site factors whose coefficients stay the same are formed once, and anew for others") {
  for (const Grid& grid : grids()) {
    for (const bool transforms : {true, false}) {
      Drive drive(grid, false);
      const auto hold = [&](int slot, double first) {  // the same in all steps
        for (auto& row : drive.rows) {
          for (int k = 0; k < kProfiles; ++k) {
            row[static_cast<std::size_t>(slot * kProfiles + k)] = first - 0.3 * k;
          }
        }
      };
      const auto by_slots = [&](const Vector& psi) {
        return by_hand(grid, LinkKind::array, drive, psi, false, transforms);
      };
      const Vector psi = random_state(grid.size(), 6);
      Program program(grid, LinkKind::array, 1, 2, false, transforms);
      hold(program.joint, 0.7);
      hold(program.middle, -0.4);
      const Vector result = drive.advanced(program, psi);
      CHECK((result - by_slots(psi)).norm() <= 3e-14);  // as above
      hold(program.joint, 0.2);                         // others, without new profiles
      CHECK((drive.advanced_again(program, psi) - by_slots(psi)).norm() <= 3e-14);
      drive.rows[1][static_cast<std::size_t>(program.middle * kProfiles)] = 0.1;  // not held
      CHECK((drive.advanced_again(program, psi) - by_slots(psi)).norm() <= 3e-14);
      hold(program.joint, 0.7);
      hold(program.middle, -0.4);
      CHECK(drive.advanced_again(program, psi) == result);
    }
  }
}

TEST_CASE("profiles of one coordinate alone") {
  const Grid grid({{20, 0.3, true, 0.4}, {18, 0.2, false, 0.0}, {9, 0.2, true, 0.0}});
  const Vector psi = random_state(grid.size(), 6);
  for (const int axis : {0, 1, 2}) {
    Drive drive(grid, false);
    for (auto& profile : drive.site) {
      for (Index site = 0; site < grid.size(); ++site) {
        const Index at = site / grid.stride(axis) % grid.axis(axis).points;
        profile[static_cast<std::size_t>(site)] = std::sin(1.0 + static_cast<double>(at * at));
      }
    }
    Program program(grid, LinkKind::array);
    const Vector result = drive.advanced(program, psi);
    CHECK((result - by_hand(grid, LinkKind::array, drive, psi)).norm() <= 3e-14);
  }
}

TEST_CASE("driven steps give the same bits for any number of threads and members") {
  for (const Grid& grid : grids()) {
    const Drive drive(grid, false);
    const Index members = 18;
    const Vector all = random_state(members * grid.size(), 6);
    Program together(grid, LinkKind::array, members), threaded(grid, LinkKind::array, members, 3);
    const Vector expected = drive.advanced(together, all);
    CHECK(drive.advanced(threaded, all) == expected);
    Program alone(grid, LinkKind::array);
    for (Index m = 0; m < members; m += 17) {
      CHECK(drive.advanced(alone, all.segment(m * grid.size(), grid.size())) ==
            expected.segment(m * grid.size(), grid.size()));
    }
  }
}

TEST_CASE("driven sweeps along segments of one line, and of planes of three axes") {
  const Grid grids[] = {Grid({{100, 0.3, true, 0.4}}), Grid({{101, 0.3, false, 0.0}}),
                        Grid({{5, 0.3, true, 0.4}, {18, 0.2, false, 0.0}, {33, 0.2, true, 0.7}})};
  for (const Grid& grid : grids) {
    for (const bool refine : {false, true}) {
      const Drive drive(grid, false);
      const Vector psi = random_state(grid.size(), 6);
      Program program(grid, LinkKind::array, 1, 1, refine, false);
      const Vector result = drive.advanced(program, psi);
      CHECK((result - by_hand(grid, LinkKind::array, drive, psi, refine, false)).norm() <= 3e-14);
      Program threaded(grid, LinkKind::array, 1, 2, refine, false);
      CHECK(drive.advanced(threaded, psi) == result);
    }
  }
}

TEST_CASE("a driven state that is no longer finite stops in its step, and leaves no trace") {
  const Grid grid({{12, 0.3, true, 0.4}, {20, 0.2, false, 0.0}});
  Drive drive(grid, false);
  Program program(grid, LinkKind::array);
  const Vector psi = random_state(grid.size(), 6);
  const Vector expected = drive.advanced(program, psi);
  const double kept = drive.rows[2][2];
  drive.rows[2][2] = std::numeric_limits<double>::quiet_NaN();
  bool failed = false;
  try {
    drive.advanced(program, psi);
  } catch (const heatgauge::NumericalFailure& failure) {
    failed = failure.step() == 2;
  }
  CHECK(failed);
  drive.rows[2][2] = kept;
  CHECK(drive.advanced(program, psi) == expected);
}

TEST_CASE("driven steps without profiles are refused") {
  const Grid grid({{12, 0.3, true, 0.4}});
  Program program(grid, LinkKind::none);
  Vector psi = random_state(grid.size(), 6);
  Interrupt interrupt;
  CHECK_THROWS_AS(program.steps.advance_driven(psi.data(), 1, nullptr, nullptr, interrupt),
                  std::invalid_argument);
}
