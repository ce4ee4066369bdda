#include "heatgauge/heat_drive.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "heatgauge/faces.hpp"

namespace heatgauge {

void HeatDrive::set_side(int axis, int end, std::vector<double> values, Index rows) {
  if (axis < 0 || axis >= grid_.dimensions() || end < 0 || end > 1 || grid_.axis(axis).periodic)
    throw std::invalid_argument("there is no such side");
  const auto count = static_cast<Index>(values.size());
  if (rows < 1 || (count != rows && count != rows * side_faces(grid_, axis)))
    throw std::invalid_argument("a side takes one value or one per face in each row");
  sides_[static_cast<std::size_t>(2 * axis + end)] = {std::move(values), rows, count / rows};
}

void HeatDrive::add_source(std::vector<double> profile, Index rows, std::vector<double> envelope) {
  if (rows < 1 || static_cast<Index>(profile.size()) != rows * grid_.size())
    throw std::invalid_argument("a source takes one value per site in each row");
  sources_.push_back({{std::move(profile), rows, grid_.size()}, std::move(envelope)});
}

bool HeatDrive::static_sources() const {
  return std::all_of(sources_.begin(), sources_.end(),
                     [](const Source& s) { return s.profile.rows == 1 && s.envelope.empty(); });
}

void HeatDrive::source(Index row, std::vector<double>& q) const {
  std::fill(q.begin(), q.end(), 0.0);
  for (const Source& s : sources_) {
    const double* const profile =
        s.profile.values.data() + (s.profile.rows > 1 ? row * s.profile.columns : 0);
    const double envelope = s.envelope.empty() ? 1.0 : s.envelope[static_cast<std::size_t>(row)];
    for (std::size_t i = 0; i < q.size(); ++i) q[i] += envelope * profile[i];
  }
}

void HeatDrive::require_rows(Index rows) const {
  const auto enough = [rows](Index have) { return have <= 1 || have >= rows; };
  for (const Table& t : sides_)
    if (!enough(t.rows)) throw std::invalid_argument("a side has too few rows");
  for (const Source& s : sources_)
    if (!enough(s.profile.rows) ||
        (!s.envelope.empty() && static_cast<Index>(s.envelope.size()) < rows))
      throw std::invalid_argument("a source has too few rows");
}

}  // namespace heatgauge
