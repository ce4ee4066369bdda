/// Arithmetic without denormal numbers, for the lifetime of an object.
#pragma once

#include <cstdint>

#if defined(__SSE2__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace heatgauge {

/// A packet far from a wall has tails below 2.2e-308. Arithmetic on such numbers takes a hundred
/// times longer on most processors; taking them as zero changes no digit of anything that can be
/// seen. Affects the calling thread only, and is undone when the object goes.
class FlushDenormals {
 public:
#if defined(__SSE2__) || defined(_M_X64)
  FlushDenormals() : saved_(_mm_getcsr()) { _mm_setcsr(saved_ | 0x8040u); }  // FTZ and DAZ
  ~FlushDenormals() { _mm_setcsr(saved_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  unsigned saved_;
#elif defined(__aarch64__) && defined(__GNUC__)
  FlushDenormals() {
    __asm__ volatile("mrs %0, fpcr" : "=r"(saved_));
    const std::uint64_t flushing = saved_ | (std::uint64_t{1} << 24);  // FZ
    __asm__ volatile("msr fpcr, %0" : : "r"(flushing));
  }
  ~FlushDenormals() { __asm__ volatile("msr fpcr, %0" : : "r"(saved_)); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  std::uint64_t saved_;
#endif
};

}  // namespace heatgauge
