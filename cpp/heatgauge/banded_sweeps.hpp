/// The four passes of a Crank-Nicolson step over a folded line, written for speed.
#pragma once

#include "heatgauge/pair.hpp"

namespace heatgauge {

/// Row i of K = iαH in both halves, and what elimination made of it. `upper` counts steps towards
/// the middle of the line; the entries towards the end follow from K(j,i) = -K(i,j)*.
template <int P>
struct FoldedRow {
  Lanes diagonal{0.0, 0.0};  // αH(i,i): the diagonal of K is purely imaginary
  Pair upper[P];
  Pair lower[P];  // multipliers towards the rows before
  Pair inverse;   // of the pivot
};

/// The row of the eliminated matrix, scaled to a pivot of 1.
template <int P>
struct FactoredRow {
  Pair upper[P];
};

/// The P rows of one folded vector that lie beyond an end of the halves.
template <int P>
struct Fringe {
  Pair at[P];
};

/// ψ as it lies in memory, seen as a folded line: position i is (front[i], back[-i]).
struct FoldedState {
  const Complex* front;
  const Complex* back;
};

/// y = D⁻¹L⁻¹(-2Kψ). `before`: Kψ of the first P rows from beyond the end of the line.
template <int P>
void eliminate_increment(const FoldedRow<P>* rows, Index half, FoldedState psi,
                         const Fringe<P>& before, Pair* y);
/// y = D⁻¹L⁻¹(-δ - K(2ψ + δ)), the same with 2ψ + δ in `before`. δ is read up to half + P - 1.
template <int P>
void eliminate_residual(const FoldedRow<P>* rows, Index half, FoldedState psi, const Pair* delta,
                        const Fringe<P>& before, Pair* y);
/// δ = U⁻¹y in place, starting from δ at half … half + P - 1. Returns the sum of |δ|².
template <int P>
double substitute_increment(const FactoredRow<P>* rows, Index half, Pair* delta);
/// δ += U⁻¹y from the values `beyond` the half on. Returns the sum of |U⁻¹y|² and leaves the first
/// P rows of U⁻¹y in `beyond`.
template <int P>
double substitute_residual(const FactoredRow<P>* rows, Index half, const Pair* y, Fringe<P>& beyond,
                           Pair* delta);
/// The same, and ψ += δ on both halves in the same pass: δ itself is read only.
template <int P>
double substitute_onto(const FactoredRow<P>* rows, Index half, const Pair* y, Fringe<P>& beyond,
                       const Pair* delta, Complex* front, Complex* back);
/// ψ += δ on both halves.
void unfold(Index half, const Pair* delta, Complex* front, Complex* back);

}  // namespace heatgauge
