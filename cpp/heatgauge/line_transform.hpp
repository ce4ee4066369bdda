/// The discrete Fourier transform of a bundle of lines.
#pragma once

#include <vector>

#include "heatgauge/line_butterflies.hpp"

namespace heatgauge {

/// F[n] = Σ_i ψ[i]·e^{-2πi·n·i/N} on every lane of N rows, N = 2^a·3^b·5^c.
///
/// Forward it decimates in frequency, backward in time, the same steps in the opposite order: the
/// modes in between stand in the order that `modes` tells, and nobody has to sort them. All lanes
/// do the same arithmetic, so what a line becomes does not depend on its lane.
class LineTransform {
 public:
  explicit LineTransform(Index points);

  /// Whether `points` has no prime factor above 5.
  static bool supports(Index points);

  Index points() const { return points_; }
  /// The mode number 0 … N-1 at each position after `forward`.
  const std::vector<Index>& modes() const { return modes_; }

  void forward(Row* rows) const;
  /// The adjoint of `forward`: N times its inverse.
  void backward(Row* rows) const;
  /// backward · multiplier · forward with one number per mode, in the order of `modes`.
  void filter(Row* rows, const Complex* multiplier) const;
  /// The same with a number per mode and lane.
  void filter(Row* rows, const Row* multiplier) const;

 private:
  struct Level {
    int radix;
    Index rest;  // rows of each of its parts
    Index
        factors;  // where its e^{-2πi·j·q/(radix·rest)} begin: j = 0 … rest - 1, q = 1 … radix - 1
  };
  enum class Way { forward, backward, common, own };
  struct Multiplier {
    const Complex* common;
    const Row* own;
    Multiplier from(Index row) const {
      return {common != nullptr ? common + row : nullptr, own != nullptr ? own + row : nullptr};
    }
  };
  void levels_of(Index points);
  void order_modes();
  void descend(std::size_t level, Row* rows, Multiplier multiplier, Way way) const;
  void run_resident(std::size_t level, Row* rows, Multiplier multiplier, Way way) const;

  Index points_;
  std::vector<Level> levels_;
  std::vector<double> factors_;
  std::vector<Index> modes_;
};

}  // namespace heatgauge
