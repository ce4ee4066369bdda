#include "heatgauge/absorption.hpp"

#include <cmath>

namespace heatgauge {

namespace {

/// Calls found(site, W) for the sites of a slab.
template <typename Found>
void visit(const Grid& grid, const AbsorbingSlab& slab, Found&& found) {
  const Index n = grid.axis(slab.axis).points;
  const Index stride = grid.stride(slab.axis);
  for (Index site = 0; site < grid.size(); ++site) {
    const Index depth = site / stride % n - slab.first;
    if (depth < 0 || depth >= static_cast<Index>(slab.strengths.size())) continue;
    const double strength = slab.strengths[static_cast<std::size_t>(depth)];
    if (strength > 0.0) found(static_cast<std::size_t>(site), strength);
  }
}

}  // namespace

AbsorbingSites::AbsorbingSites(const Grid& grid, const std::vector<AbsorbingSlab>& slabs) {
  std::vector<double> total(static_cast<std::size_t>(grid.size()), 0.0);
  for (const AbsorbingSlab& slab : slabs) {
    visit(grid, slab, [&](std::size_t site, double strength) { total[site] += strength; });
  }
  std::vector<std::size_t> place(total.size(), 0);
  for (std::size_t site = 0; site < total.size(); ++site) {
    if (total[site] == 0.0) continue;
    place[site] = sites_.size();
    sites_.push_back(site);
    strengths_.push_back(total[site]);
  }
  for (const AbsorbingSlab& slab : slabs) {
    std::vector<Share>& shares = slabs_.emplace_back();
    visit(grid, slab, [&](std::size_t site, double strength) {
      shares.push_back({place[site], strength / total[site]});
    });
  }
}

void AbsorbingSites::book(const std::vector<double>& lost, double* losses) const {
  for (std::size_t slab = 0; slab < slabs_.size(); ++slab) {
    double sum = 0.0;
    for (const Share& share : slabs_[slab]) sum += share.part * lost[share.place];
    losses[slab] += sum;
  }
}

Absorption::Absorption(const Grid& grid, const std::vector<AbsorbingSlab>& slabs, double alpha)
    : sites_(grid, slabs),
      inverse_root_(static_cast<std::size_t>(grid.size()), 1.0),
      before_(sites_.count()),
      lost_(sites_.count()) {
  for (std::size_t k = 0; k < sites_.count(); ++k) {
    inverse_root_[sites_.at(k)] = 1.0 / std::sqrt(1.0 + alpha * sites_.strength(k));
  }
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
  for (std::size_t k = 0; k < sites_.count(); ++k) {
    before_[k] = psi[sites_.at(k)];
    psi[sites_.at(k)] *= inverse_root_[sites_.at(k)];
  }
}

void Absorption::restore(Complex* psi) const {
  for (std::size_t k = 0; k < sites_.count(); ++k) psi[sites_.at(k)] = before_[k];
}

void Absorption::leave(Complex* psi, double* losses) {
  for (std::size_t k = 0; k < sites_.count(); ++k) {
    const double inverse = inverse_root_[sites_.at(k)];
    Complex& state = psi[sites_.at(k)];
    const Complex sum = inverse * before_[k] + state;  // 2Dφ
    state = inverse * sum - before_[k];
    // 4αW|φ|² = (1 - 1/D²)|2Dφ|², of the 1/D that was used: its rounding must not add up over steps
    lost_[k] = (1.0 - inverse) * (1.0 + inverse) * norm2(sum);
  }
  sites_.book(lost_, losses);
}

Contraction::Contraction(const Grid& grid, const std::vector<AbsorbingSlab>& slabs, double scale)
    : sites_(grid, slabs), factors_(sites_.count()), lost_(sites_.count()) {
  for (std::size_t k = 0; k < sites_.count(); ++k) {
    factors_[k] = std::exp(-scale * sites_.strength(k));
  }
}

void Contraction::apply(Complex* psi, double* losses) {
  for (std::size_t k = 0; k < sites_.count(); ++k) {
    Complex& state = psi[sites_.at(k)];
    lost_[k] = (1.0 - factors_[k]) * (1.0 + factors_[k]) * norm2(state);
    state *= factors_[k];
  }
  sites_.book(lost_, losses);
}

}  // namespace heatgauge
