#include "heatgauge/sweep_program.hpp"

#include "bindings.hpp"

using heatgauge::CayleyFactor;
using heatgauge::Complex;
using heatgauge::Grid;
using heatgauge::Index;
using heatgauge::Interrupt;
using heatgauge::LinkKind;
using heatgauge::StepPart;
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

using Profiles = std::vector<RealArray>;

std::vector<const double*> pointers(const Profiles& profiles, Index count, const char* what) {
  std::vector<const double*> list;
  for (const RealArray& profile : profiles) {
    expect(profile, count, what);
    list.push_back(profile.data());
  }
  return list;
}

void set_profiles(SweepProgram& program, const Profiles& sites,
                  const std::vector<Profiles>& links) {
  std::array<std::vector<const double*>, 3> of_axis;
  const Grid& grid = program.grid();
  if (static_cast<int>(links.size()) != grid.dimensions()) throw py::value_error("links per axis");
  for (std::size_t a = 0; a < links.size(); ++a) {
    of_axis[a] = pointers(links[a], grid.links(static_cast<int>(a)), "a link profile");
  }
  const std::vector<const double*> on_sites = pointers(sites, grid.size(), "a site profile");
  const py::gil_scoped_release release;
  program.set_profiles(on_sites, of_axis);
}

void advance_driven(SweepProgram& program, ComplexArray& psi, Index steps, const RealArray& sites,
                    const RealArray& links) {
  expect(psi, program.size(), "psi");
  expect(sites, steps * program.site_coefficients(), "site_rows");
  expect(links, steps * program.link_coefficients(), "link_rows");
  Complex* state = psi.mutable_data();
  Interrupt interrupt = python_signals();
  const py::gil_scoped_release release;
  program.advance_driven(state, steps, sites.data(), links.data(), interrupt);
}

void advance(SweepProgram& program, ComplexArray& psi, Index steps) {
  expect(psi, program.size(), "psi");
  Complex* state = psi.mutable_data();
  Interrupt interrupt = python_signals();
  const py::gil_scoped_release release;
  program.advance(state, steps, interrupt);
}

}  // namespace

void bind_sweep_program(py::module_& m) {
  m.def("cayley_factors", &cayley_factors, py::arg("lambda_"), py::arg("factors"),
        py::arg("theta") = 0.0, py::arg("fitted") = false, py::arg("compact") = true,
        "(zero, pole) of the Cayley factors of one kinetic step.");
  m.def("transforms_lines", &heatgauge::SpectralSweep::supports, py::arg("points"),
        "Whether lines of so many points can be transformed: no prime factor above 5.");
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
      .def("transform", &SweepProgram::add_transform, py::arg("part"), py::arg("axis"),
           py::arg("lambda_"), py::arg("link_slot"))
      .def("set_lambda", &SweepProgram::set_lambda, py::arg("transform"), py::arg("lambda_"))
      .def("set_phase", &set_phase, py::arg("slot"), py::arg("phases").noconvert(),
           py::arg("contractions") = std::nullopt)
      .def("set_links", &set_links, py::arg("slot"), py::arg("phases").noconvert())
      .def("set_uniform_link", &SweepProgram::set_uniform_link, py::arg("slot"), py::arg("phase"))
      .def("advance", &advance, py::arg("psi").noconvert(), py::arg("steps"))
      .def("set_profiles", &set_profiles, py::arg("sites"), py::arg("links"))
      .def("advance_driven", &advance_driven, py::arg("psi").noconvert(), py::arg("steps"),
           py::arg("site_rows").noconvert(), py::arg("link_rows").noconvert())
      .def_property_readonly("size", &SweepProgram::size);
}
