#include "heatgauge/density_matrix.hpp"

#include "bindings.hpp"

using heatgauge::Complex;
using heatgauge::CsrView;
using heatgauge::Index;
using heatgauge::Interrupt;

namespace {

void advance_density_matrix(const IndexArray& outer, const IndexArray& inner,
                            const ComplexArray& values, double hbar, const RealArray& rates,
                            ComplexArray& rho, double time) {
  const Index size = outer.size() - 1;
  if (rates.size() != size * size) throw py::value_error("rates has the wrong size");
  if (rho.size() != size * size) throw py::value_error("rho has the wrong size");
  const CsrView<Complex> h{size, outer.data(), inner.data(), values.data()};
  const double* gamma = rates.data();
  Complex* state = rho.mutable_data();
  Interrupt interrupt = python_signals();
  const py::gil_scoped_release release;
  heatgauge::DensityMatrix(h, hbar, gamma).advance(state, time, interrupt);
}

}  // namespace

void bind_density_matrix(py::module_& m) {
  m.def("advance_density_matrix", &advance_density_matrix, py::arg("outer").noconvert(),
        py::arg("inner").noconvert(), py::arg("values").noconvert(), py::arg("hbar"),
        py::arg("rates").noconvert(), py::arg("rho").noconvert(), py::arg("time"),
        "ρ becomes exp(tL)ρ in place, Lρ = -i[H, ρ]/ħ - Γ_ij ρ_ij.");
}
