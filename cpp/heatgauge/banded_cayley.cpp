#include "heatgauge/banded_cayley.hpp"

#include <algorithm>
#include <type_traits>

namespace heatgauge {

template <int P>
BandedCayley<P>::BandedCayley(Index size, bool cyclic)
    : n_(cyclic ? size - P : size), middle_((n_ - P) / 2), cyclic_(cyclic) {
  if (size < fewest(cyclic)) throw std::invalid_argument("too few unknowns for the band");
  band_.resize(static_cast<std::size_t>(size));
  top_.forward.resize(static_cast<std::size_t>(middle_));
  top_.backward.resize(static_cast<std::size_t>(middle_));
  bottom_.forward.resize(static_cast<std::size_t>(n_ - P - middle_));
  bottom_.backward.resize(static_cast<std::size_t>(n_ - P - middle_));
  if (cyclic) inner_.resize(static_cast<std::size_t>(n_));
}

template <int P>
void BandedCayley<P>::factor(const CsrView<Complex>& hamiltonian, double alpha) {
  read(hamiltonian, alpha);
  Block middle;
  for (int r = 0; r < P; ++r) {
    for (int c = 0; c < P; ++c) middle(r, c) = matrix(middle_ + r, c - r);
  }
  eliminate(top_, true, middle);
  eliminate(bottom_, false, middle);
  middle_lu_.compute(middle);
  if (cyclic_) border();
}

template <int P>
void BandedCayley<P>::read(const CsrView<Complex>& hamiltonian, double alpha) {
  const Index size = this->size();
  if (hamiltonian.rows != size) throw std::invalid_argument("the matrix has another size");
  for (Index i = 0; i < size; ++i) {
    Band& row = band_[static_cast<std::size_t>(i)];
    std::fill(std::begin(row.entry), std::end(row.entry), Complex(0.0, 0.0));
    for (Index k = hamiltonian.outer[i]; k < hamiltonian.outer[i + 1]; ++k) {
      Index offset = hamiltonian.inner[k] - i;
      if (cyclic_ && offset > P) offset -= size;
      if (cyclic_ && offset < -P) offset += size;
      if (offset > P || offset < -P) throw std::invalid_argument("an entry is outside the band");
      const Complex h = hamiltonian.values[k];
      row.entry[offset + P] = Complex(-alpha * h.imag(), alpha * h.real());
    }
  }
}

template <int P>
Complex BandedCayley<P>::matrix(Index i, int offset) const {
  if (offset > P || offset < -P) return Complex(0.0, 0.0);
  const Complex k = band_[static_cast<std::size_t>(i)].entry[offset + P];
  return offset == 0 ? Complex(1.0 + k.real(), k.imag()) : k;
}

template <int P>
void BandedCayley<P>::eliminate(Half& half, bool from_top, Block& middle) {
  const Index rows = static_cast<Index>(half.forward.size());
  const auto entry = [&](Index i, int offset) {
    return from_top ? matrix(i, offset) : matrix(n_ - 1 - i, -offset);
  };
  std::array<std::array<Complex, P + 1>, P> last{};  // unscaled rows i - P … i - 1, by i mod P
  half.coupling.setZero();
  for (Index i = 0; i < rows + P; ++i) {
    std::array<Complex, 2 * P + 1> row;  // columns i - P … i + P
    for (int k = -P; k <= P; ++k) row[static_cast<std::size_t>(k + P)] = entry(i, k);
    for (int k = P; k >= 1; --k) {
      const Index j = i - k;
      if (j < 0 || j >= rows) continue;
      const auto& above = last[static_cast<std::size_t>(j % P)];
      const Complex factor = times(row[static_cast<std::size_t>(P - k)],
                                   half.backward[static_cast<std::size_t>(j)].inverse);
      for (int s = 1; s <= P; ++s) {
        row[static_cast<std::size_t>(P - k + s)] -=
            times(factor, above[static_cast<std::size_t>(s)]);
      }
      if (i < rows) {
        half.forward[static_cast<std::size_t>(i)].lower[k - 1] = factor;
      } else {
        half.coupling(static_cast<Index>(i - rows), j - (rows - P)) = factor;
      }
    }
    if (i >= rows) {  // a middle row: keep what the elimination left of it
      const Index r = from_top ? i - rows : P - 1 - (i - rows);
      for (Index c = 0; c < P; ++c) {
        const Index column = from_top ? c : P - 1 - c;
        const Index offset = (rows + c) - i;
        middle(r, column) +=
            row[static_cast<std::size_t>(offset + P)] - entry(i, static_cast<int>(offset));
      }
      continue;
    }
    for (int k = static_cast<int>(std::min<Index>(i, P)) + 1; k <= P; ++k) {
      half.forward[static_cast<std::size_t>(i)].lower[k - 1] = Complex(0.0, 0.0);
    }
    Pivot& pivot = half.backward[static_cast<std::size_t>(i)];
    pivot.inverse = 1.0 / row[P];
    for (int s = 0; s <= P; ++s) {
      last[static_cast<std::size_t>(i % P)][static_cast<std::size_t>(s)] =
          row[static_cast<std::size_t>(P + s)];
      if (s > 0) pivot.upper[s - 1] = times(pivot.inverse, row[static_cast<std::size_t>(P + s)]);
    }
  }
}

template <int P>
void BandedCayley<P>::border() {
  for (int c = 0; c < P; ++c) {  // the columns of the border, solved one by one
    std::vector<Complex> column(static_cast<std::size_t>(n_));
    for (int r = 0; r < P; ++r) {
      column[static_cast<std::size_t>(r)] = matrix(r, c - P - r);
      column[static_cast<std::size_t>(n_ - P + r)] += matrix(n_ - P + r, P + c - r);
    }
    solve_line(column.data());
    for (std::size_t i = 0; i < column.size(); ++i) inner_[i](c) = column[i];
  }
  Block schur;
  for (int r = 0; r < P; ++r) {
    for (int c = 0; c < P; ++c) {
      low_(r, c) = matrix(n_ + r, P - r + c);
      high_(r, c) = matrix(n_ + r, c - P - r);
      schur(r, c) = matrix(n_ + r, c - r);
    }
  }
  for (int c = 0; c < P; ++c) {
    for (int r = 0; r < P; ++r) {
      for (int k = 0; k < P; ++k) {
        schur(r, c) -= low_(r, k) * inner_[static_cast<std::size_t>(k)](c) +
                       high_(r, k) * inner_[static_cast<std::size_t>(n_ - P + k)](c);
      }
    }
  }
  border_lu_.compute(schur);
  // Away from both ends the columns decay; below 1e-20 they cannot change a double.
  const auto small = [&](Index i) {
    return inner_[static_cast<std::size_t>(i)].cwiseAbs().maxCoeff() < 1e-20;
  };
  decayed_from_ = 0;
  while (decayed_from_ < n_ && !small(decayed_from_)) ++decayed_from_;
  decayed_to_ = n_;
  while (decayed_to_ > decayed_from_ && !small(decayed_to_ - 1)) --decayed_to_;
  for (Index i = decayed_from_; i < decayed_to_; ++i) {
    if (!small(i)) {  // not monotonous: use all of it
      decayed_from_ = decayed_to_ = n_;
      break;
    }
  }
}

template <int P>
void BandedCayley<P>::product(const Complex* x, Complex* out) const {
  const Index size = this->size();
  const auto edge = [&](Index i) {
    Complex sum(0.0, 0.0);
    for (int k = -P; k <= P; ++k) {
      const Index j = i + k;
      if (!cyclic_ && (j < 0 || j >= size)) continue;
      sum += times(band_[static_cast<std::size_t>(i)].entry[k + P], x[(j + size) % size]);
    }
    out[i] = sum;
  };
  for (Index i = 0; i < P; ++i) edge(i);
  for (Index i = P; i < size - P; ++i) {
    const Band& row = band_[static_cast<std::size_t>(i)];
    Complex sum = times(row.entry[P], x[i]);
    for (int k = 1; k <= P; ++k) {
      sum += times(row.entry[P - k], x[i - k]) + times(row.entry[P + k], x[i + k]);
    }
    out[i] = sum;
  }
  for (Index i = size - P; i < size; ++i) edge(i);
}

template <int P>
void BandedCayley<P>::solve_line(Complex* x) const {
  const Index above = static_cast<Index>(top_.forward.size());
  const Index below = static_cast<Index>(bottom_.forward.size());  // above or above + 1
  const auto down = [&](Index i) {
    Complex sum = x[i];
    for (int k = 1; k <= P && k <= i; ++k) {
      sum -= times(top_.forward[static_cast<std::size_t>(i)].lower[k - 1], x[i - k]);
    }
    x[i] = sum;
  };
  const auto up = [&](Index i) {
    Complex* y = x + (n_ - 1 - i);
    Complex sum = *y;
    for (int k = 1; k <= P && k <= i; ++k) {
      sum -= times(bottom_.forward[static_cast<std::size_t>(i)].lower[k - 1], y[k]);
    }
    *y = sum;
  };
  for (Index i = 0; i < above; ++i) {
    down(i);
    up(i);
  }
  if (below > above) up(above);

  Small middle;
  for (Index r = 0; r < P; ++r) {
    Complex sum = x[middle_ + r];
    for (Index c = 0; c < P; ++c) {
      sum -= times(top_.coupling(r, c), x[middle_ - P + c]);
      sum -= times(bottom_.coupling(P - 1 - r, c), x[middle_ + 2 * P - 1 - c]);
    }
    middle(r) = sum;
  }
  const Small solved = middle_lu_.solve(middle);
  for (Index r = 0; r < P; ++r) x[middle_ + r] = solved(r);

  const auto back_up = [&](Index i) {
    const Pivot& pivot = top_.backward[static_cast<std::size_t>(i)];
    Complex sum = times(pivot.inverse, x[i]);
    for (int k = 1; k <= P; ++k) sum -= times(pivot.upper[k - 1], x[i + k]);
    x[i] = sum;
  };
  const auto back_down = [&](Index i) {
    const Pivot& pivot = bottom_.backward[static_cast<std::size_t>(i)];
    Complex* y = x + (n_ - 1 - i);
    Complex sum = times(pivot.inverse, *y);
    for (int k = 1; k <= P; ++k) sum -= times(pivot.upper[k - 1], *(y - k));
    *y = sum;
  };
  if (below > above) back_down(above);
  for (Index i = above; i-- > 0;) {
    back_up(i);
    back_down(i);
  }
}

template <int P>
void BandedCayley<P>::solve(Complex* x, std::vector<Complex>&) const {
  solve_line(x);
  if (!cyclic_) return;
  Small right;
  for (int r = 0; r < P; ++r) {
    Complex sum = x[n_ + r];
    for (int k = 0; k < P; ++k) {
      sum -= times(low_(r, k), x[k]) + times(high_(r, k), x[n_ - P + k]);
    }
    right(r) = sum;
  }
  const Small outer = border_lu_.solve(right);
  for (int r = 0; r < P; ++r) x[n_ + r] = outer(r);
  const auto correct = [&](Index i) {
    Complex sum = x[i];
    for (int k = 0; k < P; ++k) sum -= times(inner_[static_cast<std::size_t>(i)](k), outer(k));
    x[i] = sum;
  };
  for (Index i = 0; i < decayed_from_; ++i) correct(i);
  for (Index i = decayed_to_; i < n_; ++i) correct(i);
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
