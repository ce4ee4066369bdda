/// What every binding file shares: the namespace, array types and the bind_* functions.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "heatgauge/interrupt.hpp"
#include "heatgauge/types.hpp"

namespace py = pybind11;

/// Every long call releases the GIL through this one name.
using ReleaseGil = py::call_guard<py::gil_scoped_release>;

/// Arrays are taken as they are (noconvert on the arguments): the Python layer has made them
/// C-contiguous and of the right type, visibly.
using RealArray = py::array_t<double, py::array::c_style>;
using ComplexArray = py::array_t<heatgauge::Complex, py::array::c_style>;
using IndexArray = py::array_t<heatgauge::Index, py::array::c_style>;

/// An Interrupt that notices Ctrl-C: takes the GIL for a moment and lets Python run its handlers.
heatgauge::Interrupt python_signals();

void bind_absorption(py::module_& m);
void bind_chebyshev(py::module_& m);
void bind_conduction(py::module_& m);
void bind_crank_nicolson(py::module_& m);
void bind_density_matrix(py::module_& m);
void bind_dephasing(py::module_& m);
void bind_errors(py::module_& m);
void bind_grid(py::module_& m);
void bind_hamiltonian(py::module_& m);
void bind_sweep_program(py::module_& m);
