#include "heatgauge/hamiltonian.hpp"

#include "bindings.hpp"

using heatgauge::CarrierFields;
using heatgauge::Complex;
using heatgauge::Grid;
using heatgauge::Hamiltonian;
using heatgauge::Index;

namespace {

CarrierFields make_fields(const Grid& grid, const RealArray& potential,
                          const std::vector<std::optional<RealArray>>& phases) {
  std::array<const double*, 3> pointers{};
  for (std::size_t a = 0; a < phases.size(); ++a) {
    if (phases[a]) pointers[a] = phases[a]->data();
  }
  const double* site_potential = potential.data();
  const py::gil_scoped_release release;
  return CarrierFields(grid, site_potential, pointers);
}

py::tuple make_pattern(const Hamiltonian& h) {
  IndexArray outer(h.grid().size() + 1);
  IndexArray inner(h.nonzeros());
  Index* outer_data = outer.mutable_data();
  Index* inner_data = inner.mutable_data();
  {
    const py::gil_scoped_release release;
    h.pattern(outer_data, inner_data);
  }
  return py::make_tuple(outer, inner);
}

}  // namespace

void bind_hamiltonian(py::module_& m) {
  py::class_<CarrierFields>(m, "CarrierFields", "Site potential and link variables at one time.")
      .def(py::init(&make_fields), py::arg("grid"), py::arg("potential").noconvert(),
           py::arg("phases"), "phases: (s/ħ)∫A·dl on the links of each axis, or None.");

  py::class_<Hamiltonian>(m, "Hamiltonian", "Covariant stencils on a grid.")
      .def(py::init<const Grid&, const std::vector<double>&, double, int>(), py::arg("grid"),
           py::arg("masses"), py::arg("hbar"), py::arg("order"), ReleaseGil())
      .def(py::init([](const Grid& grid, const RealArray& masses, double hbar) {
             return Hamiltonian(grid, masses.data(), hbar);
           }),
           py::arg("grid"), py::arg("site_masses").noconvert(), py::arg("hbar"))
      .def_property_readonly("reach", &Hamiltonian::reach)
      .def_property_readonly("nonzeros", &Hamiltonian::nonzeros)
      .def("pattern", &make_pattern, "Row starts and columns of the CSR matrix.")
      .def(
          "fill",
          [](const Hamiltonian& h, const CarrierFields& fields, ComplexArray& values) {
            Complex* data = values.mutable_data();
            const py::gil_scoped_release release;
            h.fill(fields, data);
          },
          py::arg("fields"), py::arg("values").noconvert())
      .def(
          "diagonal",
          [](const Hamiltonian& h, const CarrierFields& fields, RealArray& out) {
            double* data = out.mutable_data();
            const py::gil_scoped_release release;
            h.diagonal(fields, data);
          },
          py::arg("fields"), py::arg("out").noconvert(), "Kinetic part and potential.")
      .def(
          "apply",
          [](const Hamiltonian& h, const CarrierFields& fields, const ComplexArray& psi,
             ComplexArray& out) {
            const Complex* state = psi.data();
            Complex* data = out.mutable_data();
            const py::gil_scoped_release release;
            h.apply(fields, state, data);
          },
          py::arg("fields"), py::arg("psi").noconvert(), py::arg("out").noconvert())
      .def(
          "current",
          [](const Hamiltonian& h, const CarrierFields& fields, const ComplexArray& psi, int axis,
             RealArray& flux) {
            const Complex* state = psi.data();
            double* data = flux.mutable_data();
            const py::gil_scoped_release release;
            h.current(fields, state, axis, data);
          },
          py::arg("fields"), py::arg("psi").noconvert(), py::arg("axis"),
          py::arg("flux").noconvert());
}
