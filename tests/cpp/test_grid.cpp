#include <doctest/doctest.h>

#include "heatgauge/grid.hpp"

using heatgauge::Axis;
using heatgauge::Grid;
using heatgauge::Index;

TEST_CASE("the last axis varies fastest and link counts follow the ends") {
  const Grid grid({Axis{4, 0.5, false, 0.0}, Axis{5, 0.25, true, 0.3}, Axis{6, 2.0, false, 0.0}});
  CHECK(grid.size() == 120);
  CHECK(grid.stride(0) == 30);
  CHECK(grid.stride(1) == 6);
  CHECK(grid.stride(2) == 1);
  CHECK(grid.outer(2) == 20);
  CHECK(grid.links(0) == 3 * 30);
  CHECK(grid.links(1) == 120);
  CHECK(grid.links(2) == 20 * 5);
  CHECK(grid.cell_volume() == doctest::Approx(0.25));
}

TEST_CASE("a product of sizes that does not fit is refused before anything is allocated") {
  const Axis huge{Index{1} << 40, 1.0, false, 0.0};
  CHECK_THROWS_AS(Grid({huge, huge}), std::invalid_argument);
  CHECK_THROWS_AS(Grid({Axis{1, 1.0, false, 0.0}}), std::invalid_argument);
}
