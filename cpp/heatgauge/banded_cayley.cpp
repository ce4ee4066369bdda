#include "heatgauge/banded_cayley.hpp"

#include <algorithm>
#include <type_traits>

#include "heatgauge/folded_recurrence.hpp"

namespace heatgauge {

template <int P>
BandedCayley<P>::BandedCayley(Index size, bool cyclic)
    : cyclic_(cyclic), n_(cyclic ? size - P : size), half_((n_ - P) / 2) {
  if (size < fewest(cyclic)) throw std::invalid_argument("too few unknowns for the band");
  rows_.resize(static_cast<std::size_t>(half_));
  factored_.resize(static_cast<std::size_t>(half_));
  const Index middle = n_ - 2 * half_;
  middle_band_[0].resize(middle, P);
  middle_band_[1].resize(middle, middle);
  middle_band_[2].resize(middle, P);
  for (Block& block : border_band_) block.resize(P, P);
  for (Block& block : coupling_) block.resize(middle, P);
  for (Folded* x : {&delta_, &residual_}) this->size(*x);
  if (cyclic) columns_.resize(P);
  for (Folded& column : columns_) this->size(column);
}

template <int P>
void BandedCayley<P>::size(Folded& x) const {
  x.pairs.assign(static_cast<std::size_t>(half_ + P), Pair());
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
  std::fill(rows_.begin(), rows_.end(), FoldedRow<P>());
  for (auto& row : end_band_) std::fill(std::begin(row), std::end(row), Pair());
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
    read_half(row, offset, 0, value);
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
    read_half(n_ - 1 - row, -offset, 1, value);
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

/// An entry `steps` towards the middle from row i of one half.
template <int P>
void BandedCayley<P>::read_half(Index i, Index steps, int lane, Complex value) {
  FoldedRow<P>& row = rows_[static_cast<std::size_t>(i)];
  if (steps == 0) {
    row.diagonal[lane] = value.imag();
  } else if (steps > 0) {
    row.upper[steps - 1].set(lane, value);
  } else if (i + steps < 0) {
    end_band_[i][-steps - 1].set(lane, value);
  }
}

template <int P>
void BandedCayley<P>::eliminate_halves() {
  for (Index i = 0; i < half_; ++i) {
    FoldedRow<P>& row = rows_[static_cast<std::size_t>(i)];
    Pair eliminated[2 * P + 1];  // entry P + k: the column k steps towards the middle
    eliminated[P] = Pair(Lanes{1.0, 1.0}, row.diagonal);
    for (int k = 1; k <= P; ++k) {
      eliminated[P + k] = row.upper[k - 1];
      if (i < k) continue;  // entries before the end of the line belong to the border
      const Pair& mirror = rows_[static_cast<std::size_t>(i - k)].upper[k - 1];
      eliminated[P - k] = Pair(-mirror.re, mirror.im);
    }
    for (int k = P; k >= 1; --k) {
      Pair factor;
      if (i >= k) {
        const auto above = static_cast<std::size_t>(i - k);
        const Pair& pivot_row_entry = eliminated[P - k];
        factor = pivot_row_entry * rows_[above].inverse;
        for (int s = 1; s <= P; ++s) {
          eliminated[P - k + s].subtract_product(pivot_row_entry, factored_[above].upper[s - 1]);
        }
      }
      row.lower[k - 1] = factor;
    }
    row.inverse = reciprocal(eliminated[P]);
    for (int s = 1; s <= P; ++s) {
      factored_[static_cast<std::size_t>(i)].upper[s - 1] = row.inverse * eliminated[P + s];
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
        const FactoredRow<P>& above = factored_[static_cast<std::size_t>(half_ - P + c)];
        coupling_[lane](r, c) = row(c);
        for (Index s = 1; s <= P; ++s) {
          const Complex change = row(c) * part(above.upper[s - 1]);
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
    FoldedRecurrence<P> line;
    for (Index i = 0; i < half_; ++i) {
      const FoldedRow<P>& row = rows_[static_cast<std::size_t>(i)];
      *column.at(i) = row.inverse * line.push(i < P ? end_entry(i, c) : Pair(), row.lower);
    }
    solve_middle(column);
    substitute_increment<P>(factored_.data(), half_, column.at(0));
    for (Index k = 0; k < P; ++k) {
      for (Index r = 0; r < P; ++r) {
        schur(r, c) -= border_band_[0](r, k) * column.at(k)->first() +
                       border_band_[2](r, k) * column.at(k)->second();
      }
    }
    // Away from the ends the columns decay; below 1e-20 they cannot change a double.
    for (Index i = half_; i > decayed_; --i) {
      const Lanes size = norm2(*column.at(i - 1));
      if (!(size[0] < 1e-40 && size[1] < 1e-40)) decayed_ = i;
    }
  }
  border_lu_.compute(schur);
}

/// Entries of row i of both halves in the column of border site c.
template <int P>
Pair BandedCayley<P>::end_entry(Index i, Index c) const {
  const Index low = P + i - c;  // steps from row i backwards over the end to border site c
  const Index high = c + 1 + i;
  const Complex zero(0.0, 0.0);
  return Pair(low <= P ? end_band_[i][low - 1].first() : zero,
              high <= P ? end_band_[i][high - 1].second() : zero);
}

template class BandedCayley<1>;
template class BandedCayley<2>;
template class BandedCayley<3>;
template class BandedCayley<4>;

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
