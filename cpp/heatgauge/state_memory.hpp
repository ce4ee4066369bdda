/// Memory for large arrays, and the gaps that keep their columns out of each other's way.
#pragma once

#include <array>
#include <vector>

#include "heatgauge/grid.hpp"

namespace heatgauge {

/// Steps in memory along the axes, in sites.
using Strides = std::array<Index, 3>;

/// Strides without gaps.
Strides dense_strides(const Grid& grid);
/// With gaps where a stride is a multiple of a power of two: the rows of a column then would meet
/// in a few sets of the cache, and storing a column takes twice as long.
/// `bytes`: of a site.
Strides spread_strides(const Grid& grid, Index bytes);
/// Sites from the beginning of one state to that of the next.
Index extent(const Grid& grid, const Strides& strides);

/// Allocator of pages of 2 MB where the system has them: columns touch a page per row.
template <typename T>
struct StatePages {
  using value_type = T;
  StatePages() = default;
  template <typename U>
  StatePages(const StatePages<U>&) {}
  T* allocate(std::size_t count);
  void deallocate(T* memory, std::size_t count);
  bool operator==(const StatePages&) const { return true; }
};

/// Values of a state, or of several one after the other, and how they lie in memory.
template <typename Value>
struct StateView {
  Value* psi;
  Strides strides;
  Index next;  // from state to state
};

/// One after the other, each without gaps.
template <typename Value>
StateView<Value> dense_states(const Grid& grid, Value* psi) {
  return {psi, dense_strides(grid), grid.size()};
}

void* allocate_pages(std::size_t bytes);
void free_pages(void* memory, std::size_t bytes);

template <typename T>
T* StatePages<T>::allocate(std::size_t count) {
  return static_cast<T*>(allocate_pages(count * sizeof(T)));
}
template <typename T>
void StatePages<T>::deallocate(T* memory, std::size_t count) {
  free_pages(memory, count * sizeof(T));
}

}  // namespace heatgauge
