#include "heatgauge/conduction.hpp"

#include "bindings.hpp"
#include "heatgauge/faces.hpp"

using namespace heatgauge;

namespace {

std::span<const double> view(const RealArray& a) {
  return {a.data(), static_cast<std::size_t>(a.size())};
}

std::vector<double> copy(const RealArray& a) { return {a.data(), a.data() + a.size()}; }

/// Writeable access to a field of exactly `size` numbers.
double* state(RealArray& a, Index size) {
  if (a.size() != size) throw py::value_error("an array of the state has a wrong size");
  return a.mutable_data();
}

std::array<double*, 3> states(std::vector<RealArray>& flux, const FaceCircuit& sizes) {
  std::array<double*, 3> result{};
  for (std::size_t a = 0; a < flux.size() && a < 3; ++a) {
    const auto size = sizes.resistance(static_cast<int>(a)).size();
    result[a] = state(flux[a], static_cast<Index>(size));
  }
  return result;
}

/// A Conduction and the circuit it was built from, which knows how large each flux array is.
struct BoundConduction {
  FaceCircuit circuit;
  Conduction conduction;
};

TimeScheme scheme_named(const std::string& name) {
  if (name == "midpoint" || name == "directional") return TimeScheme::midpoint();
  if (name == "l-stable") return TimeScheme::l_stable();
  if (name == "l-stable fronts") return TimeScheme::l_stable_fronts();
  if (name == "backward-euler") return TimeScheme::backward_euler();
  throw py::value_error("no such time scheme: " + name);
}

void bind_circuit(py::module_& m) {
  const auto field = [](const std::vector<double>& v) {
    return RealArray(static_cast<py::ssize_t>(v.size()), v.data());
  };
  py::class_<FaceCircuit>(m, "FaceCircuit", "Resistance and thermal inductance of every face.")
      .def(py::init(
               [](const Grid& grid, const RealArray& conductivity, const RealArray& inductance) {
                 return FaceCircuit(grid, view(conductivity), view(inductance));
               }),
           py::arg("grid"), py::arg("conductivity").noconvert(), py::arg("inductance").noconvert())
      .def("resistance", [field](const FaceCircuit& c, int a) { return field(c.resistance(a)); })
      .def("inductance", [field](const FaceCircuit& c, int a) { return field(c.inductance(a)); })
      .def("shunt", [field](const FaceCircuit& c, int a) { return field(c.shunt(a)); })
      .def("add_surface_resistance",
           [](FaceCircuit& c, const Grid& grid, int axis, int end, const RealArray& extra) {
             c.add_surface_resistance(grid, axis, end, view(extra));
           })
      .def("add_surface_inductance",
           [](FaceCircuit& c, const Grid& grid, int axis, int end, const RealArray& extra) {
             c.add_surface_inductance(grid, axis, end, view(extra));
           })
      .def("add_shunt",
           [](FaceCircuit& c, const Grid& grid, const RealArray& conductivity) {
             c.add_shunt(grid, view(conductivity));
           })
      .def("split_lag", [](FaceCircuit& c, const Grid& grid, const RealArray& lag) {
        c.split_lag(grid, view(lag));
      });
}

void bind_drive(py::module_& m) {
  py::class_<HeatDrive>(m, "HeatDrive", "Boundary values and sources, one row per stage time.")
      .def(py::init<const Grid&>())
      .def("set_side", [](HeatDrive& d, int axis, int end, const RealArray& values,
                          Index rows) { d.set_side(axis, end, copy(values), rows); })
      .def("add_source",
           [](HeatDrive& d, const RealArray& profile, Index rows, const RealArray& envelope) {
             d.add_source(copy(profile), rows, copy(envelope));
           })
      .def("clear_sources", &HeatDrive::clear_sources)
      .def("side",
           [](const HeatDrive& d, int axis, int end, Index row) {
             RealArray values(side_faces(d.grid(), axis));
             for (Index j = 0; j < values.size(); ++j)
               values.mutable_data()[j] = d.side(axis, end, row, j);
             return values;
           })
      .def("source", [](const HeatDrive& d, Index row) {
        std::vector<double> q(static_cast<std::size_t>(d.grid().size()));
        d.source(row, q);
        return RealArray(static_cast<py::ssize_t>(q.size()), q.data());
      });
}

void bind_solver(py::module_& m) {
  py::class_<DiffusionSolver>(m, "DiffusionSolver", "Solves C δ + step ∇·(−g∇δ) = f on the sites.")
      .def(py::init([](const Grid& grid, const RealArray& capacity,
                       const std::vector<RealArray>& conductance, double step) {
             FaceField g;
             for (std::size_t a = 0; a < conductance.size() && a < 3; ++a)
               g[a] = copy(conductance[a]);
             Interrupt interrupt = python_signals();
             const py::gil_scoped_release release;
             return std::make_unique<DiffusionSolver>(grid, view(capacity), g, step, interrupt);
           }),
           py::arg("grid"), py::arg("capacity").noconvert(), py::arg("conductance"),
           py::arg("step"))
      .def_property_readonly("name", &DiffusionSolver::name)
      .def("solve", [](const DiffusionSolver& s, RealArray x) {
        std::vector<double> values = copy(x);
        DiffusionSolver::Work work;
        Interrupt interrupt = python_signals();
        s.solve(values, work, interrupt);
        std::copy(values.begin(), values.end(), x.mutable_data());
      });
}

std::tuple<double, double, double> advance(const BoundConduction& self, RealArray temperature,
                                           std::vector<RealArray> flux, Index steps,
                                           const HeatDrive& drive) {
  double* const t = state(temperature, self.conduction.grid().size());
  const std::array<double*, 3> q = states(flux, self.circuit);
  Interrupt interrupt = python_signals();
  const py::gil_scoped_release release;
  const EnergyInput in = self.conduction.advance(t, q, steps, drive, interrupt);
  return {in.boundary, in.source, in.throughput};
}

BoundConduction conduction(const Grid& grid, const RealArray& capacity, const FaceCircuit& circuit,
                           const std::array<bool, 6>& prescribed, const std::string& scheme,
                           double dt, const RealArray& mu, bool no_slip) {
  const TimeScheme rule = scheme_named(scheme);
  std::vector<double> c = copy(capacity);
  const Nonlocality nonlocality{view(mu), no_slip};
  Interrupt interrupt = python_signals();
  const py::gil_scoped_release release;
  return {circuit,
          {grid, std::move(c), circuit, prescribed, rule, dt, interrupt, nonlocality,
           scheme == "directional"}};
}

void settle(const BoundConduction& self, RealArray temperature, std::vector<RealArray> flux,
            const HeatDrive& drive) {
  double* const t = state(temperature, self.conduction.grid().size());
  const std::array<double*, 3> q = states(flux, self.circuit);
  Interrupt interrupt = python_signals();
  const py::gil_scoped_release release;
  self.conduction.settle(t, q, drive, 0, interrupt);
}

void add_shunts(const BoundConduction& self, double sign, RealArray temperature,
                std::vector<RealArray> flux, const HeatDrive& drive) {
  double* const t = state(temperature, self.conduction.grid().size());
  self.conduction.add_shunts(sign, t, states(flux, self.circuit), drive, 0);
}

}  // namespace

