#include "heatgauge/absorption.hpp"

#include "bindings.hpp"

using heatgauge::AbsorbingSlab;
using heatgauge::Absorption;
using heatgauge::Grid;
using heatgauge::Index;

namespace {

Absorption make_absorption(const Grid& grid,
                           const std::vector<std::tuple<int, Index, std::vector<double>>>& slabs,
                           double alpha) {
  std::vector<AbsorbingSlab> made;
  for (const auto& [axis, first, strengths] : slabs) {
    if (axis < 0 || axis >= grid.dimensions()) throw py::value_error("there is no such axis");
    made.push_back({axis, first, strengths});
  }
  return Absorption(grid, made, alpha);
}

}  // namespace

void bind_absorption(py::module_& m) {
  py::class_<Absorption>(m, "Absorption", "Absorbing layers in a Crank-Nicolson step.")
      .def(py::init(&make_absorption), py::arg("grid"), py::arg("slabs"), py::arg("alpha"),
           "slabs: (axis, first position, strengths W from there on); alpha: dt/2ħ.")
      .def(
          "scale",
          [](const Absorption& a, const IndexArray& outer, const IndexArray& inner,
             ComplexArray& values) {
            a.scale({outer.size() - 1, outer.data(), inner.data(), nullptr}, values.mutable_data());
          },
          py::arg("outer").noconvert(), py::arg("inner").noconvert(), py::arg("values").noconvert(),
          "H becomes H/DD, D² = 1 + αW.");
}
