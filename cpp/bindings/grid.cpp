#include "heatgauge/grid.hpp"

#include "bindings.hpp"

void bind_grid(py::module_& m) {
  using heatgauge::Axis;
  using heatgauge::Grid;
  py::class_<Grid>(m, "Grid", "Shape, spacings and ends of a grid, as the core sees them.")
      .def(
          py::init([](const std::vector<std::tuple<heatgauge::Index, double, bool, double>>& axes) {
            std::vector<Axis> list;
            for (const auto& [n, h, periodic, twist] : axes)
              list.push_back({n, h, periodic, twist});
            return Grid(std::move(list));
          }),
          py::arg("axes"), "axes: one tuple (points, spacing, periodic, twist) each.")
      .def_property_readonly("size", &Grid::size);
}
