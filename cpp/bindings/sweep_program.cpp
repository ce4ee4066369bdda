#include "heatgauge/sweep_program.hpp"

#include "bindings.hpp"
#include "heatgauge/large_pages.hpp"

using heatgauge::CayleyFactor;
using heatgauge::Complex;
using heatgauge::ComplexSingle;
using heatgauge::Grid;
using heatgauge::Index;
using heatgauge::Interrupt;
using heatgauge::LinkKind;
using heatgauge::StateView;
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

/// New states as propagations keep them: with gaps where they pay, in large pages.
template <typename Value>
py::array unset_states(const Grid& grid, std::optional<Index> members) {
  const heatgauge::Strides steps = heatgauge::spread_strides(grid, sizeof(Value));
  const Index next = heatgauge::extent(grid, steps);
  const auto count = static_cast<std::size_t>(members.value_or(1) * next);
  auto block = std::make_unique<heatgauge::UnsetVector<Value>>(count);
  Value* data = block->data();
  const py::capsule owner(block.release(), [](void* memory) {
    delete static_cast<heatgauge::UnsetVector<Value>*>(memory);
  });
  const auto bytes = static_cast<Index>(sizeof(Value));
  std::vector<Index> shape, strides;
  if (members) {
    shape.push_back(*members);
    strides.push_back(next * bytes);
  }
  for (int a = 0; a < grid.dimensions(); ++a) {
    shape.push_back(grid.axis(a).points);
    strides.push_back(steps[static_cast<std::size_t>(a)] * bytes);
  }
  return py::array(py::dtype::of<Value>(), shape, strides, data, owner);
}

py::array unset_states_of(const Grid& grid, std::optional<Index> members, bool single) {
  return single ? unset_states<ComplexSingle>(grid, members) : unset_states<Complex>(grid, members);
}

/// Arrays of unset_states, or without gaps.
template <typename Value>
StateView<Value> states_in(const SweepProgram& program, py::array& psi) {
  expect(psi, program.size(), "psi");
  auto* const data = static_cast<Value*>(psi.mutable_data());
  if ((psi.flags() & py::array::c_style) != 0) return dense_states(program.grid(), data);
  const Grid& grid = program.grid();
  const heatgauge::Strides steps = heatgauge::spread_strides(grid, sizeof(Value));
  const Index next = heatgauge::extent(grid, steps), first = psi.ndim() - grid.dimensions();
  const auto bytes = static_cast<Index>(sizeof(Value));
  bool fits = first == 0 || (first == 1 && psi.strides(0) == next * bytes);
  for (int a = 0; fits && a < grid.dimensions(); ++a) {
    fits = psi.shape(first + a) == grid.axis(a).points &&
           psi.strides(first + a) == steps[static_cast<std::size_t>(a)] * bytes;
  }
  if (!fits) throw py::value_error("psi must be of unset_states or C-contiguous");
  return {data, steps, next};
}

/// Calls `run` with the states in psi, complex128 or complex64.
template <typename Run>
void on_states(const SweepProgram& program, py::array& psi, const Run& run) {
  if (py::isinstance<py::array_t<ComplexSingle>>(psi)) {
    run(states_in<ComplexSingle>(program, psi));
  } else if (py::isinstance<py::array_t<Complex>>(psi)) {
    run(states_in<Complex>(program, psi));
  } else {
    throw py::type_error("psi must be complex128 or complex64");
  }
}

void advance_driven(SweepProgram& program, py::array& psi, Index steps, const RealArray& sites,
                    const RealArray& links) {
  expect(sites, steps * program.site_coefficients(), "site_rows");
  expect(links, steps * program.link_coefficients(), "link_rows");
  on_states(program, psi, [&](const auto& states) {
    Interrupt interrupt = python_signals();
    const py::gil_scoped_release release;
    program.advance_driven(states, steps, sites.data(), links.data(), interrupt);
  });
}

void advance(SweepProgram& program, py::array& psi, Index steps) {
  on_states(program, psi, [&](const auto& states) {
    Interrupt interrupt = python_signals();
    const py::gil_scoped_release release;
    program.advance(states, steps, interrupt);
  });
}

}  // namespace

void bind_sweep_program(py::module_& m) {
  m.def("cayley_factors", &cayley_factors, py::arg("lambda_"), py::arg("factors"),
        py::arg("theta") = 0.0, py::arg("fitted") = false, py::arg("compact") = true,
        "(zero, pole) of the Cayley factors of one kinetic step.");
  m.def("transforms_lines", &heatgauge::SpectralSweep::supports, py::arg("points"),
        "Whether lines of so many points can be transformed: no prime factor above 5.");
  m.def("unset_states", &unset_states_of, py::arg("grid"), py::arg("members"), py::arg("single"),
        "A new array (*shape) or (members, *shape), unset, as a SweepProgram likes it in memory.");
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
      .def("advance", &advance, py::arg("psi"), py::arg("steps"))
      .def("set_profiles", &set_profiles, py::arg("sites"), py::arg("links"))
      .def("advance_driven", &advance_driven, py::arg("psi"), py::arg("steps"),
           py::arg("site_rows").noconvert(), py::arg("link_rows").noconvert())
      .def_property_readonly("size", &SweepProgram::size);
}
