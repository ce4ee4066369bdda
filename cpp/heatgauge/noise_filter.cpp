#include "heatgauge/noise_filter.hpp"

#include <algorithm>

namespace heatgauge {

namespace {

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// A row holds two numbers per lane: its real and its imaginary part are lines of their own.
constexpr Index kLines = 2 * kLanes;

double& part(Row& row, Index line) { return line < kLanes ? row.re[line] : row.im[line - kLanes]; }

}  // namespace

NoiseFilter::NoiseFilter(Index points, const std::vector<double>& spectrum)
    : points_(points), width_(static_cast<Index>(spectrum.size())), transform_(width_) {
  for (const Index mode : transform_->modes()) {
    multiplier_.emplace_back(spectrum[static_cast<std::size_t>(mode)] / static_cast<double>(width_),
                             0.0);
  }
  rows_.resize(spectrum.size());
}

NoiseFilter::NoiseFilter(Eigen::MatrixXd matrix)
    : points_(matrix.rows()), width_(matrix.cols()), matrix_(std::move(matrix)) {}

void NoiseFilter::apply(Index outer, Index inner, const double* from, double* to) {
  if (transform_) {
    apply_spectrum(outer, inner, from, to);
  } else if (inner == 1) {
    Eigen::Map<RowMatrix>(to, outer, points_).noalias() =
        Eigen::Map<const RowMatrix>(from, outer, width_) * matrix_.transpose();
  } else {
    for (Index o = 0; o < outer; ++o) {
      Eigen::Map<RowMatrix>(to + o * points_ * inner, points_, inner).noalias() =
          matrix_ * Eigen::Map<const RowMatrix>(from + o * width_ * inner, width_, inner);
    }
  }
}

void NoiseFilter::apply_spectrum(Index outer, Index inner, const double* from, double* to) {
  const Index lines = outer * inner;
  for (Index first = 0; first < lines; first += kLines) {
    const Index count = std::min(kLines, lines - first);
    if (count < kLines) std::fill(rows_.begin(), rows_.end(), Row{});
    for (Index l = 0; l < count; ++l) {
      const Index line = first + l;
      const double* source = from + line / inner * width_ * inner + line % inner;
      for (Index i = 0; i < width_; ++i) {
        part(rows_[static_cast<std::size_t>(i)], l) = source[i * inner];
      }
    }
    transform_->filter(rows_.data(), multiplier_.data());
    for (Index l = 0; l < count; ++l) {
      const Index line = first + l;
      double* target = to + line / inner * points_ * inner + line % inner;
      for (Index i = 0; i < points_; ++i) {
        target[i * inner] = part(rows_[static_cast<std::size_t>(i)], l);
      }
    }
  }
}

}  // namespace heatgauge
