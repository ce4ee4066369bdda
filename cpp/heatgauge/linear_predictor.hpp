/// Where an iterative solve in a run of time steps begins: a prediction from the steps before.
#pragma once

#include <array>
#include <vector>

#include "heatgauge/types.hpp"

namespace heatgauge {

/// Predicts the next vector of a sequence as c₁v₋₁ + c₂v₋₂ + c₃v₋₃, with the coefficients that
/// fitted the latest one best (least squares): exact for a sum of three exponentials in time, fast
/// modes that alternate in sign included. It changes how long a solve takes, not what it gives
/// beyond its tolerance. Source of the idea: Fischer, Comput. Methods Appl. Mech. Eng. 163 (1998)
/// 193.
class LinearPredictor {
 public:
  /// The prediction, or nullptr before the second vector.
  const std::vector<double>* predict();

  /// What is predicted as a sum of vectors; none before the second.
  struct Sum {
    std::array<double, 3> coefficient;
    std::array<const double*, 3> vector;
    int terms;
  };
  Sum sum() const;

  /// Takes the next vector of the sequence.
  void learn(const std::vector<double>& next);

  /// The same, leaving an old vector in exchange.
  void exchange(std::vector<double>& next);

 private:
  static constexpr std::size_t memory = 3;
  void fit(const std::vector<double>& next);
  std::array<std::vector<double>, memory> past_;  // latest first
  std::array<double, memory> coefficient_{1.0, 0.0, 0.0};
  std::vector<double> guess_;
  std::size_t known_ = 0;
};

}  // namespace heatgauge
