#include "bindings.hpp"

PYBIND11_MODULE(_core, m) {
  m.doc() = "The compiled core of heatgauge. Use the names of the package itself.";
  bind_errors(m);
  bind_grid(m);
  bind_hamiltonian(m);
  bind_crank_nicolson(m);
}
