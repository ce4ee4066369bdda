#include "heatgauge/spectral_sweep.hpp"

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

/// factors[i] = e^{-iλ·squares[i]}·scale
void kinetic_factors(std::vector<double>& squares, Complex lambda, double scale,
                     std::vector<double>& phases, std::vector<Complex>& factors) {
  phases.resize(squares.size());
  factors.resize(squares.size());
  for (std::size_t i = 0; i < squares.size(); ++i) phases[i] = lambda.real() * squares[i];
  unit_phases(phases.data(), static_cast<Index>(phases.size()), factors.data());
  for (std::size_t i = 0; i < squares.size(); ++i) {
    factors[i] *= lambda.imag() == 0.0 ? scale : scale * std::exp(lambda.imag() * squares[i]);
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
  if (!alike_) own_.resize(room(gauge_->bundles() * points));
  squares_.resize(room(points * kLanes));
  for (Index b = 0; b < (alike_ ? 1 : gauge_->bundles()); ++b) {
    for (Index p = 0; p < points; ++p) {
      squared_waves(static_cast<double>(transform_.modes()[room(p)]) * share, gauge_->turns(b),
                    squares_.data() + p * kLanes);
    }
    kinetic_factors(squares_, lambda_, share, phases_, units_);
    if (alike_) break;
    for (Index p = 0; p < points; ++p) {
      Row& row = own_[room(b * points + p)];
      for (Index l = 0; l < kLanes; ++l) {
        row.re[l] = units_[room(p * kLanes + l)].real();
        row.im[l] = units_[room(p * kLanes + l)].imag();
      }
    }
  }
  if (!alike_) return;
  common_.resize(room(points));
  for (Index p = 0; p < points; ++p) common_[room(p)] = units_[room(p * kLanes)];
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
  squares_.resize(room(points));
  for (Index k = 0; k < points; ++k) {
    const double kappa = kPi * static_cast<double>(points - k) * share;
    squares_[room(k)] = kappa * kappa;
  }
  kinetic_factors(squares_, lambda_, share, phases_, units_);
  mixing_.clear();
  mixing_.push_back({rows[0], rows[0], units_[0], {}, {}});
  for (Index k = 1; 2 * k <= points; ++k) {
    const Complex mean = 0.5 * (units_[room(k)] + units_[room(points - k)]);
    const Complex half = 0.5 * (units_[room(k)] - units_[room(points - k)]);
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
