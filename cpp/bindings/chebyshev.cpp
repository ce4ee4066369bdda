#include "heatgauge/chebyshev.hpp"

#include <memory>

#include "bindings.hpp"
#include "heatgauge/stencil_chebyshev.hpp"

using heatgauge::CarrierFields;
using heatgauge::ChebyshevSeries;
using heatgauge::Complex;
using heatgauge::CsrView;
using heatgauge::Hamiltonian;
using heatgauge::Index;
using heatgauge::Interrupt;
using heatgauge::SparseChebyshev;
using heatgauge::StencilChebyshev;

namespace {

/// A series on a Hamiltonian or on the arrays of a given matrix, which it keeps alive.
class Series {
 public:
  Series(const Hamiltonian& h, const CarrierFields& fields, int threads) : size_(h.grid().size()) {
    const py::gil_scoped_release release;
    series_ = std::make_unique<StencilChebyshev>(h, fields, threads);
  }

  Series(IndexArray outer, IndexArray inner, ComplexArray values)
      : size_(outer.size() - 1),
        outer_(std::move(outer)),
        inner_(std::move(inner)),
        values_(std::move(values)) {
    series_ = std::make_unique<SparseChebyshev>(
        CsrView<Complex>{size_, outer_.data(), inner_.data(), values_.data()});
  }

  /// `count` times in a row.
  void sum(ComplexArray& psi, const ComplexArray& coefficients, double centre, double half_width,
           Index count) {
    if (psi.size() != size_) throw py::value_error("psi has the wrong size");
    if (coefficients.size() == 0) throw py::value_error("there are no coefficients");
    const std::vector<Complex> c(coefficients.data(), coefficients.data() + coefficients.size());
    Complex* state = psi.mutable_data();
    Interrupt interrupt = python_signals();
    const py::gil_scoped_release release;
    for (Index i = 0; i < count; ++i) {
      series_->sum(state, c, {centre, half_width}, interrupt);
    }
  }

 private:
  Index size_;
  IndexArray outer_, inner_;
  ComplexArray values_;
  std::unique_ptr<ChebyshevSeries> series_;
};

ComplexArray coefficients(double z, double theta, double tolerance) {
  Interrupt interrupt = python_signals();
  std::vector<Complex> c;
  {
    const py::gil_scoped_release release;
    c = heatgauge::exponential_coefficients(z, theta, tolerance, interrupt);
  }
  return ComplexArray(static_cast<py::ssize_t>(c.size()), c.data());
}

}  // namespace

void bind_chebyshev(py::module_& m) {
  py::class_<Series>(m, "ChebyshevSeries", "Sums of Chebyshev polynomials of H applied to a state.")
      .def(py::init<const Hamiltonian&, const CarrierFields&, int>(), py::arg("hamiltonian"),
           py::arg("fields"), py::arg("threads") = 1)
      .def(py::init<IndexArray, IndexArray, ComplexArray>(), py::arg("outer").noconvert(),
           py::arg("inner").noconvert(), py::arg("values").noconvert())
      .def("sum", &Series::sum, py::arg("psi").noconvert(), py::arg("coefficients").noconvert(),
           py::arg("centre"), py::arg("half_width"), py::arg("count") = 1,
           "ψ becomes Σ c_k T_k((H - centre)/half_width) ψ, `count` times.");
  m.def("exponential_coefficients", &coefficients, py::arg("z"), py::arg("theta"),
        py::arg("tolerance"),
        "Of exp(-i z e^{-iθ} (x + 1)), cut where the rest is below tolerance.");
}
