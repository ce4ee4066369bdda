/// Random numbers that are a function of a key and a counter: any of them can be had alone.
#pragma once

#include <array>
#include <cstdint>

#include "heatgauge/types.hpp"

namespace heatgauge {

/// Philox 4x32 with ten rounds: four random words of a counter and a key. Source: J. K. Salmon et
/// al., Parallel random numbers: as easy as 1, 2, 3, SC11 (2011).
std::array<std::uint32_t, 4> philox(const std::array<std::uint32_t, 4>& counter, std::uint64_t key);

/// `count` independent standard normal numbers, by Box and Muller's method from two words each
/// pair: the radius takes 2³² values, none above 6.77. They depend on the key, `step` and `stream`
/// (and on `count`, by the order in which they are dealt) and on nothing else.
void counter_normals(std::uint64_t key, std::uint64_t step, std::uint32_t stream, Index count,
                     double* out);

}  // namespace heatgauge
