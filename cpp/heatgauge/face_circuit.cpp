#include "heatgauge/face_circuit.hpp"

#include <algorithm>
#include <limits>
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

/// Where the values for axis `a` begin in a field on sites, or on sites for each axis.
const double* for_axis(const Grid& grid, std::span<const double> field, int a) {
  const auto count = static_cast<Index>(field.size());
  if (count == grid.size()) return field.data();
  if (count != grid.dimensions() * grid.size())
    throw std::invalid_argument(
        "coefficients are fields on the sites of the grid, or one per axis");
  return field.data() + a * grid.size();
}

std::size_t slot(int a) { return static_cast<std::size_t>(a); }

}  // namespace

FaceCircuit::FaceCircuit(const Grid& grid, std::span<const double> conductivity,
                         std::span<const double> inductance) {
  for (int a = 0; a < grid.dimensions(); ++a) {
    const double* const kappa = for_axis(grid, conductivity, a);
    const double* const lambda = for_axis(grid, inductance, a);
    resistance_[slot(a)] = along_path(grid, a, [kappa](Index i) { return 1.0 / kappa[i]; });
    inductance_[slot(a)] = along_path(grid, a, [lambda](Index i) { return lambda[i]; });
    shunt_[slot(a)].assign(resistance_[slot(a)].size(), 0.0);
  }
}

void FaceCircuit::add_surface_resistance(const Grid& grid, int axis, int end,
                                         std::span<const double> extra) {
  if (static_cast<Index>(extra.size()) != side_faces(grid, axis))
    throw std::invalid_argument("a surface resistance has one value per outer face");
  const std::size_t a = slot(axis);
  double* const r = resistance_.at(a).data();
  for_each_side_face(grid, axis, end, [&](Index f, Index, Index j) {
    const double added = extra[static_cast<std::size_t>(j)];
    double& shunt = shunt_[a][static_cast<std::size_t>(f)];
    const double beta = 1.0 / (1.0 + added * shunt);
    inductance_[a][static_cast<std::size_t>(f)] /= beta * beta;
    r[f] = (r[f] + added * beta) / (beta * beta);
    shunt *= beta;
  });
}

void FaceCircuit::add_surface_inductance(const Grid& grid, int axis, int end,
                                         std::span<const double> extra) {
  if (static_cast<Index>(extra.size()) != side_faces(grid, axis))
    throw std::invalid_argument("a surface inductance has one value per outer face");
  double* const l = inductance_.at(slot(axis)).data();
  for_each_side_face(grid, axis, end,
                     [&](Index f, Index, Index j) { l[f] += extra[static_cast<std::size_t>(j)]; });
}

void FaceCircuit::add_shunt(const Grid& grid, std::span<const double> conductivity) {
  has_shunt_ = true;
  for (int a = 0; a < grid.dimensions(); ++a) {
    const double* const kappa = for_axis(grid, conductivity, a);
    const std::vector<double> path = along_path(grid, a, [=](Index i) { return 1.0 / kappa[i]; });
    for (std::size_t f = 0; f < path.size(); ++f) shunt_[slot(a)][f] += 1.0 / path[f];
  }
}

void FaceCircuit::split_lag(const Grid& grid, std::span<const double> lag) {
  for (int a = 0; a < grid.dimensions(); ++a) {
    const double* const density = for_axis(grid, lag, a);
    const std::vector<double> path = along_path(grid, a, [=](Index i) { return density[i]; });
    std::vector<double>&r = resistance_[slot(a)], &l = inductance_[slot(a)];
    for (std::size_t f = 0; f < path.size(); ++f) {
      if (path[f] == 0.0) continue;
      has_shunt_ = true;
      const double share = path[f] / l[f];
      shunt_[slot(a)][f] += std::min(share, 1.0) / r[f];
      const bool all = share >= 1.0 - 4 * std::numeric_limits<double>::epsilon();
      r[f] = all ? std::numeric_limits<double>::infinity() : r[f] / (1.0 - share);
      l[f] = all ? 0.0 : l[f] / (1.0 - share);
    }
  }
}

}  // namespace heatgauge
