/// Memory for fields that are filled once and read often.
#pragma once

#include <cstdlib>
#include <new>
#include <utility>
#include <vector>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace heatgauge {

/// Allocator that asks for large pages and leaves new elements unset: touching 4 MB for the first
/// time in pages of 4 kB costs as much as computing the links in them, and zeros as much again.
template <typename T>
struct LargePages {
  using value_type = T;
  LargePages() = default;
  template <typename U>
  LargePages(const LargePages<U>&) {}  // NOLINT: the allocators of all types are one

  T* allocate(std::size_t count) {
#ifdef __linux__
    constexpr std::size_t kPage = std::size_t{1} << 21;
    const std::size_t bytes = count * sizeof(T);  // count is below PTRDIFF_MAX / sizeof(T)
    if (bytes >= kPage) {
      const std::size_t whole = (bytes + kPage - 1) / kPage * kPage;
      void* memory = std::aligned_alloc(kPage, whole);
      if (memory == nullptr) throw std::bad_alloc();
      madvise(memory, whole, MADV_HUGEPAGE);  // a wish: without it nothing but time is lost
      return static_cast<T*>(memory);
    }
#endif
    void* memory = std::malloc(count * sizeof(T));
    if (memory == nullptr && count > 0) throw std::bad_alloc();
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t) { std::free(memory); }

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
