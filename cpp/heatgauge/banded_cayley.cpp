#include "heatgauge/banded_cayley.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

#include "heatgauge/folded_recurrence.hpp"

namespace heatgauge {

template <int P>
BandedCayley<P>::BandedCayley(Index size, bool cyclic)
    : cyclic_(cyclic), n_(cyclic ? size - P : size), half_((n_ - P) / 2) {
  if (size < fewest(cyclic)) throw std::invalid_argument("too few unknowns for the band");
  const auto rows = static_cast<std::size_t>(half_);
  band_.resize(rows);
  lower_.resize(rows);
  pivots_.resize(rows);
  const Index middle = n_ - 2 * half_;
  middle_band_[0].resize(middle, P);
  middle_band_[1].resize(middle, middle);
  middle_band_[2].resize(middle, P);
  for (Block& block : border_band_) block.resize(P, P);
  for (Block& block : coupling_) block.resize(middle, P);
  for (Folded* x : {&psi_, &right_, &delta_, &residual_}) this->size(*x);
  if (cyclic) columns_.resize(P);
  for (Folded& column : columns_) this->size(column);
}

template <int P>
void BandedCayley<P>::size(Folded& x) const {
  x.pairs.assign(static_cast<std::size_t>(half_ + 2 * P), Pair());
  x.middle = Small::Zero(n_ - 2 * half_);
  x.border = Small::Zero(cyclic_ ? P : 0);
}

template <int P>
void BandedCayley<P>::factor(const CsrView<Complex>& hamiltonian, double alpha) {
  read(hamiltonian, alpha);
  eliminate_halves();
  eliminate_middle();
  if (cyclic_) make_border();
}

template <int P>
void BandedCayley<P>::read(const CsrView<Complex>& hamiltonian, double alpha) {
  const Index size = this->size();
  if (hamiltonian.rows != size) throw std::invalid_argument("the matrix has another size");
  std::fill(band_.begin(), band_.end(), Band());
  for (Block& block : middle_band_) block.setZero();
  for (Block& block : border_band_) block.setZero();
  for (Index i = 0; i < size; ++i) {
    for (Index k = hamiltonian.outer[i]; k < hamiltonian.outer[i + 1]; ++k) {
      Index offset = hamiltonian.inner[k] - i;
      if (cyclic_ && offset > P) offset -= size;
      if (cyclic_ && offset < -P) offset += size;
      if (offset > P || offset < -P) throw std::invalid_argument("an entry is outside the band");
      const Complex h = hamiltonian.values[k];
      read_entry(i, offset, Complex(-alpha * h.imag(), alpha * h.real()));
    }
  }
}

template <int P>
void BandedCayley<P>::read_entry(Index row, Index offset, Complex value) {
  if (row < half_) {
    Pair& pair = band_[static_cast<std::size_t>(row)].entry[P + offset];
    pair = Pair(value, pair.second());
  } else if (row < n_ - half_) {
    const Index r = row - half_;
    const Index column = r + offset;
    const Index middle = n_ - 2 * half_;
    if (column < 0) {
      middle_band_[0](r, column + P) = value;
    } else if (column < middle) {
      middle_band_[1](r, column) = value;
    } else {  // position half - 1 - (column - middle) of lane 1
      middle_band_[2](r, P - 1 - (column - middle)) = value;
    }
  } else if (row < n_) {
    Pair& pair = band_[static_cast<std::size_t>(n_ - 1 - row)].entry[P - offset];
    pair = Pair(pair.first(), value);
  } else {
    const Index r = row - n_;
    const Index column = r + offset;
    if (column < 0) {  // position -1 - column of lane 1
      border_band_[2](r, -1 - column) = value;
    } else if (column < P) {
      border_band_[1](r, column) = value;
    } else {
      border_band_[0](r, column - P) = value;
    }
  }
}

template <int P>
void BandedCayley<P>::eliminate_halves() {
  const Pair one(Complex(1.0, 0.0), Complex(1.0, 0.0));
  std::array<std::array<Pair, P>, P>
      above;  // unscaled upper parts of the last P rows, newest first
  for (Index i = 0; i < half_; ++i) {
    std::array<Pair, 2 * P + 1> row;
    std::copy(std::begin(band_[static_cast<std::size_t>(i)].entry),
              std::end(band_[static_cast<std::size_t>(i)].entry), row.begin());
    row[P] += one;
    Multipliers& multipliers = lower_[static_cast<std::size_t>(i)];
    for (int k = P; k >= 1; --k) {
      Pair factor;
      if (i >= k) {  // entries before the end of the line belong to the border
        factor =
            row[static_cast<std::size_t>(P - k)] * pivots_[static_cast<std::size_t>(i - k)].inverse;
        for (int s = 1; s <= P; ++s) {
          row[static_cast<std::size_t>(P - k + s)].subtract_product(
              factor, above[static_cast<std::size_t>(k - 1)][static_cast<std::size_t>(s - 1)]);
        }
      }
      multipliers.lower[k - 1] = factor;
    }
    Pivot& pivot = pivots_[static_cast<std::size_t>(i)];
    pivot.inverse = reciprocal(row[P]);
    for (std::size_t k = P; k-- > 1;) above[k] = above[k - 1];
    for (int s = 1; s <= P; ++s) {
      above[0][static_cast<std::size_t>(s - 1)] = row[static_cast<std::size_t>(P + s)];
      pivot.upper[s - 1] = pivot.inverse * row[static_cast<std::size_t>(P + s)];
    }
  }
}

template <int P>
void BandedCayley<P>::eliminate_middle() {
  const Index middle = n_ - 2 * half_;
  Block schur = Block::Identity(middle, middle) + middle_band_[1];
  for (int lane = 0; lane < 2; ++lane) {
    const auto part = [lane](const Pair& x) { return lane == 0 ? x.first() : x.second(); };
    for (Index r = 0; r < middle; ++r) {
      Eigen::Matrix<Complex, P, 1> row = middle_band_[2 * lane].row(r).transpose();
      for (Index c = 0; c < P; ++c) {
        const Pivot& pivot = pivots_[static_cast<std::size_t>(half_ - P + c)];
        coupling_[lane](r, c) = row(c) * part(pivot.inverse);
        for (Index s = 1; s <= P; ++s) {
          const Complex change = row(c) * part(pivot.upper[s - 1]);
          const Index column = c + s - P;
          if (column < 0) {
            row(c + s) -= change;
          } else {
            schur(r, lane == 0 ? column : middle - 1 - column) -= change;
          }
        }
      }
    }
  }
  middle_lu_.compute(schur);
}

template <int P>
void BandedCayley<P>::make_border() {
  Block schur = Block::Identity(P, P) + border_band_[1];
  decayed_ = 0;
  for (Index c = 0; c < P; ++c) {
    Folded& column = columns_[static_cast<std::size_t>(c)];
    column.middle.setZero();
    forward(column, [&](Index i) {
      const Index low = P + i - c;  // steps from row i backwards over the end to border site c
      const Index high = c + 1 + i;
      const Pair* entry = band_[static_cast<std::size_t>(i)].entry;
      const Complex zero(0.0, 0.0);
      return Pair(low <= P ? entry[P - low].first() : zero,
                  high <= P ? entry[P - high].second() : zero);
    });
    backward(column, [](Index, const Pair&) {});
    for (Index k = 0; k < P; ++k) {
      for (Index r = 0; r < P; ++r) {
        schur(r, c) -= border_band_[0](r, k) * column.at(k)->first() +
                       border_band_[2](r, k) * column.at(k)->second();
      }
    }
    // Away from the ends the columns decay; below 1e-20 they cannot change a double.
    for (Index i = half_; i > decayed_; --i) {
      if (!(norm2(*column.at(i - 1)).maxCoeff() < 1e-40)) decayed_ = i;
    }
  }
  border_lu_.compute(schur);
}

/// The ends of ψ on the folded line; the rest is folded as the elimination reaches it.
template <int P>
void BandedCayley<P>::load(const Complex* x, Folded& out) const {
  for (Index i = 0; i < P; ++i) *out.at(i) = Pair(x[i], x[n_ - 1 - i]);
  for (Index r = 0; r < out.middle.size(); ++r) out.middle(r) = x[half_ + r];
  for (Index r = 0; r < out.border.size(); ++r) out.border(r) = x[n_ + r];
  spread_edges(out);
}

template <int P>
void BandedCayley<P>::spread_edges(Folded& x) const {
  for (Index k = 0; k < P; ++k) {
    *x.at(half_ + k) = Pair(x.middle(k), x.middle(x.middle.size() - 1 - k));
    if (cyclic_) *x.at(-1 - k) = Pair(x.border(P - 1 - k), x.border(k));
  }
}

template <int P>
Pair BandedCayley<P>::product(const Folded& x, Index row) const {
  const Pair* entry = band_[static_cast<std::size_t>(row)].entry;
  Pair sum = entry[0] * *x.at(row - P);
  for (int k = 1; k <= 2 * P; ++k) sum.add_product(entry[k], *x.at(row - P + k));
  return sum;
}

template <int P>
auto BandedCayley<P>::middle_product(const Folded& x) const -> Small {
  Small sum = middle_band_[1] * x.middle;
  for (Index c = 0; c < P; ++c) {
    sum += middle_band_[0].col(c) * x.at(half_ - P + c)->first() +
           middle_band_[2].col(c) * x.at(half_ - P + c)->second();
  }
  return sum;
}

template <int P>
auto BandedCayley<P>::border_product(const Folded& x) const -> Small {
  if (!cyclic_) return x.border;
  Small sum = border_band_[1] * x.border;
  for (Index c = 0; c < P; ++c) {
    sum += border_band_[0].col(c) * x.at(c)->first() + border_band_[2].col(c) * x.at(c)->second();
  }
  return sum;
}

/// Elimination from both ends. The right-hand side of a row is made on the way, by right(row):
/// that work fills the time in which the recurrence waits for itself.
template <int P>
template <typename Right>
void BandedCayley<P>::forward(Folded& x, Right right) const {
  FoldedRecurrence<P> recurrence;
  for (Index i = 0; i < half_; ++i) {
    *x.at(i) = recurrence.push(right(i), lower_[static_cast<std::size_t>(i)].lower);
  }
}

/// Back substitution; visit(row, unknowns) sees every row once.
template <int P>
template <typename Visit>
void BandedCayley<P>::backward(Folded& x, Visit visit) const {
  for (Index c = 0; c < P; ++c) {
    x.middle -= coupling_[0].col(c) * x.at(half_ - P + c)->first() +
                coupling_[1].col(c) * x.at(half_ - P + c)->second();
  }
  x.middle = middle_lu_.solve(x.middle).eval();
  spread_edges(x);
  FoldedRecurrence<P> recurrence;
  for (int k = 0; k < P; ++k) recurrence.last[k] = *x.at(half_ + k);
  for (Index i = half_; i-- > 0;) {
    const Pivot& pivot = pivots_[static_cast<std::size_t>(i)];
    *x.at(i) = recurrence.push(pivot.inverse * *x.at(i), pivot.upper);
    visit(i, recurrence.last[0]);
  }
}

/// Solves for the border unknowns of x and takes their share out of `target`.
template <int P>
void BandedCayley<P>::solve_border(Folded& x, Folded& target) const {
  for (Index c = 0; c < P; ++c) {
    x.border -=
        border_band_[0].col(c) * x.at(c)->first() + border_band_[2].col(c) * x.at(c)->second();
  }
  x.border = border_lu_.solve(x.border).eval();
  for (Index c = 0; c < P; ++c) {
    const Folded& column = columns_[static_cast<std::size_t>(c)];
    const Pair amplitude(x.border(c), x.border(c));
    for (Index i = 0; i < decayed_; ++i) target.at(i)->subtract_product(*column.at(i), amplitude);
    target.middle -= column.middle * x.border(c);
  }
}

template <int P>
double BandedCayley<P>::increment(const Complex* psi) {
  load(psi, psi_);
  forward(delta_, [this, psi](Index i) {
    *psi_.at(i + P) = Pair(psi[i + P], psi[n_ - 1 - P - i]);
    Pair right = product(psi_, i);
    right.re *= -2.0;
    right.im *= -2.0;
    return *right_.at(i) = right;
  });
  delta_.middle = right_.middle = -2.0 * middle_product(psi_);
  delta_.border = right_.border = -2.0 * border_product(psi_);
  Eigen::Array2d square(0.0, 0.0);
  backward(delta_, [&square](Index, const Pair& x) { square += norm2(x); });
  if (cyclic_) solve_border(delta_, delta_);
  spread_edges(delta_);
  return square.sum() + delta_.middle.squaredNorm() + delta_.border.squaredNorm();
}

template <int P>
double BandedCayley<P>::refine() {
  forward(residual_, [this](Index i) {
    Pair right = *right_.at(i);
    right -= *delta_.at(i);
    right -= product(delta_, i);
    return right;
  });
  residual_.middle = right_.middle - delta_.middle - middle_product(delta_);
  residual_.border = right_.border - delta_.border - border_product(delta_);
  Eigen::Array2d square(0.0, 0.0);
  backward(residual_, [this, &square](Index i, const Pair& x) {
    square += norm2(x);
    *delta_.at(i) += x;
  });
  delta_.middle += residual_.middle;
  if (cyclic_) solve_border(residual_, delta_);
  delta_.border += residual_.border;
  spread_edges(delta_);
  return square.sum() + residual_.middle.squaredNorm() + residual_.border.squaredNorm();
}

template <int P>
void BandedCayley<P>::add_increment(Complex* psi) const {
  for (Index i = 0; i < half_; ++i) {
    psi[i] += delta_.at(i)->first();
    psi[n_ - 1 - i] += delta_.at(i)->second();
  }
  for (Index r = 0; r < delta_.middle.size(); ++r) psi[half_ + r] += delta_.middle(r);
  for (Index r = 0; r < delta_.border.size(); ++r) psi[n_ + r] += delta_.border(r);
}

namespace {

/// Calls use(std::integral_constant<int, P>) for P = half_width in 1 … 4; false otherwise.
template <typename Use>
bool with_half_width(Index half_width, Use use) {
  switch (half_width) {
    case 1:
      return use(std::integral_constant<int, 1>{});
    case 2:
      return use(std::integral_constant<int, 2>{});
    case 3:
      return use(std::integral_constant<int, 3>{});
    case 4:
      return use(std::integral_constant<int, 4>{});
    default:
      return false;
  }
}

}  // namespace

std::unique_ptr<CayleySystem> make_banded_cayley(const CsrView<Complex>& hamiltonian, double alpha,
                                                 Index half_width, bool cyclic) {
  std::unique_ptr<CayleySystem> result;
  with_half_width(half_width, [&](auto width) {
    using System = BandedCayley<decltype(width)::value>;
    if (hamiltonian.rows < System::fewest(cyclic)) return false;
    auto system = std::make_unique<System>(hamiltonian.rows, cyclic);
    system->factor(hamiltonian, alpha);
    result = std::move(system);
    return true;
  });
  return result;
}

bool refactor_banded_cayley(CayleySystem& system, const CsrView<Complex>& hamiltonian,
                            double alpha) {
  for (Index half_width = 1; half_width <= 4; ++half_width) {
    const bool done = with_half_width(half_width, [&](auto width) {
      auto* banded = dynamic_cast<BandedCayley<decltype(width)::value>*>(&system);
      if (banded != nullptr) banded->factor(hamiltonian, alpha);
      return banded != nullptr;
    });
    if (done) return true;
  }
  return false;
}

}  // namespace heatgauge
