#include "heatgauge/recycled_blocks.hpp"

#include <array>
#include <atomic>
#include <cstdlib>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace heatgauge {

namespace {

// The sanitizers must see every block freed, and Windows frees aligned memory by another name.
#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
constexpr bool kRecycles = true;
#else
constexpr bool kRecycles = false;
#endif

/// A kept block says of itself how long it is.
struct Kept {
  std::size_t bytes;
};

// Each block is owned by whoever took its address out of the slot: no locks, which a fork might
// leave locked.
std::array<std::atomic<Kept*>, 16> slots{};
std::atomic<std::size_t> kept{0};

std::size_t whole_pages(std::size_t bytes) {
  return (bytes + kLargePage - 1) / kLargePage * kLargePage;
}

void free_kept() {
  for (std::atomic<Kept*>& slot : slots) {
    Kept* block = slot.exchange(nullptr);
    if (block == nullptr) continue;
    kept.fetch_sub(block->bytes);
    std::free(block);
  }
}

bool fits(Kept* block) {
  if (kept.fetch_add(block->bytes) + block->bytes <= kKeptBytes) {
    for (std::atomic<Kept*>& slot : slots) {
      Kept* empty = nullptr;
      if (slot.compare_exchange_strong(empty, block)) return true;
    }
  }
  kept.fetch_sub(block->bytes);
  return false;
}

/// The block freed last is the likeliest to be asked for: the others make room for it.
bool keep(Kept* block) {
  if (block->bytes > kKeptBytes) return false;
  if (fits(block)) return true;
  free_kept();
  return fits(block);
}

void* kept_block(std::size_t bytes) {
  for (std::atomic<Kept*>& slot : slots) {
    if (slot.load() == nullptr) continue;
    Kept* block = slot.exchange(nullptr);
    if (block == nullptr) continue;
    kept.fetch_sub(block->bytes);
    if (block->bytes == bytes) return block;
    if (!fits(block)) std::free(block);
  }
  return nullptr;
}

}  // namespace

void* take_block(std::size_t bytes) {
  void* memory = nullptr;
#ifdef __linux__
  if (bytes >= kLargePage) {
    const std::size_t whole = whole_pages(bytes);
    if (whole < bytes) throw std::bad_alloc();
    if (kRecycles) memory = kept_block(whole);
    if (memory != nullptr) return memory;
    memory = std::aligned_alloc(kLargePage, whole);
    if (memory == nullptr) throw std::bad_alloc();
    madvise(memory, whole, MADV_HUGEPAGE);  // a wish: without it nothing but time is lost
    return memory;
  }
#endif
  memory = std::malloc(bytes);
  if (memory == nullptr && bytes > 0) throw std::bad_alloc();
  return memory;
}

void give_block(void* memory, std::size_t bytes) noexcept {
  if (kRecycles && memory != nullptr && bytes >= kLargePage &&
      keep(::new (memory) Kept{whole_pages(bytes)})) {
    return;
  }
  std::free(memory);
}

std::size_t kept_bytes() noexcept { return kept.load(); }

}  // namespace heatgauge
