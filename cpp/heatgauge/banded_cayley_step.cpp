/// One step with a factored line: what banded_cayley.cpp prepares.
#include <algorithm>

#include "heatgauge/banded_cayley.hpp"

namespace heatgauge {

template <int P>
auto BandedCayley<P>::doubled_ends(const Complex* psi) const -> Ends {
  Ends x;
  for (Index k = 0; k < P; ++k) {
    const Index inner = half_ - P + k;
    x.outer[k] = Pair(2.0 * psi[k], 2.0 * psi[n_ - 1 - k]);
    x.inner[k] = Pair(2.0 * psi[inner], 2.0 * psi[n_ - 1 - inner]);
  }
  x.middle = 2.0 * Eigen::Map<const Eigen::VectorXcd>(psi + half_, n_ - 2 * half_);
  x.border = 2.0 * Eigen::Map<const Eigen::VectorXcd>(psi + n_, cyclic_ ? P : 0);
  return x;
}

template <int P>
void BandedCayley<P>::add_ends(const Folded& x, Ends& sum) const {
  for (Index k = 0; k < P; ++k) {
    sum.outer[k] += *x.at(k);
    sum.inner[k] += *x.at(half_ - P + k);
  }
  sum.middle += x.middle;
  sum.border += x.border;
}

/// What the border adds to Kx in the first P rows of the halves.
template <int P>
Fringe<P> BandedCayley<P>::before(const Ends& x) const {
  Fringe<P> sum;
  if (!cyclic_) return sum;
  for (Index i = 0; i < P; ++i) {
    for (Index k = i; k < P; ++k) {
      sum.at[i].add_product(end_band_[i][k], Pair(x.border(P - 1 - k + i), x.border(k - i)));
    }
  }
  return sum;
}

template <int P>
auto BandedCayley<P>::middle_product(const Ends& x) const -> Small {
  Small sum = middle_band_[1] * x.middle;
  for (Index c = 0; c < P; ++c) {
    sum +=
        middle_band_[0].col(c) * x.inner[c].first() + middle_band_[2].col(c) * x.inner[c].second();
  }
  return sum;
}

template <int P>
auto BandedCayley<P>::border_product(const Ends& x) const -> Small {
  if (!cyclic_) return x.border;
  Small sum = border_band_[1] * x.border;
  for (Index c = 0; c < P; ++c) {
    sum +=
        border_band_[0].col(c) * x.outer[c].first() + border_band_[2].col(c) * x.outer[c].second();
  }
  return sum;
}

template <int P>
void BandedCayley<P>::spread_middle(Folded& x) const {
  for (Index k = 0; k < P; ++k) {
    *x.at(half_ + k) = Pair(x.middle(k), x.middle(x.middle.size() - 1 - k));
  }
}

/// The middle unknowns, once both halves are eliminated.
template <int P>
void BandedCayley<P>::solve_middle(Folded& x) const {
  for (Index c = 0; c < P; ++c) {
    x.middle -= coupling_[0].col(c) * x.at(half_ - P + c)->first() +
                coupling_[1].col(c) * x.at(half_ - P + c)->second();
  }
  x.middle = middle_lu_.solve(x.middle).eval();
  spread_middle(x);
}

/// Solves for the border unknowns, given the first P rows of the line without them, and takes their
/// share out of `target`.
template <int P>
void BandedCayley<P>::solve_border(const Fringe<P>& outer, Small& border, Folded& target) const {
  for (Index c = 0; c < P; ++c) {
    border -= border_band_[0].col(c) * outer.at[c].first() +
              border_band_[2].col(c) * outer.at[c].second();
  }
  border = border_lu_.solve(border).eval();
  for (Index c = 0; c < P; ++c) {
    const Folded& column = columns_[static_cast<std::size_t>(c)];
    const Pair amplitude(border(c), border(c));
    for (Index i = 0; i < decayed_; ++i) target.at(i)->subtract_product(*column.at(i), amplitude);
    target.middle -= column.middle * border(c);
  }
}

template <int P>
double BandedCayley<P>::increment(const Complex* psi) {
  const Ends doubled = doubled_ends(psi);
  eliminate_increment<P>(rows_.data(), half_, {psi, psi + n_ - 1}, before(doubled), delta_.at(0));
  delta_.middle = -middle_product(doubled);
  delta_.border = -border_product(doubled);
  solve_middle(delta_);
  double square = substitute_increment<P>(factored_.data(), half_, delta_.at(0));
  square += delta_.middle.squaredNorm();
  if (cyclic_) {
    Fringe<P> outer;
    std::copy_n(delta_.at(0), P, outer.at);
    solve_border(outer, delta_.border, delta_);
    spread_middle(delta_);
    square += delta_.border.squaredNorm();
  }
  return square;
}

/// The residual of the increment, eliminated down to the middle and solved there; returns the
/// middle's copies beyond the halves.
template <int P>
Fringe<P> BandedCayley<P>::eliminate_and_solve_middle(const Complex* psi) {
  Ends mid = doubled_ends(psi);  // 2ψ + δ: the residual is -δ - K(2ψ + δ)
  add_ends(delta_, mid);
  eliminate_residual<P>(rows_.data(), half_, {psi, psi + n_ - 1}, delta_.at(0), before(mid),
                        residual_.at(0));
  residual_.middle = -delta_.middle - middle_product(mid);
  residual_.border = -delta_.border - border_product(mid);
  solve_middle(residual_);
  Fringe<P> fringe;
  std::copy_n(residual_.at(half_), P, fringe.at);
  return fringe;
}

template <int P>
double BandedCayley<P>::refine(const Complex* psi) {
  Fringe<P> fringe = eliminate_and_solve_middle(psi);
  double square =
      substitute_residual<P>(factored_.data(), half_, residual_.at(0), fringe, delta_.at(0));
  delta_.middle += residual_.middle;
  square += residual_.middle.squaredNorm();
  if (cyclic_) {
    solve_border(fringe, residual_.border, delta_);
    delta_.border += residual_.border;
    square += residual_.border.squaredNorm();
  }
  spread_middle(delta_);
  return square;
}

template <int P>
double BandedCayley<P>::refine_and_add(Complex* psi) {
  if (cyclic_) return CayleySystem::refine_and_add(psi);  // the border changes δ after the pass
  Fringe<P> fringe = eliminate_and_solve_middle(psi);
  const double square = substitute_onto<P>(factored_.data(), half_, residual_.at(0), fringe,
                                           delta_.at(0), psi, psi + n_ - 1);
  delta_.middle += residual_.middle;
  for (Index r = 0; r < delta_.middle.size(); ++r) psi[half_ + r] += delta_.middle(r);
  return square + residual_.middle.squaredNorm();
}

template <int P>
void BandedCayley<P>::add_increment(Complex* psi) const {
  unfold(half_, delta_.at(0), psi, psi + n_ - 1);
  for (Index r = 0; r < delta_.middle.size(); ++r) psi[half_ + r] += delta_.middle(r);
  for (Index r = 0; r < delta_.border.size(); ++r) psi[n_ + r] += delta_.border(r);
}

template class BandedCayley<1>;
template class BandedCayley<2>;
template class BandedCayley<3>;
template class BandedCayley<4>;

}  // namespace heatgauge
