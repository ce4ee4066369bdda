#include "heatgauge/crank_nicolson.hpp"

#include "bindings.hpp"
#include "heatgauge/absorption.hpp"
#include "heatgauge/driven_fields.hpp"
#include "heatgauge/hamiltonian.hpp"
#include "heatgauge/nested_dissection.hpp"

using heatgauge::Absorption;
using heatgauge::CarrierFields;
using heatgauge::CayleySolver;
using heatgauge::Complex;
using heatgauge::CrankNicolson;
using heatgauge::CsrView;
using heatgauge::DrivenFields;
using heatgauge::DriveProfile;
using heatgauge::Grid;
using heatgauge::Hamiltonian;
using heatgauge::Index;
using heatgauge::Interrupt;

namespace {

using MaybeAbsorption = std::optional<Absorption*>;

/// A CrankNicolson together with the arrays of the matrix it looks at.
class Stepper {
 public:
  Stepper(const Grid& grid, Index reach, IndexArray outer, IndexArray inner, ComplexArray values,
          double alpha, CayleySolver solver, bool refine)
      : outer_(std::move(outer)), inner_(std::move(inner)), values_(std::move(values)) {
    const CsrView<Complex> matrix = view();
    Interrupt interrupt = python_signals();
    const py::gil_scoped_release release;
    method_ =
        std::make_unique<CrankNicolson>(grid, reach, matrix, alpha, solver, refine, interrupt);
  }

  /// Returns what each slab of the absorption took of Σ|ψ|².
  std::vector<double> advance(ComplexArray& psi, Index steps, MaybeAbsorption given) {
    Absorption* const absorption = given.value_or(nullptr);
    Complex* state = checked(psi);
    std::vector<double> losses(absorption == nullptr ? 0 : absorption->slabs(), 0.0);
    Interrupt interrupt = python_signals();
    const py::gil_scoped_release release;
    if (absorption == nullptr) {
      method_->advance(state, steps, interrupt);
      return losses;
    }
    for (Index step = 0; step < steps; ++step) {
      absorb_one(state, step, *absorption, losses, interrupt);
    }
    return losses;
  }

  void update() {
    Interrupt interrupt = python_signals();
    const py::gil_scoped_release release;
    method_->update(interrupt);
  }

  /// One step for each row of envelopes, the matrix filled and factored for each.
  std::vector<double> advance_driven(ComplexArray& psi, const Hamiltonian& h, DrivenFields& fields,
                                     const RealArray& envelopes, MaybeAbsorption given) {
    Absorption* const absorption = given.value_or(nullptr);
    Complex* state = checked(psi);
    Complex* values = values_.mutable_data();
    const double* rows = envelopes.data();
    const Index steps = envelopes.shape(0);
    if (envelopes.ndim() != 2 || envelopes.shape(1) != static_cast<Index>(fields.drives())) {
      throw py::value_error("envelopes has the wrong shape");
    }
    std::vector<double> losses(absorption == nullptr ? 0 : absorption->slabs(), 0.0);
    Interrupt interrupt = python_signals();
    const py::gil_scoped_release release;
    for (Index step = 0; step < steps; ++step) {
      h.fill(fields.at(rows + step * static_cast<Index>(fields.drives())), values);
      if (absorption != nullptr) absorption->scale(view(), values);
      at_step(step, [&] { method_->update(interrupt); });
      if (absorption == nullptr) {
        at_step(step, [&] { method_->advance(state, 1, interrupt); });
      } else {
        absorb_one(state, step, *absorption, losses, interrupt);
      }
    }
    return losses;
  }

  Index iterations() const { return method_->iterations(); }

 private:
  template <typename Step>
  static void at_step(Index step, Step&& run) {
    try {
      run();
    } catch (const heatgauge::NumericalFailure& failure) {
      throw heatgauge::NumericalFailure(failure.what(), step, failure.residual());
    }
  }

  void absorb_one(Complex* state, Index step, Absorption& absorption, std::vector<double>& losses,
                  Interrupt& interrupt) {
    absorption.enter(state);
    try {
      at_step(step, [&] { method_->advance(state, 1, interrupt); });
    } catch (...) {
      absorption.restore(state);
      throw;
    }
    absorption.leave(state, losses.data());
  }

  CsrView<Complex> view() const {
    return {outer_.size() - 1, outer_.data(), inner_.data(), values_.data()};
  }

  Complex* checked(ComplexArray& psi) const {
    if (psi.size() != outer_.size() - 1) throw py::value_error("psi has the wrong size");
    return psi.mutable_data();
  }

  IndexArray outer_, inner_;
  ComplexArray values_;
  std::unique_ptr<CrankNicolson> method_;
};

DrivenFields make_driven_fields(const Grid& grid, const RealArray& potential,
                                const std::vector<std::optional<RealArray>>& phases,
                                const std::vector<std::pair<int, RealArray>>& drives) {
  std::array<const double*, 3> base{};
  for (std::size_t a = 0; a < phases.size(); ++a) base[a] = phases[a] ? phases[a]->data() : nullptr;
  std::vector<DriveProfile> profiles;
  for (const auto& [axis, values] : drives) {
    profiles.push_back({axis, {values.data(), values.data() + values.size()}});
  }
  return DrivenFields(grid, potential.data(), base, std::move(profiles));
}

}  // namespace

void bind_crank_nicolson(py::module_& m) {
  py::enum_<CayleySolver>(m, "CayleySolver", "How the linear system of a step is solved.")
      .value("banded", CayleySolver::banded)
      .value("dissection", CayleySolver::dissection)
      .value("sparse_lu", CayleySolver::sparse_lu)
      .value("krylov", CayleySolver::krylov);

  py::class_<DrivenFields>(m, "DrivenFields", "Static fields plus envelopes times profiles.")
      .def(py::init(&make_driven_fields), py::arg("grid"), py::arg("potential").noconvert(),
           py::arg("phases"), py::arg("drives"),
           "drives: (-1, profile on sites) or (axis, profile of phases on its links).");

  py::class_<Stepper>(m, "CrankNicolson", "Crank-Nicolson steps on an assembled matrix.")
      .def(py::init<const Grid&, Index, IndexArray, IndexArray, ComplexArray, double, CayleySolver,
                    bool>(),
           py::arg("grid"), py::arg("reach"), py::arg("outer").noconvert(),
           py::arg("inner").noconvert(), py::arg("values").noconvert(), py::arg("alpha"),
           py::arg("solver"), py::arg("refine"))
      .def("advance", &Stepper::advance, py::arg("psi").noconvert(), py::arg("steps"),
           py::arg("absorption") = py::none())
      .def("advance_driven", &Stepper::advance_driven, py::arg("psi").noconvert(),
           py::arg("hamiltonian"), py::arg("fields"), py::arg("envelopes").noconvert(),
           py::arg("absorption") = py::none())
      .def("update", &Stepper::update)
      .def_property_readonly("iterations", &Stepper::iterations);
  m.def(
      "dissection_cost",
      [](const Grid& grid, Index reach) {
        const auto cost = heatgauge::NestedDissection<Complex>::cost(grid, reach);
        return std::make_pair(cost.bytes, cost.flops);
      },
      py::arg("grid"), py::arg("reach"),
      "Bytes of the factors and operations of the factorisation.");
  m.def("banded_fits", &heatgauge::banded_fits, py::arg("grid"), py::arg("reach"));
}
