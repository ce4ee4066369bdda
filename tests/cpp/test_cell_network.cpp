#include <doctest/doctest.h>

#include <numeric>
#include <random>

#include "heatgauge/cell_network.hpp"

using namespace heatgauge;

namespace {

std::size_t slot(Index i) { return static_cast<std::size_t>(i); }

double sum(const std::vector<double>& v) { return std::accumulate(v.begin(), v.end(), 0.0); }

Index stride(const CellNetwork& net, int axis) {
  return axis == 2 ? 1 : axis == 1 ? net.points[2] : net.points[1] * net.points[2];
}

/// A bar along one axis, random along it and alike on all lines across; open at both ends or a
/// ring. Across it is a wall, whose links never carry what flows along the bar.
CellNetwork bar(std::array<Index, 3> points, int axis, bool ring) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> uniform(0.2, 2.0);
  CellNetwork net;
  net.points = points;
  net.periodic[slot(axis)] = ring;
  const Index n = points[slot(axis)], s = stride(net, axis);
  std::vector<double> link(slot(n)), own(slot(n));
  for (double& g : link) g = uniform(random);
  for (double& c : own) c = uniform(random);
  if (!ring) link.back() = 0.0;
  for (int a = 0; a < 3; ++a) {
    if (points[slot(a)] == 1) continue;
    net.link[slot(a)].assign(slot(net.size()), 0.0);
    net.outer[slot(a)].assign(slot(net.size()), 0.0);
    for (Index i = 0; i < net.size(); ++i) {
      const Index at = i / stride(net, a) % points[slot(a)];
      if (a != axis) net.link[slot(a)][slot(i)] = at + 1 < points[slot(a)] ? 0.7 : 0.0;
    }
  }
  for (Index i = 0; i < net.size(); ++i) {
    const Index at = i / s % n;
    net.own.push_back(own[slot(at)]);
    net.link[slot(axis)][slot(i)] = link[slot(at)];
    if (!ring && (at == 0 || at == n - 1)) net.outer[slot(axis)][slot(i)] = at == 0 ? 0.9 : 1.4;
  }
  return net;
}

/// Resistance of a bar from one outside to the other, or once around; lines in parallel.
double resistance(const CellNetwork& net, int axis) {
  const Index n = net.points[slot(axis)], s = stride(net, axis);
  double lines = 0.0;
  for (Index i = 0; i < net.size(); ++i) {
    if (i / s % n != 0) continue;
    double line = 0.0;
    for (Index k = 0; k < n; ++k) {
      const std::size_t cell = slot(i + k * s);
      for (const double g : {net.link[slot(axis)][cell], net.outer[slot(axis)][cell]})
        if (g > 0.0) line += 1.0 / g;
    }
    lines += 1.0 / line;
  }
  return 1.0 / lines;
}

}  // namespace

TEST_CASE("pairs of cells resist a current through a bar as the cells do, and hold as much heat") {
  for (const bool ring : {false, true})
    for (const Index n : {4, 5, 8, 9})
      for (int axis = 0; axis < 3; ++axis)
        for (int halved = 1; halved < 8; ++halved) {
          std::array<Index, 3> points{4, 3, 6};
          points[slot(axis)] = n;
          const CellNetwork fine = bar(points, axis, ring);
          const CellNetwork coarse =
              fine.coarsened({(halved & 1) != 0, (halved & 2) != 0, (halved & 4) != 0});
          CHECK(resistance(coarse, axis) == doctest::Approx(resistance(fine, axis)).epsilon(1e-13));
          CHECK(sum(coarse.own) == doctest::Approx(sum(fine.own)).epsilon(1e-13));
          for (int a = 0; a < 3; ++a)
            CHECK(coarse.points[slot(a)] ==
                  (points[slot(a)] + (halved >> a & 1)) / (1 + (halved >> a & 1)));
        }
}

TEST_CASE("what is lost, the scale, and half a cell before a side") {
  CellNetwork net = bar({1, 1, 4}, 2, false);
  const double g = net.link[2][0], last = net.link[2][2];
  CHECK(net.loss()[0] == net.own[0] + 0.9);
  CHECK(net.loss()[1] == net.own[1]);
  CHECK(net.share_at_side(2, 0) == doctest::Approx(g / (g + 0.45)));
  CHECK(net.share_at_side(2, 1) == doctest::Approx(last / (last + 0.7)));
  net.outer[2] = {2.0 * g, 0.0, 0.0, 0.0};  // held at 0 half a cell away; insulated
  CHECK(net.share_at_side(2, 0) == doctest::Approx(0.5));
  CHECK(net.share_at_side(2, 1) == 1.0);
  const CellNetwork before = net;
  const double largest = net.normalise();
  CHECK(net.own[1] * largest == doctest::Approx(before.own[1]));
  CHECK(net.outer[2][0] * largest == doctest::Approx(2.0 * g));
  double most = 0.0;
  for (const std::vector<double>& v : {net.own, net.link[2]})
    for (const double x : v) most = std::max(most, x);
  CHECK(most == 1.0);
}

TEST_CASE("axes are strong that conduct about as well as the best, if it couples cells at all") {
  CellNetwork net = bar({1, 8, 8}, 2, true);
  const std::array<bool, 3> both{false, true, true}, one{false, false, true}, none{};
  CHECK(net.strong_axes() == both);
  for (double& g : net.link[1]) g *= 0.01;
  CHECK(net.strong_axes() == one);
  for (double& c : net.own) c *= 1e3;
  CHECK(net.strong_axes() == none);
}
