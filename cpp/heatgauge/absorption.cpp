#include "heatgauge/absorption.hpp"

#include <cmath>

namespace heatgauge {

Absorption::Absorption(const Grid& grid, const std::vector<AbsorbingSlab>& slabs, double alpha) {
  std::vector<double> total(static_cast<std::size_t>(grid.size()), 0.0);
  const auto visit = [&](const AbsorbingSlab& slab, auto&& found) {
    const Index n = grid.axis(slab.axis).points;
    const Index stride = grid.stride(slab.axis);
    for (Index site = 0; site < grid.size(); ++site) {
      const Index depth = site / stride % n - slab.first;
      if (depth < 0 || depth >= static_cast<Index>(slab.strengths.size())) continue;
      const double strength = slab.strengths[static_cast<std::size_t>(depth)];
      if (strength > 0.0) found(static_cast<std::size_t>(site), strength);
    }
  };
  for (const AbsorbingSlab& slab : slabs) {
    visit(slab, [&](std::size_t site, double strength) { total[site] += strength; });
  }
  std::vector<std::size_t> place(total.size(), 0);
  inverse_root_.assign(total.size(), 1.0);
  for (std::size_t site = 0; site < total.size(); ++site) {
    if (total[site] == 0.0) continue;
    inverse_root_[site] = 1.0 / std::sqrt(1.0 + alpha * total[site]);
    place[site] = sites_.size();
    sites_.push_back(static_cast<Index>(site));
  }
  for (const AbsorbingSlab& slab : slabs) {
    std::vector<Share>& shares = slabs_.emplace_back();
    visit(slab, [&](std::size_t site, double strength) {
      shares.push_back({place[site], strength / total[site]});
    });
  }
  before_.resize(sites_.size());
  lost_.resize(sites_.size());
}

void Absorption::scale(const CsrView<Complex>& pattern, Complex* values) const {
  for (Index i = 0; i < pattern.rows; ++i) {
    const double own = inverse_root_[static_cast<std::size_t>(i)];
    for (Index e = pattern.outer[i]; e < pattern.outer[i + 1]; ++e) {
      // first the product of the two factors: the same bits in both rows
      values[e] *= own * inverse_root_[static_cast<std::size_t>(pattern.inner[e])];
    }
  }
}

void Absorption::enter(Complex* psi) {
  for (std::size_t k = 0; k < sites_.size(); ++k) {
    before_[k] = psi[sites_[k]];
    psi[sites_[k]] *= inverse_root_[static_cast<std::size_t>(sites_[k])];
  }
}

void Absorption::restore(Complex* psi) const {
  for (std::size_t k = 0; k < sites_.size(); ++k) psi[sites_[k]] = before_[k];
}

void Absorption::leave(Complex* psi, double* losses) {
  for (std::size_t k = 0; k < sites_.size(); ++k) {
    const double inverse = inverse_root_[static_cast<std::size_t>(sites_[k])];
    Complex& state = psi[sites_[k]];
    const Complex sum = inverse * before_[k] + state;  // 2Dφ
    state = inverse * sum - before_[k];
    // 4αW|φ|² = (1 - 1/D²)|2Dφ|², of the 1/D that was used: its rounding must not add up over steps
    lost_[k] = (1.0 - inverse) * (1.0 + inverse) * norm2(sum);
  }
  for (std::size_t slab = 0; slab < slabs_.size(); ++slab) {
    double sum = 0.0;
    for (const Share& share : slabs_[slab]) sum += share.part * lost_[share.place];
    losses[slab] += sum;
  }
}

}  // namespace heatgauge
