#include "heatgauge/flux_components.hpp"

#include <algorithm>
#include <utility>

#include "heatgauge/faces.hpp"

namespace heatgauge {

namespace {

std::size_t slot(Index i) { return static_cast<std::size_t>(i); }

Grid grid_of_faces(const Grid& grid, int a) {
  std::vector<Axis> axes;
  for (int b = 0; b < grid.dimensions(); ++b) {
    axes.push_back(grid.axis(b));
    if (b == a) axes.back().points = faces_per_line(grid, a);
  }
  return Grid(std::move(axes));
}

}  // namespace

FluxComponents::FluxComponents(const Grid& grid) : grid_(grid) {
  for (int a = 0; a < grid.dimensions(); ++a) {
    of_.push_back(grid_of_faces(grid, a));
    for (int b = 0; b < grid.dimensions(); ++b)
      conductance_[slot(a)][slot(b)].assign(slot(faces(of_.back(), b)), 0.0);
  }
}

void FluxComponents::join(int a, int b, std::array<Index, 3> place, double weight) {
  const Grid& of = of_[slot(a)];
  // Of a ring face k lies above cell k; along its own axis the faces of cell k are joined.
  if (grid_.axis(a).periodic) {
    const Index n = grid_.axis(a).points;
    place[slot(a)] = (place[slot(a)] + (a == b ? 0 : n - 1)) % n;
  } else if (a == b) {
    ++place[slot(a)];
  }
  Index face = 0;
  for (int c = 0; c < of.dimensions(); ++c) {
    Index at = place[slot(c)];
    if (c == b && of.axis(b).periodic) at = (at + of.axis(b).points - 1) % of.axis(b).points;
    face = face * (c == b ? faces_per_line(of, b) : of.axis(c).points) + at;
  }
  conductance_[slot(a)][slot(b)][slot(face)] += weight * grid_.axis(b).spacing;
}

void FluxComponents::build(std::span<const double> own, const std::vector<char>& fixed,
                           Interrupt& interrupt) {
  std::size_t begin = 0;
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const Grid& of = of_[slot(a)];
    const auto n = slot(of.size());
    std::vector<double> capacity(own.begin() + static_cast<std::ptrdiff_t>(begin),
                                 own.begin() + static_cast<std::ptrdiff_t>(begin + n));
    FaceField g = std::move(conductance_[slot(a)]);
    const char* const held = fixed.data() + begin;
    for (int b = 0; b < of.dimensions(); ++b) {
      const double scale = 1.0 / of.axis(b).spacing;
      double* const x = g[slot(b)].data();
      for_each_link(of, b, [&](Index f, Index i, Index j) {
        if (!held[i] && !held[j]) return;
        if (!held[i]) capacity[slot(i)] += scale * x[f];
        if (!held[j]) capacity[slot(j)] += scale * x[f];
        x[f] = 0.0;
      });
    }
    solver_.emplace_back(of, capacity, g, 1.0, interrupt, false);
    begin += n;
  }
}

void FluxComponents::solve(std::vector<double>& q, double relative, Work& work,
                           Interrupt& interrupt) const {
  auto at = q.begin();
  for (std::size_t a = 0; a < solver_.size(); ++a) {
    const auto end = at + of_[a].size();
    work.one.assign(at, end);
    solver_[a].solve(work.one, work.solver[a], interrupt, nullptr, relative);
    at = std::copy(work.one.begin(), work.one.end(), at);
  }
}

}  // namespace heatgauge
