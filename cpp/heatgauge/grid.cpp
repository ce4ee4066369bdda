#include "heatgauge/grid.hpp"

#include <limits>
#include <utility>

namespace heatgauge {

Grid::Grid(std::vector<Axis> axes) : axes_(std::move(axes)) {
  if (axes_.empty() || axes_.size() > 3) throw std::invalid_argument("a grid has 1 to 3 axes");
  // 2^53 sites of complex128 would need 2^57 bytes; beyond it byte counts come near 64 bits.
  constexpr Index limit = Index{1} << 53;
  for (std::size_t a = axes_.size(); a-- > 0;) {
    if (axes_[a].points < 2) throw std::invalid_argument("an axis has at least 2 points");
    if (!(axes_[a].spacing > 0.0)) throw std::invalid_argument("a spacing is positive");
    strides_[a] = size_;
    if (axes_[a].points > limit / size_) throw std::invalid_argument("the grid is too large");
    size_ *= axes_[a].points;
    cell_volume_ *= axes_[a].spacing;
  }
}

}  // namespace heatgauge
