#include "heatgauge/face_circuit.hpp"

#include <stdexcept>

#include "heatgauge/faces.hpp"

namespace heatgauge {

namespace {

/// Σ over the path of half a cell times `density`, on every face of axis `a`.
template <typename Density>
std::vector<double> along_path(const Grid& grid, int a, Density density) {
  const double half = 0.5 * grid.axis(a).spacing;
  std::vector<double> result(static_cast<std::size_t>(faces(grid, a)));
  double* const r = result.data();
  for_each_link(grid, a,
                [&](Index f, Index i, Index j) { r[f] = half * (density(i) + density(j)); });
  for (const int end : {0, 1})
    for_each_side_face(grid, a, end, [&](Index f, Index i, Index) { r[f] = half * density(i); });
  return result;
}

}  // namespace

FaceCircuit::FaceCircuit(const Grid& grid, std::span<const double> conductivity,
                         std::span<const double> inductance) {
  if (static_cast<Index>(conductivity.size()) != grid.size() ||
      static_cast<Index>(inductance.size()) != grid.size())
    throw std::invalid_argument("conductivity and inductance are fields on the sites of the grid");
  const double* const kappa = conductivity.data();
  const double* const lambda = inductance.data();
  for (int a = 0; a < grid.dimensions(); ++a) {
    const auto slot = static_cast<std::size_t>(a);
    resistance_[slot] = along_path(grid, a, [kappa](Index i) { return 1.0 / kappa[i]; });
    inductance_[slot] = along_path(grid, a, [lambda](Index i) { return lambda[i]; });
  }
}

void FaceCircuit::add_surface_resistance(const Grid& grid, int axis, int end,
                                         std::span<const double> extra) {
  if (static_cast<Index>(extra.size()) != side_faces(grid, axis))
    throw std::invalid_argument("a surface resistance has one value per outer face");
  double* const r = resistance_.at(static_cast<std::size_t>(axis)).data();
  for_each_side_face(grid, axis, end,
                     [&](Index f, Index, Index j) { r[f] += extra[static_cast<std::size_t>(j)]; });
}

}  // namespace heatgauge
