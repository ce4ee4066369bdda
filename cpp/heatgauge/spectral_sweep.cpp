#include "heatgauge/spectral_sweep.hpp"

#include <cmath>
#include <numbers>

#include "heatgauge/dispatch.hpp"
#include "heatgauge/unit_phase.hpp"

namespace heatgauge {
namespace {

constexpr double kPi = std::numbers::pi;

std::size_t room(Index count) { return static_cast<std::size_t>(count); }

/// κ² of one mode on eight lines, -π <= κ <= π: the nearest of all equivalent waves.
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

HEATGAUGE_CLONES void mix(double* first, double* second, Complex mean, Complex there,
                          Complex back) {
  const Turn m{mean.real(), mean.imag()}, t{there.real(), there.imag()},
      b{back.real(), back.imag()};
  HEATGAUGE_LANES {
    const Turn x{first[l], first[line_lanes + l]}, y{second[l], second[line_lanes + l]};
    const Turn p = m * x + t * y, q = m * y + b * x;
    first[l] = p.re;
    first[line_lanes + l] = p.im;
    second[l] = q.re;
    second[line_lanes + l] = q.im;
  }
}

HEATGAUGE_CLONES void scale(double* row, Complex factor) {
  const Turn f{factor.real(), factor.imag()};
  HEATGAUGE_LANES {
    const Turn x = Turn{row[l], row[line_lanes + l]} * f;
    row[l] = x.re;
    row[line_lanes + l] = x.im;
  }
}

}  // namespace

SpectralSweep::SpectralSweep(const LineGauge& gauge, Complex lambda)
    : transform_(gauge.axis().points),
      batches_(gauge.batches().count()),
      walls_(!gauge.axis().periodic) {
  update(gauge, lambda);
}

void SpectralSweep::update(const LineGauge& gauge, Complex lambda) {
  if (walls_) {
    update_sines(lambda);
  } else {
    update_waves(gauge, lambda);
  }
}

void SpectralSweep::update_waves(const LineGauge& gauge, Complex lambda) {
  const Index points = transform_.points();
  const double scale = 1.0 / static_cast<double>(points);
  alike_ = gauge.alike();
  std::vector<double>& target = alike_ ? common_ : own_;
  const Index width = alike_ ? 2 : batch_row;
  const Index lanes = alike_ ? 1 : line_lanes;
  const Index batches = alike_ ? 1 : batches_;
  target.resize(room(batches * points * width));
  kappas_.resize(room(points * line_lanes));
  for (Index b = 0; b < batches; ++b) {
    double turns[line_lanes];
    for (Index l = 0; l < line_lanes; ++l) turns[l] = gauge.turn(b, l);
    for (Index p = 0; p < points; ++p) {
      squared_waves(static_cast<double>(transform_.modes()[room(p)]) * scale, turns,
                    kappas_.data() + p * line_lanes);
    }
    kinetic_factors(kappas_, lambda, scale, phases_, units_);
    for (Index p = 0; p < points; ++p) {
      double* row = target.data() + (b * points + p) * width;
      for (Index l = 0; l < lanes; ++l) {
        row[l] = units_[room(p * line_lanes + l)].real();
        row[lanes + l] = units_[room(p * line_lanes + l)].imag();
      }
    }
  }
}

// The even sites x_0, x_2, … followed by -x_N-1, …, -x_3, -x_1 have the Fourier transform V, and
//   C_k = ½(w_k V_k + w_k* V_{N-k}),  w_k = e^{-iπk/2N}
// is the sine transform at j = N - k. With C_k = ½(a + b), C_{N-k} = ½i(a - b), a = w_k V_k and
// b = w_k* V_{N-k}, factors g_k on C_k and back again read
//   V_k ← ½(g_k + g_{N-k}) V_k + ½(g_k - g_{N-k}) w_k*² V_{N-k}.
void SpectralSweep::update_sines(Complex lambda) {
  const Index points = transform_.points();
  const double scale = 1.0 / static_cast<double>(points);
  std::vector<Index> rows(room(points));
  for (Index p = 0; p < points; ++p) rows[room(transform_.modes()[room(p)])] = p;
  kappas_.resize(room(points));
  for (Index k = 0; k < points; ++k) {
    const double kappa = kPi * static_cast<double>(points - k) * scale;
    kappas_[room(k)] = kappa * kappa;
  }
  kinetic_factors(kappas_, lambda, scale, phases_, units_);
  mixing_.clear();
  mixing_.push_back({rows[0], rows[0], units_[0], {}, {}});
  for (Index k = 1; 2 * k <= points; ++k) {
    const Complex mean = 0.5 * (units_[room(k)] + units_[room(points - k)]);
    const Complex half = 0.5 * (units_[room(k)] - units_[room(points - k)]);
    const Complex turn = std::polar(1.0, kPi * static_cast<double>(k) * scale);
    mixing_.push_back(
        {rows[room(k)], rows[room(points - k)], mean, times(turn, half), conj_times(turn, half)});
  }
}

void SpectralSweep::advance(const LineGauge& gauge, Complex* psi, Index first, Index last,
                            double* scratch) const {
  for (Index b = first; b < last; ++b) {
    gauge.batches().load(psi, b, scratch);
    gauge.enter(b, scratch);
    if (walls_) {
      transform_.forward(scratch);
      for (const Mixing& m : mixing_) {
        double* row = scratch + m.row * batch_row;
        if (m.row == m.partner) {
          scale(row, m.mean);
        } else {
          mix(row, scratch + m.partner * batch_row, m.mean, m.there, m.back);
        }
      }
      transform_.backward(scratch);
    } else if (alike_) {
      transform_.filter(scratch, reinterpret_cast<const Complex*>(common_.data()));
    } else {
      transform_.filter(scratch, own_.data() + b * this->scratch());
    }
    gauge.leave(b, scratch);
    gauge.batches().store(scratch, b, psi);
  }
}

}  // namespace heatgauge
