/// The exact kinetic flow along the lines of one axis, by Fourier or sine transforms.
#pragma once

#include <vector>

#include "heatgauge/line_gauge.hpp"
#include "heatgauge/line_transform.hpp"

namespace heatgauge {

/// ψ → e^{-iλκ²}ψ along every line of an axis, λ = ħτ/(2m h²) and κ = kh the covariant wavenumber
/// times the spacing:
///   periodic  κ = (2πn + twist - Σ a)/N, taken between -π and π, a the phases of the line's links;
///   walls     κ = πj/N, j = 1 … N, waves sin(πj(i + ½)/N): ψ vanishes half a cell beyond the ends.
/// Exactly unitary for real λ up to rounding, exactly covariant. In rotated time λ is complex, with
/// Im λ <= 0.
class SpectralSweep {
 public:
  SpectralSweep(const LineGauge& gauge, Complex lambda);

  /// Whether lines of `points` sites can be transformed.
  static bool supports(Index points) { return LineTransform::supports(points); }

  /// After the links of the gauge or λ have changed.
  void update(const LineGauge& gauge, Complex lambda);

  Index batches() const { return batches_; }
  /// Doubles of scratch that `advance` needs.
  Index scratch() const { return transform_.points() * batch_row; }
  /// Batches first … last - 1 of lines. Batches are independent of one another.
  void advance(const LineGauge& gauge, Complex* psi, Index first, Index last,
               double* scratch) const;

 private:
  /// Modes k and N - k of the reordered line, which the sine transform mixes.
  struct Mixing {
    Index row, partner;
    Complex mean, there, back;
  };
  void update_waves(const LineGauge& gauge, Complex lambda);
  void update_sines(Complex lambda);

  LineTransform transform_;
  Index batches_;
  bool walls_, alike_ = true;
  std::vector<double> common_;  // a factor per mode, all lines
  std::vector<double> own_;     // a batch of factors per batch of lines
  std::vector<Mixing> mixing_;
  std::vector<double> kappas_, phases_;  // scratch
  std::vector<Complex> units_;           // scratch
};

}  // namespace heatgauge
