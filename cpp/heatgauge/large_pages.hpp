/// Memory for fields that are filled once and read often.
#pragma once

#include <new>
#include <utility>
#include <vector>

#include "heatgauge/recycled_blocks.hpp"

namespace heatgauge {

/// Allocator that asks for large pages and leaves new elements unset: touching 4 MB for the first
/// time in pages of 4 kB costs as much as computing the links in them, and zeros as much again.
template <typename T>
struct LargePages {
  using value_type = T;
  LargePages() = default;
  template <typename U>
  LargePages(const LargePages<U>&) {}  // NOLINT: the allocators of all types are one

  // count is below PTRDIFF_MAX / sizeof(T)
  T* allocate(std::size_t count) { return static_cast<T*>(take_block(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t count) { give_block(memory, count * sizeof(T)); }

  /// resize() leaves elements as they are; every other construction is the usual one.
  void construct(T*) {}
  template <typename... Arguments>
  void construct(T* place, Arguments&&... arguments) {
    ::new (static_cast<void*>(place)) T(std::forward<Arguments>(arguments)...);
  }

  bool operator==(const LargePages&) const { return true; }
};

/// A vector of plain numbers whose resize() does not write them.
template <typename T>
using UnsetVector = std::vector<T, LargePages<T>>;

}  // namespace heatgauge
