#include "heatgauge/stencil_chebyshev.hpp"

#include <algorithm>
#include <atomic>

#include "heatgauge/dispatch.hpp"
#include "heatgauge/line_stencil.hpp"

namespace heatgauge {

namespace {

constexpr Index kChunk = 128;        // columns: sums and taps stay in the first cache
constexpr Index kCheckEvery = 8192;  // sites between two looks at the clock

bool all_one(const Complex* links, Index count) {
  return std::all_of(links, links + count, [](Complex u) { return u == Complex(1.0, 0.0); });
}

/// sum += Σ_k weight_k U_k ψ_k over the taps of one side, nested from the farthest inwards.
template <int kReach, bool kLinks, typename Tap>
inline __attribute__((always_inline)) void add_side(const Tap* taps, Index first, Index count,
                                                    double* sum_re, double* sum_im) {
  for (Index i = 0; i < count; ++i) {
    double re = 0.0;
    double im = 0.0;
    for (int k = kReach - 1; k >= 0; --k) {
      const Tap& tap = taps[k];
      re += tap.weight * tap.re[first + i];
      im += tap.weight * tap.im[first + i];
      if constexpr (kLinks) {
        const double u = tap.link_re[first + i];
        const double v = tap.sign * tap.link_im[first + i];
        const double turned = u * re - v * im;
        im = u * im + v * re;
        re = turned;
      }
    }
    sum_re[i] += re;
    sum_im[i] += im;
  }
}

template <int kReach, typename Tap>
inline __attribute__((always_inline)) void add_sides(const Tap* taps, Index sides, Index first,
                                                     Index count, double* sum_re, double* sum_im) {
  for (Index side = 0; side < sides; ++side, taps += kReach) {
    if (taps->link_re != nullptr) {
      add_side<kReach, true>(taps, first, count, sum_re, sum_im);
    } else {
      add_side<kReach, false>(taps, first, count, sum_re, sum_im);
    }
  }
}

/// factor·(H - centre)ψ for some columns of a row; `own` are the diagonal, and ψ of the row itself.
template <typename Tap>
struct RowProduct {
  const Tap* taps;
  Index sides;
  Index reach;
  const double* diagonal;
  const double* re;
  const double* im;
  double factor;
  double centre;
};

template <typename Tap>
inline __attribute__((always_inline)) void product(const RowProduct<Tap>& row, Index first,
                                                   Index count, double* sum_re, double* sum_im) {
  for (Index i = 0; i < count; ++i) {
    const double d = row.factor * (row.diagonal[first + i] - row.centre);
    sum_re[i] = d * row.re[first + i];
    sum_im[i] = d * row.im[first + i];
  }
  switch (row.reach) {
    case 1:
      return add_sides<1>(row.taps, row.sides, first, count, sum_re, sum_im);
    case 2:
      return add_sides<2>(row.taps, row.sides, first, count, sum_re, sum_im);
    case 3:
      return add_sides<3>(row.taps, row.sides, first, count, sum_re, sum_im);
    default:
      return add_sides<4>(row.taps, row.sides, first, count, sum_re, sum_im);
  }
}

}  // namespace

StencilChebyshev::StencilChebyshev(const Hamiltonian& hamiltonian, const CarrierFields& fields,
                                   int threads)
    : grid_(hamiltonian.grid()),
      columns_(grid_.axis(grid_.dimensions() - 1).points),
      rows_(grid_.size() / columns_),
      reach_(hamiltonian.reach()),
      padded_(columns_ + 2 * reach_),
      mirrors_(!hamiltonian.has_site_masses()),
      diagonal_(static_cast<std::size_t>(grid_.size())),
      ones_(static_cast<std::size_t>(columns_), 1.0),
      zeros_(static_cast<std::size_t>(columns_), 0.0),
      newer_(static_cast<std::size_t>(rows_ * 2 * padded_), 0.0),
      older_(newer_.size(), 0.0),
      pool_(threads),
      taps_(static_cast<std::size_t>(threads)) {
  const std::vector<double> c = central_coefficients(2 * static_cast<int>(reach_));
  double central = 0.0;
  for (int a = 0; a < grid_.dimensions(); ++a) {
    std::vector<double>& weights = weights_[static_cast<std::size_t>(a)];
    for (std::size_t k = 1; k < c.size(); ++k) weights.push_back(hamiltonian.scale(a) * c[k]);
    central += hamiltonian.scale(a) * c[0];
    keep_links(hamiltonian, fields, a);
  }
  if (mirrors_) {
    for (Index i = 0; i < grid_.size(); ++i) {
      diagonal_[static_cast<std::size_t>(i)] = central + fields.potential()[i];
    }
  } else {
    hamiltonian.diagonal(fields, diagonal_.data());
  }
  for (std::vector<Tap>& own : taps_) {
    own.reserve(static_cast<std::size_t>(2 * grid_.dimensions() * reach_));
  }
}

/// Copies the links of an axis, real and imaginary parts of each row apart, divided by the mass
/// where that lives on sites.
void StencilChebyshev::keep_links(const Hamiltonian& hamiltonian, const CarrierFields& fields,
                                  int a) {
  const Complex* links = fields.links(a);
  if (mirrors_ && all_one(links, grid_.links(a))) return;
  if (a == grid_.dimensions() - 1) return keep_padded_links(hamiltonian, links);
  Row& kept = links_[static_cast<std::size_t>(a)];
  kept.resize(static_cast<std::size_t>(2 * grid_.links(a)));
  const Index ring = grid_.axis(a).links();
  const Index stride = grid_.stride(a);
  for (Index row = 0; row < grid_.links(a) / columns_; ++row) {
    double* re = kept.data() + row * 2 * columns_;
    for (Index i = 0; i < columns_; ++i) {
      const Index at = row * columns_ + i;
      const Index line = at / stride;
      const double mass =
          mirrors_ ? 1.0 : hamiltonian.link_mass(a, line / ring, line % ring, at % stride);
      re[i] = links[at].real() / mass;
      re[columns_ + i] = links[at].imag() / mass;
    }
  }
}

/// Links along the rows: entry reach + q joins the sites q and q + 1, ghosts included.
void StencilChebyshev::keep_padded_links(const Hamiltonian& hamiltonian, const Complex* links) {
  const int last = grid_.dimensions() - 1;
  const Axis& axis = grid_.axis(last);
  const Index ring = axis.links();
  Row& kept = links_[static_cast<std::size_t>(last)];
  kept.resize(static_cast<std::size_t>(rows_ * 2 * padded_));
  for (Index row = 0; row < rows_; ++row) {
    const Complex* own = links + row * ring;
    double* re = kept.data() + row * 2 * padded_;
    for (Index q = -reach_; q < columns_ + reach_; ++q) {
      Complex u = mirrors_ ? 1.0 : 0.0;  // through a wall
      if (axis.periodic) {
        u = own[(q + ring) % ring];
      } else if (q >= 0 && q < ring) {
        u = own[q];
      } else if (q < -1) {
        u = std::conj(own[-2 - q]);
      } else if (q > ring) {
        u = std::conj(own[2 * ring - q]);
      }
      if (!mirrors_ && u != 0.0) u /= hamiltonian.link_mass(last, row, (q + ring) % ring, 0);
      re[reach_ + q] = u.real();
      re[padded_ + reach_ + q] = u.imag();
    }
  }
}

/// Taps of one row along an axis before the last: side +, then side -, each by distance.
void StencilChebyshev::lay_taps_across(int a, Index row, double factor,
                                       std::vector<Tap>& taps) const {
  const Axis& axis = grid_.axis(a);
  const Index n = axis.points;
  const Index stride = grid_.stride(a) / columns_;  // in rows
  const Index position = row / stride % n;
  const Index outer = row / stride / n;
  const Index inner = row % stride;
  const Row& links = links_[static_cast<std::size_t>(a)];
  for (const Index side : {Index{1}, Index{-1}}) {
    for (Index k = 1; k <= reach_; ++k) {
      Index site = position + side * k;
      Index link = side > 0 ? site - 1 : site;  // joins link and link + 1
      double sign = side > 0 ? 1.0 : -1.0;
      double weight =
          factor * weights_[static_cast<std::size_t>(a)][static_cast<std::size_t>(k - 1)];
      bool through_wall = false;
      if (axis.periodic) {
        site = (site + n) % n;
        link = (link + n) % n;
      } else {
        if (site < 0 || site >= n) {
          site = site < 0 ? -1 - site : 2 * n - 1 - site;
          weight = mirrors_ ? -weight : 0.0;
        }
        through_wall = link == -1 || link == n - 1;
        if (link < -1 || link > n - 1) {
          link = link < -1 ? -2 - link : 2 * (n - 1) - link;
          sign = -sign;
        }
      }
      const double* psi = row_of(newer_, (outer * n + site) * stride + inner);
      Tap tap{psi, psi + padded_, nullptr, nullptr, weight, sign};
      if (through_wall && !links.empty()) {
        tap.link_re = ones_.data();
        tap.link_im = zeros_.data();
      } else if (!links.empty()) {
        tap.link_re =
            links.data() + ((outer * axis.links() + link) * stride + inner) * 2 * columns_;
        tap.link_im = tap.link_re + columns_;
      }
      taps.push_back(tap);
    }
  }
}

void StencilChebyshev::lay_taps(Index row, double factor, std::vector<Tap>& taps) const {
  taps.clear();
  const int last = grid_.dimensions() - 1;
  for (int a = 0; a < last; ++a) lay_taps_across(a, row, factor, taps);
  const Row& links = links_[static_cast<std::size_t>(last)];
  const double* psi = row_of(newer_, row);
  for (const Index side : {Index{1}, Index{-1}}) {
    for (Index k = 1; k <= reach_; ++k) {
      const double weight =
          factor * weights_[static_cast<std::size_t>(last)][static_cast<std::size_t>(k - 1)];
      Tap tap{psi + side * k, psi + padded_ + side * k, nullptr, nullptr,
              weight,         side > 0 ? 1.0 : -1.0};
      if (!links.empty()) {
        tap.link_re = row_of(links, row) + (side > 0 ? k - 1 : -k);
        tap.link_im = tap.link_re + padded_;
      }
      taps.push_back(tap);
    }
  }
}

/// product - b₂ + cψ for one row, into b₂ (parts apart) or, where `out` is given, into that.
HEATGAUGE_CLONES
void StencilChebyshev::advance_row(const std::vector<Tap>& taps, Index row, const Complex* psi,
                                   Complex c, double factor, double centre, Complex* out) {
  const double* newer = row_of(newer_, row);
  const RowProduct<Tap> own{
      taps.data(), 2 * grid_.dimensions(), reach_, diagonal_.data() + row * columns_,
      newer,       newer + padded_,        factor, centre};
  double* re = row_of(older_, row);
  double* im = re + padded_;
  const auto* given = reinterpret_cast<const double*>(psi + row * columns_);
  auto* result = reinterpret_cast<double*>(out == nullptr ? nullptr : out + row * columns_);
  const double c_re = c.real();
  const double c_im = c.imag();
  alignas(64) double sum_re[kChunk];
  alignas(64) double sum_im[kChunk];
  for (Index first = 0; first < columns_; first += kChunk) {
    const Index count = std::min(kChunk, columns_ - first);
    product(own, first, count, sum_re, sum_im);
    for (Index i = 0; i < count; ++i) {
      const double p_re = given[2 * (first + i)];
      const double p_im = given[2 * (first + i) + 1];
      sum_re[i] += c_re * p_re - c_im * p_im - re[first + i];
      sum_im[i] += c_re * p_im + c_im * p_re - im[first + i];
    }
    if (result == nullptr) {
      std::copy_n(sum_re, count, re + first);
      std::copy_n(sum_im, count, im + first);
      continue;
    }
    for (Index i = 0; i < count; ++i) {
      result[2 * (first + i)] = sum_re[i];
      result[2 * (first + i) + 1] = sum_im[i];
    }
  }
}

void StencilChebyshev::start(const Complex* psi, Complex c) {
  std::fill(older_.begin(), older_.end(), 0.0);
  for (Index row = 0; row < rows_; ++row) {
    double* re = row_of(newer_, row);
    for (Index i = 0; i < columns_; ++i) {
      const Complex value = times(c, psi[row * columns_ + i]);
      re[i] = value.real();
      re[padded_ + i] = value.imag();
    }
    fill_ghosts(re);
    fill_ghosts(re + padded_);
  }
}

/// Calls work(row, taps of the thread) for all rows; the caller's thread looks at the clock.
template <typename Work>
void StencilChebyshev::over_rows(Interrupt* interrupt, const Work& work) {
  const Index block = std::max<Index>(1, kCheckEvery / columns_);
  std::atomic<bool> stopped{false};
  pool_.run((rows_ + block - 1) / block, [&](Index task, int worker) {
    if (stopped.load(std::memory_order_relaxed)) return;
    if (worker == 0 && interrupt != nullptr) {
      try {
        interrupt->check();
      } catch (...) {
        stopped.store(true, std::memory_order_relaxed);
        throw;
      }
    }
    const Index end = std::min(rows_, (task + 1) * block);
    for (Index row = task * block; row < end; ++row) {
      work(row, taps_[static_cast<std::size_t>(worker)]);
    }
  });
}

void StencilChebyshev::step(const Complex* psi, Complex c, double factor, double centre,
                            Interrupt& interrupt) {
  over_rows(&interrupt, [&](Index row, std::vector<Tap>& taps) {
    lay_taps(row, factor, taps);
    advance_row(taps, row, psi, c, factor, centre, nullptr);
    fill_ghosts(row_of(older_, row));
    fill_ghosts(row_of(older_, row) + padded_);
  });
  newer_.swap(older_);
}

void StencilChebyshev::finish(Complex* psi, Complex c, double factor, double centre) {
  over_rows(nullptr, [&](Index row, std::vector<Tap>& taps) {
    lay_taps(row, factor, taps);
    advance_row(taps, row, psi, c, factor, centre, psi);
  });
}

void StencilChebyshev::fill_ghosts(double* part) const {
  const bool periodic = grid_.axis(grid_.dimensions() - 1).periodic;
  for (Index j = 0; j < reach_; ++j) {
    part[-1 - j] = periodic ? part[columns_ - 1 - j] : -part[j];
    part[columns_ + j] = periodic ? part[j] : -part[columns_ - 1 - j];
  }
}

}  // namespace heatgauge
