/// Walks over the faces and cells of a grid: which sites a face joins, which faces bound a cell.
///
/// Faces of one axis form a C-ordered array (outer, faces, stride). On a wall axis face f lies
/// between sites f − 1 and f, so faces 0 and `points` are the outer ones; on a periodic axis face k
/// joins site k to site k + 1 and the seam comes last.
#pragma once

#include "heatgauge/grid.hpp"

namespace heatgauge {

/// Number of faces along one line of axis `a`, on the whole grid, and on one outer side.
inline Index faces_per_line(const Grid& grid, int a) {
  return grid.axis(a).points + (grid.axis(a).periodic ? 0 : 1);
}
inline Index faces(const Grid& grid, int a) {
  return grid.outer(a) * faces_per_line(grid, a) * grid.stride(a);
}
inline Index side_faces(const Grid& grid, int a) { return grid.outer(a) * grid.stride(a); }

/// Calls visit(face, left site, right site) for every face with two neighbours.
template <typename Visit>
void for_each_link(const Grid& grid, int a, Visit&& visit) {
  const Index n = grid.axis(a).points, stride = grid.stride(a), count = faces_per_line(grid, a);
  const Index shift = grid.axis(a).periodic ? 0 : 1;  // face of link 0
  for (Index o = 0; o < grid.outer(a); ++o) {
    const Index site = o * n * stride, face = (o * count + shift) * stride;
    for (Index j = 0; j < (n - 1) * stride; ++j) visit(face + j, site + j, site + j + stride);
    if (shift != 0) continue;
    const Index last = (n - 1) * stride;
    for (Index j = 0; j < stride; ++j) visit(face + last + j, site + last + j, site + j);
  }
}

/// Calls visit(face, site, position on the side) for every outer face of the lower (end = 0) or
/// upper (end = 1) side of a wall axis.
template <typename Visit>
void for_each_side_face(const Grid& grid, int a, int end, Visit&& visit) {
  if (grid.axis(a).periodic) return;
  const Index n = grid.axis(a).points, stride = grid.stride(a);
  for (Index o = 0; o < grid.outer(a); ++o) {
    const Index face = (o * (n + 1) + (end == 0 ? 0 : n)) * stride;
    const Index site = (o * n + (end == 0 ? 0 : n - 1)) * stride;
    for (Index j = 0; j < stride; ++j) visit(face + j, site + j, o * stride + j);
  }
}

/// Calls visit(site, lower face, upper face) for every cell.
template <typename Visit>
void for_each_cell(const Grid& grid, int a, Visit&& visit) {
  const Index n = grid.axis(a).points, stride = grid.stride(a), count = faces_per_line(grid, a);
  const bool periodic = grid.axis(a).periodic;
  for (Index o = 0; o < grid.outer(a); ++o) {
    const Index site = o * n * stride, face = o * count * stride;
    if (!periodic) {
      for (Index j = 0; j < n * stride; ++j) visit(site + j, face + j, face + j + stride);
      continue;
    }
    for (Index j = 0; j < stride; ++j) visit(site + j, face + (n - 1) * stride + j, face + j);
    for (Index j = stride; j < n * stride; ++j) visit(site + j, face + j - stride, face + j);
  }
}

}  // namespace heatgauge
