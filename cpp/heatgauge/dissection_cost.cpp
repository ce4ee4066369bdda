#include "heatgauge/dissection_cost.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "heatgauge/dissection_front.hpp"
#include "heatgauge/dissection_tree.hpp"

namespace heatgauge {
namespace {

template <typename Scalar>
FactorCost exact(const Grid& grid, Index reach) {
  Interrupt never;  // at most exact_cost_sites sites: a few hundredths of a second
  const DissectionTree tree(grid, reach, never);
  FactorCost cost{tree.bytes(), 0.0};
  for (const DissectionNode& node : tree.nodes) {
    const FrontShape<Scalar> shape(node.own, node.boundary);
    cost.bytes += static_cast<double>(shape.lower_size() + shape.upper_size()) * sizeof(Scalar);
    cost.flops += shape.flops();
  }
  return cost;
}

bool is_long(const Grid& grid, int a) {
  Index longest = 0;
  for (int b = 0; b < grid.dimensions(); ++b) longest = std::max(longest, grid.axis(b).points);
  return grid.axis(a).points * 4 > longest;
}

Grid shrunk(const Grid& grid, double factor) {
  std::vector<Axis> axes;
  for (int a = 0; a < grid.dimensions(); ++a) {
    axes.push_back(grid.axis(a));
    const double points = static_cast<double>(axes.back().points);
    if (is_long(grid, a))
      axes.back().points = std::max<Index>(2, static_cast<Index>(std::lround(points / factor)));
  }
  return Grid(axes);
}

/// The two functions of s a figure per site is made of.
struct Law {
  double (*first)(double);
  double (*second)(double);

  /// Value at s from those at s1 and s2.
  double at(double s, double s1, double f1, double s2, double f2) const {
    const double det = first(s1) * second(s2) - first(s2) * second(s1);
    const double a = (f1 * second(s2) - f2 * second(s1)) / det;
    const double b = (first(s1) * f2 - first(s2) * f1) / det;
    return a * first(s) + b * second(s);
  }
};

double one(double) { return 1.0; }
double linear(double s) { return s; }
double logarithm(double s) { return std::log(s); }
double square(double s) { return s * s; }
double cube(double s) { return s * s * s; }

}  // namespace

template <typename Scalar>
FactorCost dissection_cost(const Grid& grid, Index reach) {
  if (grid.size() <= exact_cost_sites) return exact<Scalar>(grid, reach);
  int axes = 0;
  for (int a = 0; a < grid.dimensions(); ++a) axes += is_long(grid, a);
  const double sites = static_cast<double>(grid.size());
  // Halved so often, the grid is cut into leaves of about the same size as the large one.
  const double halvings =
      std::ceil(std::log2(sites / static_cast<double>(exact_cost_sites)) / axes);
  const double factor = std::exp2(halvings);
  const Grid near = shrunk(grid, factor), far = shrunk(grid, 2.0 * factor);
  const double near_sites = static_cast<double>(near.size()),
               far_sites = static_cast<double>(far.size());
  const FactorCost n = exact<Scalar>(near, reach), f = exact<Scalar>(far, reach);
  if (axes == 1) return {n.bytes * sites / near_sites, n.flops * sites / near_sites};
  const auto length = [axes](double count) { return std::pow(count, 1.0 / axes); };
  const Law bytes = axes == 2 ? Law{one, logarithm} : Law{one, linear};
  const Law flops = axes == 2 ? Law{one, linear} : Law{square, cube};
  const double s = length(sites), s1 = length(near_sites), s2 = length(far_sites);
  return {sites * bytes.at(s, s1, n.bytes / near_sites, s2, f.bytes / far_sites),
          sites * flops.at(s, s1, n.flops / near_sites, s2, f.flops / far_sites)};
}

template FactorCost dissection_cost<double>(const Grid&, Index);
template FactorCost dissection_cost<Complex>(const Grid&, Index);

}  // namespace heatgauge
