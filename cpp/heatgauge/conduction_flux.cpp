#include "heatgauge/conduction.hpp"
#include "heatgauge/conduction_workspace.hpp"
#include "heatgauge/faces.hpp"

namespace heatgauge {

namespace {

std::size_t slot(int i) { return static_cast<std::size_t>(i); }

}  // namespace

/// q = w q* + g ΔT* at the trial temperature, with the boundary values of this row.
void Conduction::predict(const FaceField& conductance, const Workspace& work,
                         const HeatDrive& drive, Index row, FaceField& q) const {
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const double* const g = conductance[slot(a)].data();
    const double* const w = memory_[slot(a)].data();
    const double* const star = work.star[slot(a)].data();
    const double* const t = work.trial.data();
    double* const out = q[slot(a)].data();
    for_each_link(grid_, a, [=](Index f, Index i, Index j) {
      out[f] = w[f] * star[f] + g[f] * (t[i] - t[j]);
    });
    for (const int end : {0, 1}) {
      const double inward = end == 0 ? 1.0 : -1.0;
      const bool given = prescribed_[slot(2 * a + end)];
      for_each_side_face(grid_, a, end, [&, this](Index f, Index i, Index j) {
        const double value = drive.side(a, end, row, j);
        out[f] = given ? inward * value : w[f] * star[f] + g[f] * inward * (value - t[i]);
      });
    }
  }
}

/// What a change of T on the sites, one for each direction, adds to the fluxes.
void Conduction::respond(const FaceField& conductance, const SiteFields& change,
                         FaceField& q) const {
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const double* const g = conductance[slot(a)].data();
    const double* const d = change[slot(a)];
    double* const out = q[slot(a)].data();
    for_each_link(grid_, a, [=](Index f, Index i, Index j) { out[f] += g[f] * (d[i] - d[j]); });
    for_each_side_face(grid_, a, 0, [=](Index f, Index i, Index) { out[f] -= g[f] * d[i]; });
    for_each_side_face(grid_, a, 1, [=](Index f, Index i, Index) { out[f] += g[f] * d[i]; });
  }
}

void Conduction::divergence(const FaceField& q, std::vector<double>& result) const {
  double* const out = result.data();
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const double scale = 1.0 / grid_.axis(a).spacing;
    const double* const flux = q[slot(a)].data();
    if (a == 0)
      for_each_cell(grid_, a,
                    [=](Index i, Index l, Index u) { out[i] = scale * (flux[u] - flux[l]); });
    else
      for_each_cell(grid_, a,
                    [=](Index i, Index l, Index u) { out[i] += scale * (flux[u] - flux[l]); });
  }
}

/// Puts the fluxes that are prescribed to their value.
void Conduction::set_given(const HeatDrive& drive, Index row, FaceField& q) const {
  for (int a = 0; a < grid_.dimensions(); ++a)
    for (const int end : {0, 1})
      if (prescribed_[slot(2 * a + end)])
        for_each_side_face(grid_, a, end, [&](Index f, Index, Index j) {
          q[slot(a)][static_cast<std::size_t>(f)] =
              (end == 0 ? 1.0 : -1.0) * drive.side(a, end, row, j);
        });
}

void Conduction::update_flux(int axis, const Workspace& work, double* flux) const {
  const FaceField& branch = shunts_ ? work.branch : work.flux[scheme_.stages - 1];
  const std::vector<double>& last = branch[slot(axis)];
  if (scheme_.stiffly_accurate || !inertia_) {
    std::copy(last.begin(), last.end(), flux);
    return;
  }
  for (std::size_t s = 0; s < scheme_.stages; ++s)
    for (std::size_t f = 0; f < last.size(); ++f)
      flux[f] += scheme_.b[s] * work.flux_rate[s][slot(axis)][f];
}

/// flux += sign · g ΔT, or (replace) flux = g ΔT, on the faces where g is not zero.
void Conduction::add_driven(const FaceField& conductance, double sign, bool replace,
                            const double* temperature, const std::array<double*, 3>& flux,
                            const HeatDrive& drive, Index row) const {
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const double* const g = conductance[slot(a)].data();
    double* const q = flux[slot(a)];
    const auto put = [=](Index f, double drop) {
      if (g[f] != 0.0) q[f] = (replace ? 0.0 : q[f]) + sign * g[f] * drop;
    };
    for_each_link(grid_, a,
                  [&](Index f, Index i, Index j) { put(f, temperature[i] - temperature[j]); });
    for (const int end : {0, 1})
      for_each_side_face(grid_, a, end, [&](Index f, Index i, Index j) {
        if (!prescribed_[slot(2 * a + end)])
          put(f, (end == 0 ? 1.0 : -1.0) * (drive.side(a, end, row, j) - temperature[i]));
      });
  }
}

void Conduction::settle(const double* temperature, const std::array<double*, 3>& flux,
                        const HeatDrive& drive, Index row, Interrupt& interrupt) const {
  FaceField q;
  for (int a = 0; a < grid_.dimensions(); ++a)
    q[slot(a)].assign(flux[slot(a)], flux[slot(a)] + faces(grid_, a));
  set_given(drive, row, q);
  if (nonlocal_rest_) {
    NonlocalFlux::Work work;
    const std::vector<double> now(temperature, temperature + grid_.size());
    nonlocal_rest_->solve(now, allocate(grid_), drive, row, q, nullptr, work, interrupt);
  }
  for (int a = 0; a < grid_.dimensions(); ++a)
    std::copy(q[slot(a)].begin(), q[slot(a)].end(), flux[slot(a)]);
  if (!nonlocal_) add_driven(fourier_, 1.0, true, temperature, flux, drive, row);
}

void Conduction::add_shunts(double sign, const double* temperature,
                            const std::array<double*, 3>& flux, const HeatDrive& drive,
                            Index row) const {
  if (shunts_) add_driven(shunt_, sign, false, temperature, flux, drive, row);
}

}  // namespace heatgauge
