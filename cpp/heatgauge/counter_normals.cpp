#include "heatgauge/counter_normals.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "heatgauge/dispatch.hpp"
#include "heatgauge/pair.hpp"
#include "heatgauge/unit_phase.hpp"

namespace heatgauge {

namespace {

constexpr std::uint32_t kMultiplier[2] = {0xD2511F53u, 0xCD9E8D57u};
constexpr std::uint32_t kWeyl[2] = {0x9E3779B9u, 0xBB67AE85u};
constexpr int kRounds = 10;
constexpr Index kBlocks = 256;  // counters at a time: all that is computed of them stays in L1

/// Counters side by side, word by word.
struct Words {
  alignas(64) std::uint32_t word[4][kBlocks];
};

HEATGAUGE_INLINE void round_of(std::uint32_t (&x)[4], std::uint32_t key0, std::uint32_t key1) {
  const std::uint64_t first = std::uint64_t{kMultiplier[0]} * x[0];
  const std::uint64_t second = std::uint64_t{kMultiplier[1]} * x[2];
  const std::uint32_t one = x[1], three = x[3];
  x[0] = static_cast<std::uint32_t>(second >> 32) ^ one ^ key0;
  x[1] = static_cast<std::uint32_t>(second);
  x[2] = static_cast<std::uint32_t>(first >> 32) ^ three ^ key1;
  x[3] = static_cast<std::uint32_t>(first);
}

HEATGAUGE_CLONES void scramble(Words& words, Index blocks, std::uint64_t key) {
  const auto low = static_cast<std::uint32_t>(key), high = static_cast<std::uint32_t>(key >> 32);
  for (Index b = 0; b < blocks; ++b) {
    std::uint32_t x[4] = {words.word[0][b], words.word[1][b], words.word[2][b], words.word[3][b]};
    for (std::uint32_t r = 0; r < kRounds; ++r) {
      round_of(x, low + r * kWeyl[0], high + r * kWeyl[1]);
    }
    for (int k = 0; k < 4; ++k) words.word[k][b] = x[k];
  }
}

/// (x + ½)/2³²
HEATGAUGE_INLINE double fraction(std::uint32_t x) {
  const std::uint64_t bits = 0x4330000000000000u | x;  // 2^52 + x
  return (std::bit_cast<double>(bits) - (0x1p52 - 0.5)) * 0x1p-32;
}

// 2 artanh(s) = ln((1 + s)/(1 - s)) as a series in s², |s| <= 0.172: the rest is below 1e-17.
constexpr double kLog[9] = {2.0 / 3,  2.0 / 5,  2.0 / 7,  2.0 / 9, 2.0 / 11,
                            2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19};

/// √(-2 ln u) for 2^-33 <= u < 1.
HEATGAUGE_INLINE double radius(double u) {
  const auto bits = std::bit_cast<std::uint64_t>(u);
  // u = m·2^e with m in [√½, √2): the exponent of u·√2
  const std::uint64_t shifted = bits + 0x00095f619980c433u;  // mantissa of √2 below, carried over
  const std::uint64_t exponent = shifted >> 52;
  const double e = std::bit_cast<double>(0x4330000000000000u | exponent) - (0x1p52 + 1023.0);
  const double m = std::bit_cast<double>(bits - (exponent << 52) + (std::uint64_t{1023} << 52));
  const double s = (m - 1.0) / (m + 1.0), square = s * s;
  double sum = kLog[8];
  for (int k = 8; k-- > 0;) sum = kLog[k] + square * sum;
  const double log = e * 0x1.62e42fefa39efp-1 + (2.0 * s + s * square * sum);
  return std::sqrt(-2.0 * log);
}

/// Radii of the first and third words, angles of the second and fourth.
HEATGAUGE_CLONES void polar(const Words& words, Index blocks, double* radii, double* angles) {
  for (int half = 0; half < 2; ++half) {
    const std::uint32_t *first = words.word[2 * half], *second = words.word[2 * half + 1];
    for (Index b = 0; b < blocks; ++b) {
      radii[half * blocks + b] = radius(fraction(first[b]));
      angles[half * blocks + b] = 0x1.921fb54442d18p+2 * fraction(second[b]);
    }
  }
}

HEATGAUGE_CLONES void stretch(const double* radii, double* cosine, double* sine, Index count) {
  for (Index i = 0; i < count; ++i) {
    cosine[i] *= radii[i];
    sine[i] *= radii[i];
  }
}

}  // namespace

std::array<std::uint32_t, 4> philox(const std::array<std::uint32_t, 4>& counter,
                                    std::uint64_t key) {
  std::uint32_t x[4] = {counter[0], counter[1], counter[2], counter[3]};
  const auto low = static_cast<std::uint32_t>(key), high = static_cast<std::uint32_t>(key >> 32);
  for (std::uint32_t r = 0; r < kRounds; ++r) {
    round_of(x, low + r * kWeyl[0], high + r * kWeyl[1]);
  }
  return {x[0], x[1], x[2], x[3]};
}

void counter_normals(std::uint64_t key, std::uint64_t step, std::uint32_t stream, Index count,
                     double* out) {
  Words words;
  alignas(64) double radii[2 * kBlocks], angles[2 * kBlocks], parts[4 * kBlocks];
  for (Index done = 0; done < count; done += 4 * kBlocks) {
    const Index blocks = std::min(kBlocks, (count - done + 3) / 4);
    for (Index b = 0; b < blocks; ++b) {
      words.word[0][b] = static_cast<std::uint32_t>(done / 4 + b);
      words.word[1][b] = static_cast<std::uint32_t>(step);
      words.word[2][b] = static_cast<std::uint32_t>(step >> 32);
      words.word[3][b] = stream;
    }
    scramble(words, blocks, key);
    polar(words, blocks, radii, angles);
    unit_phases(angles, 2 * blocks, parts, parts + 2 * blocks);
    stretch(radii, parts, parts + 2 * blocks, 2 * blocks);
    std::copy_n(parts, std::min(count - done, 4 * blocks), out + done);
  }
}

}  // namespace heatgauge
