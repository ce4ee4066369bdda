#include "heatgauge/sweep_program.hpp"

#include "bindings.hpp"
#include "heatgauge/sweep_drives.hpp"

using heatgauge::CayleyFactor;
using heatgauge::Complex;
using heatgauge::Grid;
using heatgauge::Index;
using heatgauge::Interrupt;
using heatgauge::LinkKind;
using heatgauge::SlotKind;
using heatgauge::StepPart;
using heatgauge::SweepDrives;
using heatgauge::SweepProgram;

namespace {

using FactorList = std::vector<std::pair<Complex, Complex>>;  // (zero, pole)

FactorList cayley_factors(double lambda, int factors, double theta, bool fitted, bool compact) {
  FactorList list;
  for (const CayleyFactor& f : heatgauge::cayley_factors(lambda, factors, theta, fitted, compact)) {
    list.emplace_back(f.zero, f.pole);
  }
  return list;
}

void add_sweep(SweepProgram& program, StepPart part, int axis, const FactorList& factors,
               int link_slot) {
  std::vector<CayleyFactor> list;
  for (const auto& [zero, pole] : factors) list.push_back({zero, pole});
  program.add_sweep(part, axis, std::move(list), link_slot);
}

void expect(const py::array& values, Index count, const char* what) {
  if (values.size() != count) throw py::value_error(std::string(what) + " has the wrong size");
}

void set_phase(SweepProgram& program, int slot, const RealArray& phases,
               const std::optional<RealArray>& contractions) {
  expect(phases, program.site_values(slot), "phases");
  if (contractions) expect(*contractions, program.site_values(slot), "contractions");
  const double* theta = phases.data();
  const double* gamma = contractions ? contractions->data() : nullptr;
  const py::gil_scoped_release release;
  program.set_site(slot, theta, gamma);
}

void set_links(SweepProgram& program, int slot, const RealArray& phases) {
  expect(phases, program.link_values(slot), "phases");
  const double* theta = phases.data();
  const py::gil_scoped_release release;
  program.set_links(slot, theta);
}

void advance(SweepProgram& program, ComplexArray& psi, Index steps) {
  expect(psi, program.size(), "psi");
  Complex* state = psi.mutable_data();
  Interrupt interrupt = python_signals();
  const py::gil_scoped_release release;
  program.advance(state, steps, interrupt);
}

std::vector<double> copied(const RealArray& values) {
  return {values.data(), values.data() + values.size()};
}

void add_drive(SweepDrives& drives, SlotKind kind, int slot, const RealArray& base,
               const std::vector<RealArray>& profiles) {
  std::vector<std::vector<double>> list;
  for (const RealArray& profile : profiles) list.push_back(copied(profile));
  drives.add(kind, slot, copied(base), std::move(list));
}

void advance_driven(SweepDrives& drives, ComplexArray& psi, const RealArray& coefficients) {
  expect(psi, drives.program().size(), "psi");
  if (coefficients.ndim() != 2 || coefficients.shape(1) != drives.coefficients()) {
    throw py::value_error("coefficients has the wrong shape");
  }
  Complex* state = psi.mutable_data();
  const double* rows = coefficients.data();
  const Index steps = coefficients.shape(0);
  Interrupt interrupt = python_signals();
  const py::gil_scoped_release release;
  drives.advance(state, rows, steps, interrupt);
}

}  // namespace

void bind_sweep_program(py::module_& m) {
  m.def("cayley_factors", &cayley_factors, py::arg("lambda_"), py::arg("factors"),
        py::arg("theta") = 0.0, py::arg("fitted") = true, py::arg("compact") = true,
        "(zero, pole) of the Cayley factors of one kinetic step.");
  py::enum_<StepPart>(m, "StepPart", "Where a stage stands in a run of steps.")
      .value("prologue", StepPart::prologue)
      .value("body", StepPart::body)
      .value("joint", StepPart::joint)
      .value("epilogue", StepPart::epilogue);
  py::enum_<LinkKind>(m, "LinkKind", "How the links of an axis are kept.")
      .value("none", LinkKind::none)
      .value("uniform", LinkKind::uniform)
      .value("array", LinkKind::array);
  py::class_<SweepProgram>(m, "SweepProgram", "Steps of site phases and directional sweeps.")
      .def(py::init<const Grid&, Index, int, bool>(), py::arg("grid"), py::arg("members") = 1,
           py::arg("threads") = 1, py::arg("refine") = false)
      .def("site_slot", &SweepProgram::add_site_slot, py::arg("own_of_member") = false)
      .def("link_slot", &SweepProgram::add_link_slot, py::arg("axis"), py::arg("kind"))
      .def("phase", &SweepProgram::add_phase, py::arg("part"), py::arg("site_slot"))
      .def("sweep", &add_sweep, py::arg("part"), py::arg("axis"), py::arg("factors"),
           py::arg("link_slot"))
      .def("set_phase", &set_phase, py::arg("slot"), py::arg("phases").noconvert(),
           py::arg("contractions") = std::nullopt)
      .def("set_links", &set_links, py::arg("slot"), py::arg("phases").noconvert())
      .def("set_uniform_link", &SweepProgram::set_uniform_link, py::arg("slot"), py::arg("phase"))
      .def("advance", &advance, py::arg("psi").noconvert(), py::arg("steps"))
      .def_property_readonly("size", &SweepProgram::size);

  py::enum_<SlotKind>(m, "SlotKind", "What a driven slot holds.")
      .value("site", SlotKind::site)
      .value("link", SlotKind::link);
  py::class_<SweepDrives>(m, "SweepDrives", "Slots that follow envelopes, a row of them a step.")
      .def(py::init<SweepProgram&>(), py::arg("program"), py::keep_alive<1, 2>())
      .def("add", &add_drive, py::arg("kind"), py::arg("slot"), py::arg("base").noconvert(),
           py::arg("profiles"))
      .def("advance", &advance_driven, py::arg("psi").noconvert(),
           py::arg("coefficients").noconvert());
}
