#include "bindings.hpp"

heatgauge::Interrupt python_signals() {
  return heatgauge::Interrupt([] {
    const py::gil_scoped_acquire gil;
    return PyErr_CheckSignals() != 0;
  });
}

void bind_errors(py::module_& m) {
  py::register_exception_translator([](std::exception_ptr p) {
    try {
      if (p) std::rethrow_exception(p);
    } catch (const heatgauge::Interrupted&) {
      // the signal handler has set KeyboardInterrupt (or its own exception) already
      if (!PyErr_Occurred()) PyErr_SetNone(PyExc_KeyboardInterrupt);
    } catch (const heatgauge::NumericalFailure& e) {
      const py::object type = py::module_::import("heatgauge.errors").attr("NumericalError");
      PyErr_SetObject(type.ptr(), type(e.what(), e.step(), e.residual()).ptr());
    }
  });
  m.def("_raise_numerical_failure", [] {  // lets a test see the translation
    throw heatgauge::NumericalFailure("a failed computation", 7, 0.5);
  });
}
