#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "heatgauge/counter_normals.hpp"

using heatgauge::counter_normals;
using heatgauge::Index;
using heatgauge::philox;
using Block = std::array<std::uint32_t, 4>;

TEST_CASE("Philox 4x32-10 gives the words its authors publish") {
  // kat_vectors of Random123
  CHECK(philox({0, 0, 0, 0}, 0) == Block{0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u});
  const std::uint32_t ones = 0xffffffffu;
  CHECK(philox({ones, ones, ones, ones}, ~std::uint64_t{0}) ==
        Block{0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu});
  CHECK(philox({0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u}, 0x299f31d0a4093822u) ==
        Block{0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u});
}

TEST_CASE("normal numbers are those of Box and Muller from the words of Philox") {
  const std::uint64_t key = 0x0123456789abcdefu, step = 0x500000007u;
  const std::uint32_t stream = 2;
  std::vector<double> z(5000);
  counter_normals(key, step, stream, 5000, z.data());
  const long double turn = 2 * std::acos(-1.0L);
  double worst = 0.0;
  for (Index b = 0; b < 5000 / 4; ++b) {
    const Block x = philox({static_cast<std::uint32_t>(b), static_cast<std::uint32_t>(step),
                            static_cast<std::uint32_t>(step >> 32), stream},
                           key);
    const Index chunk = b / 256, place = b % 256;
    const Index blocks = std::min(Index{256}, (5000 - chunk * 1024 + 3) / 4);
    for (std::size_t half = 0; half < 2; ++half) {
      const long double u = (x[2 * half] + 0.5L) * 0x1p-32L;
      const long double v = (x[2 * half + 1] + 0.5L) * 0x1p-32L;
      const long double r = std::sqrt(-2 * std::log(u));
      const long double exact[2] = {r * std::cos(turn * v), -r * std::sin(turn * v)};
      for (Index part = 0; part < 2; ++part) {
        const Index i = chunk * 1024 + (2 * part + static_cast<Index>(half)) * blocks + place;
        if (i >= 5000) continue;
        const double error =
            static_cast<double>(std::abs(z[static_cast<std::size_t>(i)] - exact[part]));
        worst = std::max(worst, error);
      }
    }
  }
  // the angle is right to an eps of 2π, the radius is at most 6.8
  CHECK(worst <= 20 * 2.3e-16);
}

TEST_CASE("normal numbers have the moments and the independence of normal numbers") {
  const Index n = 1 << 12, steps = 256;
  const double total = static_cast<double>(n * steps);
  double sums[4] = {0, 0, 0, 0}, next = 0, later = 0, other = 0;
  std::vector<double> x(n), before(n), stream(n);
  for (Index s = 0; s < steps; ++s) {
    counter_normals(42, static_cast<std::uint64_t>(s), 0, n, x.data());
    counter_normals(42, static_cast<std::uint64_t>(s), 1, n, stream.data());
    for (std::size_t i = 0; i < x.size(); ++i) {
      double power = 1.0;
      for (double& sum : sums) sum += power *= x[i];
      next += i == 0 ? 0.0 : x[i] * x[i - 1];
      later += s == 0 ? 0.0 : x[i] * before[i];
      other += x[i] * stream[i];
    }
    before = x;
  }
  // five standard errors: false alarms 6e-7 each
  const double error = 5 / std::sqrt(total);
  CHECK(std::abs(sums[0] / total) < error);
  CHECK(std::abs(sums[1] / total - 1) < std::sqrt(2.0) * error);
  CHECK(std::abs(sums[2] / total) < std::sqrt(15.0) * error);
  CHECK(std::abs(sums[3] / total - 3) < std::sqrt(96.0) * error);
  CHECK(std::abs(next / total) < error);
  CHECK(std::abs(later / total) < error);
  CHECK(std::abs(other / total) < error);
}
