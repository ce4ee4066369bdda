#include <doctest/doctest.h>

#include <limits>

#include "heatgauge/flush_denormals.hpp"
#include "heatgauge/interrupt.hpp"
#include "heatgauge/pair.hpp"

using heatgauge::Complex;
using heatgauge::Interrupt;
using heatgauge::Pair;

TEST_CASE("products of complex numbers by the plain formula") {
  const Complex a(1.5, -2.0), b(0.25, 3.0);  // exact in binary
  CHECK(heatgauge::times(a, b) == a * b);
  CHECK(heatgauge::conj_times(a, b) == std::conj(a) * b);
  CHECK(heatgauge::norm2(a) == 6.25);
}

TEST_CASE("a failure carries its step and residual") {
  const heatgauge::NumericalFailure failure("what", 7, 0.5);
  CHECK(std::string(failure.what()) == "what");
  CHECK(failure.step() == 7);
  CHECK(failure.residual() == 0.5);
}

TEST_CASE("both lanes of a pair are complex numbers of their own") {
  const Complex a[] = {{1.5, -2.0}, {0.5, 4.0}}, b[] = {{0.25, 3.0}, {-1.0, 0.75}},
                c[] = {{2.0, 1.0}, {8.0, -3.0}};
  const Pair first(a[0], a[1]), second(b[0], b[1]), third(c[0], c[1]);
  const auto check = [](const Pair& x, Complex lane0, Complex lane1) {
    CHECK(x.first() == lane0);
    CHECK(x.second() == lane1);
  };
  check(first * second, a[0] * b[0], a[1] * b[1]);
  Pair sum = third;
  sum.add_product(first, second);
  check(sum, c[0] + a[0] * b[0], c[1] + a[1] * b[1]);
  sum = third;
  sum.subtract_product(first, second);
  check(sum, c[0] - a[0] * b[0], c[1] - a[1] * b[1]);
  sum = third;
  sum.subtract_conjugate_product(first, second);
  check(sum, c[0] - std::conj(a[0]) * b[0], c[1] - std::conj(a[1]) * b[1]);
  sum += first;
  sum -= third;
  sum.set(1, Complex(9.0, 8.0));
  check(sum, a[0] - std::conj(a[0]) * b[0], Complex(9.0, 8.0));
  CHECK(heatgauge::norm2(first)[0] == 6.25);
  CHECK(heatgauge::norm2(first)[1] == 16.25);
  const Pair inverse = reciprocal(Pair(Complex(1.0, 1.0), Complex(0.0, 2.0)));
  check(inverse, Complex(0.5, -0.5), Complex(0.0, -0.5));
}

namespace {

/// Half the smallest normal number, at run time.
double half_of_smallest() {
  volatile double smallest = std::numeric_limits<double>::min();
  return smallest * 0.5;
}

}  // namespace

// Fails under valgrind, which does not know this mode of the processor.
TEST_CASE("denormals are flushed within a scope and nowhere else") {
  CHECK(half_of_smallest() > 0.0);
  {
    const heatgauge::FlushDenormals outer;
#if defined(__SSE2__) || defined(__aarch64__)
    CHECK(half_of_smallest() == 0.0);
#endif
    {
      const heatgauge::FlushDenormals inner;
    }
#if defined(__SSE2__) || defined(__aarch64__)
    CHECK(half_of_smallest() == 0.0);  // the inner scope gives back what it found
#endif
  }
  CHECK(half_of_smallest() > 0.0);
  try {
    const heatgauge::FlushDenormals scope;
    throw 1;
  } catch (int) {
  }
  CHECK(half_of_smallest() > 0.0);
}

TEST_CASE("an interrupt asks at most every 20 ms and throws when told to stop") {
  using Clock = std::chrono::steady_clock;
  int asked = 0;
  Interrupt interrupt([&asked] { return ++asked == 3; });
  const auto start = Clock::now();
  const auto run = [&] {
    for (;;) interrupt.check();
  };
  CHECK_THROWS_AS(run(), heatgauge::Interrupted);
  CHECK(asked == 3);
  CHECK(Clock::now() - start >= std::chrono::milliseconds(60));
  Interrupt never;
  for (int i = 0; i < 1000; ++i) never.check();
}
