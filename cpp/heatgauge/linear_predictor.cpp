#include "heatgauge/linear_predictor.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "heatgauge/dispatch.hpp"

namespace heatgauge {

namespace {

/// Products of v and the differences a, a − b, a − 2b + c with one another, in eight lanes each.
HEATGAUGE_CLONES void products(Index n, const double* v, const double* a, const double* b,
                               const double* c, double* __restrict sum) {
  double lane[9][8] = {};
  for (Index i = 0; i + 8 <= n; i += 8)
    for (int k = 0; k < 8; ++k) {
      const double x = v[i + k], p = a[i + k], d = p - b[i + k], e = d - (b[i + k] - c[i + k]);
      lane[0][k] += p * p;
      lane[1][k] += p * d;
      lane[2][k] += p * e;
      lane[3][k] += d * d;
      lane[4][k] += d * e;
      lane[5][k] += e * e;
      lane[6][k] += x * p;
      lane[7][k] += x * d;
      lane[8][k] += x * e;
    }
  for (int m = 0; m < 9; ++m) {
    sum[m] = 0.0;
    for (int k = 0; k < 8; ++k) sum[m] += lane[m][k];
  }
}

HEATGAUGE_CLONES void combine(Index n, const std::array<double, 3>& c, const double* u,
                              const double* v, const double* w, double* __restrict out) {
  const double c0 = c[0], c1 = c[1], c2 = c[2];
  for (Index i = 0; i < n; ++i) out[i] = c0 * u[i] + c1 * v[i] + c2 * w[i];
}

}  // namespace

const std::vector<double>* LinearPredictor::predict() {
  if (known_ == 0) return nullptr;
  if (known_ < memory) return &past_[0];
  guess_.resize(past_[0].size());
  combine(static_cast<Index>(guess_.size()), coefficient_, past_[0].data(), past_[1].data(),
          past_[2].data(), guess_.data());
  return &guess_;
}

LinearPredictor::Sum LinearPredictor::sum() const {
  if (known_ == 0) return {{}, {}, 0};
  if (known_ < memory) return {{1.0, 0.0, 0.0}, {past_[0].data(), nullptr, nullptr}, 1};
  return {coefficient_, {past_[0].data(), past_[1].data(), past_[2].data()}, 3};
}

void LinearPredictor::fit(const std::vector<double>& next) {
  if (known_ == memory) {
    // In differences, each scaled to unit length, the fit is as well conditioned as it can be; the
    // last cells of a length that is no multiple of eight are left out of it.
    double s[9];
    products(static_cast<Index>(next.size()), next.data(), past_[0].data(), past_[1].data(),
             past_[2].data(), s);
    Eigen::Matrix3d gram;
    gram << s[0], s[1], s[2], s[1], s[3], s[4], s[2], s[4], s[5];
    Eigen::Vector3d right(s[6], s[7], s[8]), scale;
    for (int i = 0; i < 3; ++i) scale[i] = gram(i, i) > 0.0 ? 1.0 / std::sqrt(gram(i, i)) : 0.0;
    gram = scale.asDiagonal() * gram * scale.asDiagonal();
    gram.diagonal().array() += 1e-13;
    const Eigen::Vector3d c =
        scale.asDiagonal() * gram.ldlt().solve(Eigen::Vector3d(scale.asDiagonal() * right));
    if (c.allFinite()) coefficient_ = {c[0] + c[1] + c[2], -c[1] - 2.0 * c[2], c[2]};
  }
  std::rotate(past_.begin(), past_.end() - 1, past_.end());
  known_ = std::min(known_ + 1, memory);
}

void LinearPredictor::learn(const std::vector<double>& next) {
  fit(next);
  past_[0].assign(next.begin(), next.end());
}

void LinearPredictor::exchange(std::vector<double>& next) {
  fit(next);
  past_[0].resize(next.size());
  past_[0].swap(next);
}

}  // namespace heatgauge
