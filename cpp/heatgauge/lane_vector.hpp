/// Arithmetic on SIMD registers of a chosen width, and functions compiled for several processors.
#pragma once

#include <cstring>
#include <utility>

#include "heatgauge/dispatch.hpp"
#include "heatgauge/pair.hpp"
#include "heatgauge/types.hpp"

namespace heatgauge {

/// `Width` doubles. target_clones cannot vary the width, and a vector wider than the registers goes
/// through memory: kernels are templates of the width instead.
#if defined(__GNUC__)
template <int Width>
struct VectorOf {
  using type __attribute__((vector_size(8 * Width), may_alias)) = double;
  using anywhere __attribute__((vector_size(8 * Width), aligned(8), may_alias)) = double;
};
template <int Width>
using Vector = typename VectorOf<Width>::type;
/// As many floats, anywhere in memory.
template <int Width>
struct SinglesOf {
  using type __attribute__((vector_size(4 * Width), aligned(4), may_alias)) = float;
};
#else
template <int Width>
struct Vector {
  double value[Width];
  Vector() = default;
  Vector(double x) {
    for (double& v : value) v = x;
  }
};
template <int W>
inline Vector<W> operator-(const Vector<W>& a) {
  Vector<W> c;
  for (int i = 0; i < W; ++i) c.value[i] = -a.value[i];
  return c;
}
#define HEATGAUGE_LANEWISE(op)                                            \
  template <int W>                                                        \
  inline Vector<W> operator op(const Vector<W>& a, const Vector<W>& b) {  \
    Vector<W> c;                                                          \
    for (int i = 0; i < W; ++i) c.value[i] = a.value[i] op b.value[i];    \
    return c;                                                             \
  }                                                                       \
  template <int W>                                                        \
  inline Vector<W> operator op(const Vector<W>& a, double b) {            \
    return a op Vector<W>(b);                                             \
  }                                                                       \
  template <int W>                                                        \
  inline Vector<W>& operator op## = (Vector<W> & a, const Vector<W>& b) { \
    return a = a op b;                                                    \
  }
HEATGAUGE_LANEWISE(+)
HEATGAUGE_LANEWISE(-)
HEATGAUGE_LANEWISE(*)
#undef HEATGAUGE_LANEWISE
#endif

/// The real and imaginary parts of Width complex numbers. Functions take references and return
/// nothing: by value, registers that a processor lacks would change the calling convention.
template <int Width>
struct Complexes {
  Vector<Width> re, im;

  HEATGAUGE_INLINE void load(const double* real, const double* imag) {
    re = *reinterpret_cast<const Vector<Width>*>(real);
    im = *reinterpret_cast<const Vector<Width>*>(imag);
  }
  HEATGAUGE_INLINE void store(double* real, double* imag) const {
    *reinterpret_cast<Vector<Width>*>(real) = re;
    *reinterpret_cast<Vector<Width>*>(imag) = im;
  }
  HEATGAUGE_INLINE void fill(double real, double imag) {
    re = Vector<Width>{} + real;
    im = Vector<Width>{} + imag;
  }
  HEATGAUGE_INLINE void add(const Complexes& b) {
    re += b.re;
    im += b.im;
  }
  HEATGAUGE_INLINE void subtract(const Complexes& b) {
    re -= b.re;
    im -= b.im;
  }
  /// this = b - this
  HEATGAUGE_INLINE void subtract_from(const Complexes& b) {
    re = b.re - re;
    im = b.im - im;
  }
  HEATGAUGE_INLINE void multiply(double real, double imag) {
    const Vector<Width> r = re * real - im * imag;
    im = re * imag + im * real;
    re = r;
  }
  HEATGAUGE_INLINE void multiply(const Complexes& b) {
    const Vector<Width> r = re * b.re - im * b.im;
    im = re * b.im + im * b.re;
    re = r;
  }
  HEATGAUGE_INLINE void multiply_conjugate(const Complexes& b) {
    const Vector<Width> r = re * b.re + im * b.im;
    im = im * b.re - re * b.im;
    re = r;
  }
  /// this += c·b
  HEATGAUGE_INLINE void add_product(double real, double imag, const Complexes& b) {
    re = (re + b.re * real) - b.im * imag;
    im = (im + b.im * real) + b.re * imag;
  }
  /// this += i·c·b
  HEATGAUGE_INLINE void add_turned(double c, const Complexes& b) {
    re -= b.im * c;
    im += b.re * c;
  }
};

template <int Width>
HEATGAUGE_INLINE void load_unaligned(const double* from, Vector<Width>& to) {
#if defined(__GNUC__)  // memcpy comes in halves, which the whole then has to wait for
  to = *reinterpret_cast<const typename VectorOf<Width>::anywhere*>(from);
#else
  std::memcpy(&to, from, sizeof to);
#endif
}
template <int Width>
HEATGAUGE_INLINE void store_unaligned(const Vector<Width>& from, double* to) {
#if defined(__GNUC__)
  *reinterpret_cast<typename VectorOf<Width>::anywhere*>(to) = from;
#else
  std::memcpy(to, &from, sizeof from);
#endif
}
/// The same from and to floats, one rounding to nearest each.
template <int Width>
HEATGAUGE_INLINE void load_unaligned(const float* from, Vector<Width>& to) {
#if defined(__GNUC__)
  using Singles = typename SinglesOf<Width>::type;
  to = __builtin_convertvector(*reinterpret_cast<const Singles*>(from), Vector<Width>);
#else
  for (int i = 0; i < Width; ++i) to[i] = from[i];
#endif
}
template <int Width>
HEATGAUGE_INLINE void store_unaligned(const Vector<Width>& from, float* to) {
#if defined(__GNUC__)
  using Singles = typename SinglesOf<Width>::type;
  *reinterpret_cast<Singles*>(to) = __builtin_convertvector(from, Singles);
#else
  for (int i = 0; i < Width; ++i) to[i] = static_cast<float>(from[i]);
#endif
}
template <int Width>
HEATGAUGE_INLINE void store_aligned(const Vector<Width>& from, double* to) {
  *reinterpret_cast<Vector<Width>*>(to) = from;
}

