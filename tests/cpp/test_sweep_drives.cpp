#include <doctest/doctest.h>

#include "heatgauge/sweep_drives.hpp"
#include "sweep_systems.hpp"

using namespace systems;

TEST_CASE("driven slots follow their rows of coefficients, step by step") {
  const Grid grid({Axis{13, 0.5, false, 0.0}, Axis{20, 0.5, true, 0.4}});
  const RandomFields base(grid, 13), profile(grid, 14), second(grid, 15);
  Strang driven(grid, 2, false, LinkKind::array), by_hand(grid, 2, false, LinkKind::array);
  driven.program.set_links(driven.links[0], base.phases[0].data());
  by_hand.program.set_links(by_hand.links[0], base.phases[0].data());
  heatgauge::SweepDrives drives(driven.program);
  drives.add(heatgauge::SlotKind::site, driven.half, base.potential,
             {profile.potential, second.potential});
  drives.add(heatgauge::SlotKind::link, driven.links[1], base.phases[1], {profile.phases[1]});
  CHECK(drives.coefficients() == 3);
  const std::vector<double> rows = {0.3, -0.2, 1.0, 0.7, 0.1, -0.4, 0.0, 0.9, 0.25};
  Vector psi = random_state(grid.size(), 16), expected = psi;
  Interrupt never;
  drives.advance(psi.data(), rows.data(), 3, never);
  for (std::size_t step = 0; step < 3; ++step) {
    const double* c = rows.data() + 3 * step;
    std::vector<double> site = base.potential, link = base.phases[1];
    for (std::size_t i = 0; i < site.size(); ++i) {
      site[i] += c[0] * profile.potential[i] + c[1] * second.potential[i];
    }
    for (std::size_t i = 0; i < link.size(); ++i) link[i] += c[2] * profile.phases[1][i];
    by_hand.program.set_site(by_hand.half, site.data(), nullptr);
    by_hand.program.set_links(by_hand.links[1], link.data());
    by_hand.advance(expected, 1);
  }
  CHECK(distance(psi, expected) <= 1e-14);
  CHECK_THROWS_AS(drives.add(heatgauge::SlotKind::site, driven.half, base.phases[0], {}),
                  std::invalid_argument);
}
