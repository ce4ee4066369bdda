#include "heatgauge/spectral_sweep.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "heatgauge/dispatch.hpp"
#include "heatgauge/unit_phase.hpp"

namespace heatgauge {
namespace {

constexpr double kPi = std::numbers::pi;

std::size_t room(Index count) { return static_cast<std::size_t>(count); }

/// κ² of one mode on the lines of a bundle, -π <= κ <= π: the nearest of all equivalent waves.
HEATGAUGE_CLONES void squared_waves(double part, const double* turns, double* squares) {
  HEATGAUGE_LANES {
    const double waves = part + turns[l] * (0.5 / kPi);
    const double kappa = 2 * kPi * (waves - std::nearbyint(waves));
    squares[l] = kappa * kappa;
  }
}

/// e^{-iλ·squares}·scale
void kinetic_factors(const double* squares, Complex lambda, double scale, Row& factors) {
  double phases[kLanes];
  for (Index l = 0; l < kLanes; ++l) phases[l] = lambda.real() * squares[l];
  unit_phases(phases, kLanes, factors.re, factors.im);
  for (Index l = 0; l < kLanes; ++l) {
    const double size = lambda.imag() == 0.0 ? scale : scale * std::exp(lambda.imag() * squares[l]);
    factors.re[l] *= size;
    factors.im[l] *= size;
  }
}

HEATGAUGE_CLONES void mix(Row& first, Row& second, Complex mean, Complex there, Complex back) {
  const Lane m{mean.real(), mean.imag()}, t{there.real(), there.imag()},
      b{back.real(), back.imag()};
  HEATGAUGE_LANES {
    const Lane x = lane(first, l), y = lane(second, l);
    put_lane(first, l, m * x + t * y);
    put_lane(second, l, m * y + b * x);
  }
}

HEATGAUGE_CLONES void scale(Row& row, Complex factor) {
  const Lane f{factor.real(), factor.imag()};
  HEATGAUGE_LANES { put_lane(row, l, lane(row, l) * f); }
}

/// The even sites, then minus the odd ones from the end.
HEATGAUGE_CLONES void fold(const Row* rows, Index points, Row* folded) {
  for (Index i = 0; 2 * i < points; ++i) folded[i] = rows[2 * i];
  for (Index i = 0; 2 * i + 1 < points; ++i) {
    HEATGAUGE_LANES {
      folded[points - 1 - i].re[l] = -rows[2 * i + 1].re[l];
      folded[points - 1 - i].im[l] = -rows[2 * i + 1].im[l];
    }
  }
}

HEATGAUGE_CLONES void unfold(const Row* folded, Index points, Row* rows) {
  for (Index i = 0; 2 * i < points; ++i) rows[2 * i] = folded[i];
  for (Index i = 0; 2 * i + 1 < points; ++i) {
    HEATGAUGE_LANES {
      rows[2 * i + 1].re[l] = -folded[points - 1 - i].re[l];
      rows[2 * i + 1].im[l] = -folded[points - 1 - i].im[l];
    }
  }
}

}  // namespace

SpectralSweep::SpectralSweep(const LineGauge& gauge, Complex lambda)
    : gauge_(&gauge), transform_(gauge.points()), lambda_(lambda) {
  update();
}

void SpectralSweep::set_lambda(Complex lambda) {
  lambda_ = lambda;
  update();
}

void SpectralSweep::update() {
  if (gauge_->axis().periodic) {
    update_waves();
  } else {
    update_sines();
  }
}

void SpectralSweep::update_waves() {
  const Index points = transform_.points();
  const double share = 1.0 / static_cast<double>(points);
  alike_ = gauge_->alike();
  const Index bundles = alike_ ? 1 : gauge_->bundles();
  own_.resize(std::max(own_.size(), room(bundles * points)));
  double squares[kLanes];
  for (Index b = 0; b < bundles; ++b) {
    for (Index p = 0; p < points; ++p) {
      const auto mode = static_cast<double>(transform_.modes()[room(p)]);
      squared_waves(mode * share, gauge_->turns(b), squares);
      kinetic_factors(squares, lambda_, share, own_[room(b * points + p)]);
    }
  }
  if (!alike_) return;
  common_.resize(room(points));
  for (std::size_t p = 0; p < common_.size(); ++p) common_[p] = {own_[p].re[0], own_[p].im[0]};
}

// The even sites x_0, x_2, … followed by -x_N-1, …, -x_3, -x_1 have the Fourier transform V, and
//   C_k = ½(w_k V_k + w_k* V_{N-k}),  w_k = e^{-iπk/2N}
// is the sine transform at j = N - k. With C_k = ½(a + b), C_{N-k} = ½i(a - b), a = w_k V_k and
// b = w_k* V_{N-k}, factors g_k on C_k and back again read
//   V_k ← ½(g_k + g_{N-k}) V_k + ½(g_k - g_{N-k}) w_k*² V_{N-k}.
void SpectralSweep::update_sines() {
  const Index points = transform_.points();
  const double share = 1.0 / static_cast<double>(points);
  std::vector<Index> rows(room(points));
  for (Index p = 0; p < points; ++p) rows[room(transform_.modes()[room(p)])] = p;
  std::vector<Complex> factors(room(points));
  for (Index k = 0; k < points; ++k) {
    const double kappa = kPi * static_cast<double>(points - k) * share;
    double squares[kLanes];
    std::fill_n(squares, kLanes, kappa * kappa);
    Row row;
    kinetic_factors(squares, lambda_, share, row);
    factors[room(k)] = {row.re[0], row.im[0]};
  }
  mixing_.clear();
  mixing_.push_back({rows[0], rows[0], factors[0], {}, {}});
  for (Index k = 1; 2 * k <= points; ++k) {
    const Complex mean = 0.5 * (factors[room(k)] + factors[room(points - k)]);
    const Complex half = 0.5 * (factors[room(k)] - factors[room(points - k)]);
    const Complex turn = std::polar(1.0, kPi * static_cast<double>(k) * share);
    mixing_.push_back(
        {rows[room(k)], rows[room(points - k)], mean, times(turn, half), conj_times(turn, half)});
  }
}

void SpectralSweep::run_sines(Row* rows, Row* space) const {
  const Index points = transform_.points();
  fold(rows, points, space);
  transform_.forward(space);
  for (const Mixing& m : mixing_) {
    if (m.row == m.partner) {
      scale(space[m.row], m.mean);
    } else {
      mix(space[m.row], space[m.partner], m.mean, m.there, m.back);
    }
  }
  transform_.backward(space);
  unfold(space, points, rows);
}

void SpectralSweep::run(Index b, Row* rows, Row* space) const {
  gauge_->enter(b, rows);
  if (!gauge_->axis().periodic) {
    run_sines(rows, space);
  } else if (alike_) {
    transform_.filter(rows, common_.data());
  } else {
    transform_.filter(rows, own_.data() + b % gauge_->bundles() * transform_.points());
  }
  gauge_->leave(b, rows);
}

}  // namespace heatgauge
