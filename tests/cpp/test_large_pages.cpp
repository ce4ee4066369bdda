#include <doctest/doctest.h>

#include <algorithm>
#include <complex>
#include <cstdint>

#include "heatgauge/large_pages.hpp"

using heatgauge::UnsetVector;

TEST_CASE("an unset vector behaves as a vector, below and above the size of a large page") {
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{1} << 18}) {
    CAPTURE(size);
    UnsetVector<std::complex<double>> u;
    u.resize(size);
    for (std::size_t i = 0; i < size; ++i) u[i] = {1.0 * static_cast<double>(i), -2.0};
    const UnsetVector<std::complex<double>> copy = u;
    CHECK(copy == u);
    u.resize(size + 3);
    CHECK(std::equal(copy.begin(), copy.end(), u.begin()));
    const UnsetVector<std::complex<double>> set(size, {0.5, 0.25});
    CHECK(std::count(set.begin(), set.end(), std::complex<double>(0.5, 0.25)) ==
          static_cast<std::ptrdiff_t>(set.size()));
    if (size * sizeof(u[0]) >= (std::size_t{1} << 21)) {
      CHECK(reinterpret_cast<std::uintptr_t>(copy.data()) % (std::size_t{1} << 21) == 0);
    }
  }
}

TEST_CASE("more memory than there is raises bad_alloc") {
  UnsetVector<double> u;
  CHECK_THROWS_AS(u.resize(std::size_t{1} << 58), std::bad_alloc);
}
