#include "heatgauge/hamiltonian.hpp"

#include "bindings.hpp"

using heatgauge::CarrierFields;
using heatgauge::Complex;
using heatgauge::Grid;
using heatgauge::Hamiltonian;
using heatgauge::Index;
using heatgauge::UnsetVector;

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

CarrierFields static_fields(const Grid& grid, const std::optional<RealArray>& scalar,
                            const std::optional<RealArray>& external,
                            const std::vector<std::optional<RealArray>>& vector, double charge,
                            double charge_over_hbar, int threads) {
  heatgauge::StaticFields parts{nullptr, nullptr, {}, charge, charge_over_hbar};
  if (scalar) parts.scalar = scalar->data();
  if (external) parts.external = external->data();
  for (std::size_t a = 0; a < vector.size(); ++a) {
    if (vector[a]) parts.vector[a] = vector[a]->data();
  }
  const py::gil_scoped_release release;
  return CarrierFields(grid, parts, threads);
}

/// An array in memory that is recycled; its elements are unset.
template <typename T>
py::array_t<T, py::array::c_style> unset_array(Index size) {
  auto block = std::make_unique<UnsetVector<T>>();
  block->resize(static_cast<std::size_t>(size));
  T* data = block->data();
  const py::capsule owner(block.get(), [](void* p) { delete static_cast<UnsetVector<T>*>(p); });
  static_cast<void>(block.release());
  return py::array_t<T, py::array::c_style>(size, data, owner);
}

ComplexArray make_values(const Hamiltonian& h, const CarrierFields& fields, int threads) {
  ComplexArray values = unset_array<Complex>(h.nonzeros());
  Complex* data = values.mutable_data();
  const py::gil_scoped_release release;
  h.fill(fields, data, threads);
  return values;
}

py::tuple make_pattern(const Hamiltonian& h, int threads) {
  IndexArray outer = unset_array<Index>(h.grid().size() + 1);
  IndexArray inner = unset_array<Index>(h.nonzeros());
  Index* outer_data = outer.mutable_data();
  Index* inner_data = inner.mutable_data();
  {
    const py::gil_scoped_release release;
    h.pattern(outer_data, inner_data, threads);
  }
  return py::make_tuple(outer, inner);
}

}  // namespace

void bind_hamiltonian(py::module_& m) {
  m.def("unset_numbers", &unset_array<double>, py::arg("size"),
        "A new float64 array, unset; large ones in memory that is recycled.");
  py::class_<CarrierFields>(m, "CarrierFields", "Site potential and link variables at one time.")
      .def(py::init(&make_fields), py::arg("grid"), py::arg("potential").noconvert(),
           py::arg("phases"), "phases: (s/ħ)∫A·dl on the links of each axis, or None.")
      .def(py::init(&static_fields), py::arg("grid"), py::arg("scalar").noconvert(),
           py::arg("external").noconvert(), py::arg("vector"), py::arg("charge"),
           py::arg("charge_over_hbar"), py::arg("threads"),
           "Fields that do not depend on time: V and U on the sites, means of A on the links.")
      .def_property_readonly("is_finite", &CarrierFields::is_finite,
                             "Whether the potential and the phases of static fields are finite.");

  py::class_<Hamiltonian>(m, "Hamiltonian", "Covariant stencils on a grid.")
      .def(py::init<const Grid&, const std::vector<double>&, double, int>(), py::arg("grid"),
           py::arg("masses"), py::arg("hbar"), py::arg("order"), ReleaseGil())
      .def(py::init([](const Grid& grid, const RealArray& masses, double hbar) {
             return Hamiltonian(grid, masses.data(), hbar);
           }),
           py::arg("grid"), py::arg("site_masses").noconvert(), py::arg("hbar"))
      .def_property_readonly("reach", &Hamiltonian::reach)
      .def_property_readonly("nonzeros", &Hamiltonian::nonzeros)
      .def("pattern", &make_pattern, py::arg("threads"),
           "Row starts and columns of the CSR matrix.")
      .def("values", &make_values, py::arg("fields"), py::arg("threads"),
           "Values in the order of the pattern, in a new array.")
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
