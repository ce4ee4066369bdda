/// A linear filter along lines of numbers: what makes independent noise correlated in space.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "heatgauge/line_transform.hpp"

namespace heatgauge {

/// Makes `points` correlated numbers of `width` independent ones on every line. By a real spectrum
/// the line is a ring of `width` sites, x = F⁻¹(spectrum·F n), of which the first `points` are
/// kept: a circulant embedding. By a matrix of points × width, x = M n.
class NoiseFilter {
 public:
  /// `spectrum` in the order of the wavenumbers 0 … width-1; a width with no prime factor above 5.
  NoiseFilter(Index points, const std::vector<double>& spectrum);
  explicit NoiseFilter(Eigen::MatrixXd matrix);

  Index points() const { return points_; }
  Index width() const { return width_; }

  /// `from` holds (outer, width, inner) numbers, `to` receives (outer, points, inner).
  void apply(Index outer, Index inner, const double* from, double* to);

 private:
  void apply_spectrum(Index outer, Index inner, const double* from, double* to);

  Index points_, width_;
  std::optional<LineTransform> transform_;
  std::vector<Complex> multiplier_;
  std::vector<Row> rows_;
  Eigen::MatrixXd matrix_;
};

}  // namespace heatgauge
