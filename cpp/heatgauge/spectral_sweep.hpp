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
  /// Keeps a reference to the gauge.
  SpectralSweep(const LineGauge& gauge, Complex lambda);

  /// Whether lines of `points` sites can be transformed.
  static bool supports(Index points) { return LineTransform::supports(points); }

  const LineGauge* gauge() const { return gauge_; }
  Complex lambda() const { return lambda_; }
  void set_lambda(Complex lambda);
  /// After the links of the gauge have changed.
  void update();

  /// Bundle `b` of lines; `space` holds as many rows.
  void run(Index b, Row* rows, Row* space) const;

 private:
  /// Modes k and N - k of the reordered line, which the sine transform mixes.
  struct Mixing {
    Index row, partner;
    Complex mean, there, back;
  };
  void update_waves();
  void update_sines();
  void run_sines(Row* rows, Row* space) const;

  const LineGauge* gauge_;
  LineTransform transform_;
  Complex lambda_;
  bool alike_ = true;
  std::vector<Complex> common_;  // a factor per mode, of all lines
  std::vector<Row> own_;         // a factor per mode, of every line
  std::vector<Mixing> mixing_;
};

}  // namespace heatgauge
