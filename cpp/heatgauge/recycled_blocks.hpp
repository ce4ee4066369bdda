/// Blocks of whole large pages; a few that were freed are kept for whoever asks next.
#pragma once

#include <cstddef>

namespace heatgauge {

/// Blocks from this size on (2 MB, a large page) are recycled; smaller ones are plain memory.
inline constexpr std::size_t kLargePage = std::size_t{1} << 21;
/// Freed blocks are kept up to so many bytes in all.
inline constexpr std::size_t kKeptBytes = std::size_t{64} << 20;

/// Memory for `bytes`, unset, on a large page from kLargePage on. The kernel clears a page when it
/// is first touched, which takes longer than to compute what is stored there: a kept block of the
/// same whole pages is taken where there is one. Throws std::bad_alloc.
void* take_block(std::size_t bytes);
/// Gives back what take_block(bytes) returned. Any thread may; no lock is held across a fork.
void give_block(void* memory, std::size_t bytes) noexcept;
/// Bytes of the blocks that are kept now.
std::size_t kept_bytes() noexcept;

}  // namespace heatgauge
