#include "heatgauge/absorption.hpp"

#include "bindings.hpp"

using heatgauge::AbsorbingSlab;
using heatgauge::Absorption;
using heatgauge::Complex;
using heatgauge::Contraction;
using heatgauge::Grid;
using heatgauge::Index;

namespace {

using Slabs = std::vector<std::tuple<int, Index, std::vector<double>>>;

std::vector<AbsorbingSlab> made(const Grid& grid, const Slabs& slabs) {
  std::vector<AbsorbingSlab> result;
  for (const auto& [axis, first, strengths] : slabs) {
    if (axis < 0 || axis >= grid.dimensions()) throw py::value_error("there is no such axis");
    result.push_back({axis, first, strengths});
  }
  return result;
}

std::vector<double> contract(Contraction& contraction, ComplexArray& psi) {
  std::vector<double> losses(contraction.slabs(), 0.0);
  Complex* state = psi.mutable_data();
  const py::gil_scoped_release release;
  contraction.apply(state, losses.data());
  return losses;
}

}  // namespace

void bind_absorption(py::module_& m) {
  py::class_<Absorption>(m, "Absorption", "Absorbing layers in a Crank-Nicolson step.")
      .def(py::init([](const Grid& grid, const Slabs& slabs, double alpha) {
             return Absorption(grid, made(grid, slabs), alpha);
           }),
           py::arg("grid"), py::arg("slabs"), py::arg("alpha"),
           "slabs: (axis, first position, strengths W from there on); alpha: dt/2ħ.")
      .def(
          "scale",
          [](const Absorption& a, const IndexArray& outer, const IndexArray& inner,
             ComplexArray& values) {
            a.scale({outer.size() - 1, outer.data(), inner.data(), nullptr}, values.mutable_data());
          },
          py::arg("outer").noconvert(), py::arg("inner").noconvert(), py::arg("values").noconvert(),
          "H becomes H/DD, D² = 1 + αW.");
  py::class_<Contraction>(m, "Contraction", "Absorbing layers in a split step.")
      .def(py::init([](const Grid& grid, const Slabs& slabs, double scale) {
             return Contraction(grid, made(grid, slabs), scale);
           }),
           py::arg("grid"), py::arg("slabs"), py::arg("scale"), "scale: τ/ħ.")
      .def("apply", &contract, py::arg("psi").noconvert(),
           "ψ becomes e^{-Wτ/ħ}ψ; returns what each slab took of Σ|ψ|².");
}