void bind_conduction(py::module_& m) {
  m.def("time_scheme", [](const std::string& name) {
    const TimeScheme r = scheme_named(name);
    const auto row = [&r](const std::array<double, 3>& v) {
      return std::vector<double>(v.begin(), v.begin() + r.stages);
    };
    std::vector<std::vector<double>> a;
    for (std::size_t i = 0; i < r.stages; ++i) a.push_back(row(r.a[i]));
    return py::make_tuple(a, row(r.b), row(r.c));
  });
  bind_circuit(m);
  bind_drive(m);
  bind_solver(m);
  py::class_<BoundConduction>(m, "Conduction", "Time steps of classical heat conduction.")
      .def(py::init(&conduction), py::arg("grid"), py::arg("capacity").noconvert(),
           py::arg("circuit"), py::arg("prescribed"), py::arg("scheme"), py::arg("dt"),
           py::arg("mu").noconvert(), py::arg("no_slip"))
      .def_property_readonly("dt", [](const BoundConduction& s) { return s.conduction.dt(); })
      .def_property_readonly("solver",
                             [](const BoundConduction& s) { return s.conduction.solver(); })
      .def_property_readonly("stage_times",
                             [](const BoundConduction& s) {
                               const TimeScheme& r = s.conduction.scheme();
                               return std::vector<double>(r.c.begin(), r.c.begin() + r.stages);
                             })
      .def("advance", &advance, py::arg("temperature").noconvert(), py::arg("flux"),
           py::arg("steps"), py::arg("drive"))
      .def("settle", &settle, py::arg("temperature").noconvert(), py::arg("flux"), py::arg("drive"))
      .def("add_shunts", &add_shunts, py::arg("sign"), py::arg("temperature").noconvert(),
           py::arg("flux"), py::arg("drive"));
}