/// out[k] = (a, b)[index[k]] with the elements of b following those of a.
template <int... Indices, typename V>
HEATGAUGE_INLINE void shuffle(const V& a, const V& b, V& out) {
#if defined(__GNUC__)
  out = __builtin_shufflevector(a, b, Indices...);
#else
  constexpr int width = sizeof...(Indices), index[] = {Indices...};
  V result;
  for (int k = 0; k < width; ++k) result[k] = index[k] < width ? a[index[k]] : b[index[k] - width];
  out = result;
#endif
}

template <int Width, int... K>
HEATGAUGE_INLINE void separate(const Vector<Width> (&block)[2], Complexes<Width>& value,
                               std::integer_sequence<int, K...>) {
  shuffle<2 * K...>(block[0], block[1], value.re);
  shuffle<2 * K + 1 ...>(block[0], block[1], value.im);
}
/// Width complex numbers as they lie in memory, into their parts.
template <int Width>
HEATGAUGE_INLINE void separate(const Vector<Width> (&block)[2], Complexes<Width>& value) {
  separate<Width>(block, value, std::make_integer_sequence<int, Width>());
}

template <int Width, int... K>
HEATGAUGE_INLINE void join(const Complexes<Width>& value, Vector<Width> (&block)[2],
                           std::integer_sequence<int, K...>) {
  shuffle<(K / 2 + (K % 2) * Width)...>(value.re, value.im, block[0]);
  shuffle<(K / 2 + (K % 2) * Width + Width / 2)...>(value.re, value.im, block[1]);
}
template <int Width>
HEATGAUGE_INLINE void join(const Complexes<Width>& value, Vector<Width> (&block)[2]) {
  join<Width>(value, block, std::make_integer_sequence<int, Width>());
}

/// Before a loop over few registers, which stay registers only where it is unrolled.
#if defined(__GNUC__) && !defined(__clang__)
#define HEATGAUGE_UNROLL _Pragma("GCC unroll 8")
#else
#define HEATGAUGE_UNROLL
#endif

/// Exchanges the off-diagonal quarters of every square of 2·Side elements.
template <int Width, int Side, int... K>
HEATGAUGE_INLINE void exchange(Vector<Width> (&block)[Width], std::integer_sequence<int, K...>) {
  HEATGAUGE_UNROLL
  for (int r = 0; r < Width; ++r) {
    if ((r & Side) != 0) continue;
    const Vector<Width> a = block[r], b = block[r + Side];
    shuffle<((K & Side) == 0 ? K : Width + K - Side)...>(a, b, block[r]);
    shuffle<((K & Side) == 0 ? K + Side : Width + K)...>(a, b, block[r + Side]);
  }
}
template <int Width>
HEATGAUGE_INLINE void transpose(Vector<Width> (&block)[Width]) {
  constexpr auto lanes = std::make_integer_sequence<int, Width>();
  exchange<Width, 1>(block, lanes);
  if constexpr (Width > 2) exchange<Width, 2>(block, lanes);
  if constexpr (Width > 4) exchange<Width, 4>(block, lanes);
}

/// Defines `name`(parameters), which calls `kernel`<width>(arguments) compiled for the processor at
/// hand: `kernel` must be inlined and is given the width of its registers.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
enum class Registers { sse2 = 2, avx2 = 4, avx512 = 8 };
inline Registers registers() {
  static const Registers found = [] {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("x86-64-v4")) return Registers::avx512;
    return __builtin_cpu_supports("x86-64-v3") ? Registers::avx2 : Registers::sse2;
  }();
  return found;
}
#define HEATGAUGE_PER_PROCESSOR(name, parameters, kernel, arguments)                               \
  namespace {                                                                                      \
  __attribute__((target("arch=x86-64-v4"))) void name##_avx512 parameters { kernel<8> arguments; } \
  __attribute__((target("arch=x86-64-v3"))) void name##_avx2 parameters { kernel<4> arguments; }   \
  void name##_sse2 parameters { kernel<2> arguments; }                                             \
  }                                                                                                \
  void name parameters {                                                                           \
    switch (registers()) {                                                                         \
      case Registers::avx512:                                                                      \
        return name##_avx512 arguments;                                                            \
      case Registers::avx2:                                                                        \
        return name##_avx2 arguments;                                                              \
      default:                                                                                     \
        return name##_sse2 arguments;                                                              \
    }                                                                                              \
  }
#else
#define HEATGAUGE_PER_PROCESSOR(name, parameters, kernel, arguments) \
  void name parameters { kernel<2> arguments; }
#endif

}  // namespace heatgauge
