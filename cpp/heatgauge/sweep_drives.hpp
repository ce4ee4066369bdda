/// Slots of a sweep program that follow envelopes: several steps without leaving the core.
#pragma once

#include <vector>

#include "heatgauge/sweep_program.hpp"

namespace heatgauge {

enum class SlotKind { site, link };

/// Values of slots are base + Σ_k c_k·profile_k, with a row of coefficients c for each step. The
/// rows hold the coefficients of all driven slots in the order in which these were added.
class SweepDrives {
 public:
  explicit SweepDrives(SweepProgram& program) : program_(program) {}

  /// base and profiles: phases as SweepProgram::set_site or set_links takes them.
  void add(SlotKind kind, int slot, std::vector<double> base,
           std::vector<std::vector<double>> profiles);
  const SweepProgram& program() const { return program_; }
  Index coefficients() const { return coefficients_; }

  /// One step (prologue, body, epilogue) for each row.
  void advance(Complex* psi, const double* rows, Index steps, Interrupt& interrupt);

 private:
  struct Drive {
    SlotKind kind;
    int slot;
    std::vector<double> base;
    std::vector<std::vector<double>> profiles;
  };
  SweepProgram& program_;
  std::vector<Drive> drives_;
  std::vector<double> sum_;
  Index coefficients_ = 0;
};

}  // namespace heatgauge
