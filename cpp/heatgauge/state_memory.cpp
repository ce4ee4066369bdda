#include "heatgauge/state_memory.hpp"

#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace heatgauge {

namespace {

constexpr Index kLineBytes = 64;  // of a cache line
constexpr std::size_t kPage = std::size_t{1} << 21;

Index spread(Index stride, Index bytes) {
  const Index line = kLineBytes / bytes;
  return stride % (16 * line) == 0 ? stride + line : stride;
}

}  // namespace

Strides dense_strides(const Grid& grid) {
  Strides strides{1, 1, 1};
  for (int a = 0; a < grid.dimensions(); ++a) {
    strides[static_cast<std::size_t>(a)] = grid.stride(a);
  }
  return strides;
}

Strides spread_strides(const Grid& grid, Index bytes) {
  Strides strides{1, 1, 1};
  Index extent = 1;
  for (int a = grid.dimensions(); a-- > 0;) {
    strides[static_cast<std::size_t>(a)] = extent == 1 ? 1 : spread(extent, bytes);
    extent = strides[static_cast<std::size_t>(a)] * grid.axis(a).points;
  }
  return strides;
}

Index extent(const Grid& grid, const Strides& strides) { return strides[0] * grid.axis(0).points; }

void* allocate_pages(std::size_t bytes) {
  if (bytes < kPage) return ::operator new(bytes, std::align_val_t{64});
  void* memory = ::operator new(bytes, std::align_val_t{kPage});
#if defined(__linux__)
  madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  return memory;
}

void free_pages(void* memory, std::size_t bytes) {
  ::operator delete(memory, std::align_val_t{bytes < kPage ? 64 : kPage});
}

}  // namespace heatgauge
