#include <Eigen/Core>

#include "bindings.hpp"
#include "heatgauge/lane_vector.hpp"

namespace {

py::dict build_facts() {
  py::dict facts;
  facts["eigen"] = std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) +
                   "." + std::to_string(EIGEN_MINOR_VERSION);
#if defined(__clang__)
  facts["compiler"] = "clang " __clang_version__;
#elif defined(__GNUC__)
  facts["compiler"] = "gcc " __VERSION__;
#elif defined(_MSC_VER)
  facts["compiler"] = "MSVC " + std::to_string(_MSC_VER);
#else
  facts["compiler"] = "unknown";
#endif
  facts["instructions"] = Eigen::SimdInstructionSetsInUse();
  return facts;
}

/// What the kernels that choose by processor use here; Eigen's own are fixed when it is compiled.
std::string instruction_set() {
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
  switch (heatgauge::registers()) {
    case heatgauge::Registers::avx512:
      return "AVX-512";
    case heatgauge::Registers::avx2:
      return "AVX2";
    default:
      break;
  }
#endif
  return Eigen::SimdInstructionSetsInUse();
}

}  // namespace

PYBIND11_MODULE(_core, m) {
  m.doc() = "The compiled core of heatgauge. Use the names of the package itself.";
  m.attr("build") = build_facts();
  m.def("instruction_set", &instruction_set, "Of the kernels, on this processor.");
  bind_errors(m);
  bind_grid(m);
  bind_conduction(m);
  bind_hamiltonian(m);
  bind_absorption(m);
  bind_crank_nicolson(m);
  bind_chebyshev(m);
  bind_sweep_program(m);
  bind_dephasing(m);
  bind_density_matrix(m);
}
