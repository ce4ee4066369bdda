#include "heatgauge/dephasing.hpp"

#include "bindings.hpp"
#include "heatgauge/counter_normals.hpp"

using heatgauge::Complex;
using heatgauge::Grid;
using heatgauge::Index;
using heatgauge::Interrupt;
using heatgauge::NoiseFilter;
using heatgauge::NoiseStep;
using heatgauge::NoisyPrograms;
using heatgauge::SteadyPhases;
using heatgauge::SweepProgram;
using heatgauge::TemperatureNoise;

namespace {

/// Ctrl-C, and a byte that another thread may set: Python's signals reach its main thread only.
Interrupt signals_or(const py::array_t<std::uint8_t>& flag) {
  const std::uint8_t* byte = flag.data();
  return Interrupt([byte] {
    if (*const_cast<const volatile std::uint8_t*>(byte) != 0) return true;
    const py::gil_scoped_acquire gil;
    return PyErr_CheckSignals() != 0;
  });
}

NoiseStep noise_step(const std::array<double, 5>& law) {
  return {law[0], law[1], law[2], law[3], law[4]};
}

using MaybePhases = std::optional<std::array<RealArray, 3>>;

void advance_noisy(const std::array<SweepProgram*, 3>& programs, const std::array<int, 2>& slots,
                   const MaybePhases& steady, TemperatureNoise& noise,
                   const std::array<double, 5>& law, Index first, Index steps, ComplexArray& psi,
                   const py::array_t<std::uint8_t>& stop) {
  if (psi.size() != noise.members() * noise.sites()) throw py::value_error("psi: wrong size");
  SteadyPhases phases{nullptr, nullptr, nullptr};
  if (steady) {
    for (const RealArray& array : *steady) {
      if (array.size() != noise.sites()) throw py::value_error("a phase has the wrong size");
    }
    phases = {(*steady)[0].data(), (*steady)[1].data(), (*steady)[2].data()};
  }
  Complex* state = psi.mutable_data();
  Interrupt interrupt = signals_or(stop);
  const py::gil_scoped_release release;
  const NoisyPrograms all{*programs[0], *programs[1], *programs[2], slots[0], slots[1]};
  heatgauge::advance_noisy(all, phases, noise, noise_step(law), first, steps, state, interrupt);
}

RealArray phases(TemperatureNoise& noise, std::uint64_t step, const std::array<double, 5>& law) {
  RealArray result({noise.members(), noise.sites()});
  double* values = result.mutable_data();
  std::fill_n(values, result.size(), 0.0);
  const py::gil_scoped_release release;
  noise.add_phases(step, noise_step(law), values);
  return result;
}

RealArray normals(std::uint64_t key, std::uint64_t step, std::uint32_t stream, Index count) {
  RealArray result(count);
  heatgauge::counter_normals(key, step, stream, count, result.mutable_data());
  return result;
}

NoiseFilter matrix_filter(const RealArray& matrix) {
  if (matrix.ndim() != 2) throw py::value_error("the matrix must have two dimensions");
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return NoiseFilter(Eigen::Map<const RowMajor>(matrix.data(), matrix.shape(0), matrix.shape(1)));
}

}  // namespace

void bind_dephasing(py::module_& m) {
  m.def("counter_normals", &normals, py::arg("key"), py::arg("step"), py::arg("stream"),
        py::arg("count"), "Standard normal numbers that follow from key, step and stream.");
  py::class_<NoiseFilter>(m, "NoiseFilter", "Makes independent numbers on lines correlated.")
      .def(py::init<Index, const std::vector<double>&>(), py::arg("points"), py::arg("spectrum"))
      .def(py::init(&matrix_filter), py::arg("matrix").noconvert());
  py::class_<TemperatureNoise>(m, "TemperatureNoise", "Random phases of the temporal links.")
      .def(py::init<const Grid&, std::vector<std::uint64_t>, std::vector<NoiseFilter>, double>(),
           py::arg("grid"), py::arg("keys"), py::arg("filters"), py::arg("deviation"))
      .def("phases", &phases, py::arg("step"), py::arg("law"),
           "(members, sites); law: spread, passed, kept, joint, fresh.");
  m.def("advance_noisy", &advance_noisy, py::arg("programs"), py::arg("slots"), py::arg("steady"),
        py::arg("noise"), py::arg("law"), py::arg("first"), py::arg("steps"),
        py::arg("psi").noconvert(), py::arg("stop").noconvert(),
        "Steps of three programs (begin, step, end) between random temporal links.");
}
