"""How certain the entropy production of stored data is: coarser differences, and rounding."""

from __future__ import annotations

import dataclasses

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.entropy_faces import EntropyFaces, middle
from heatgauge.heat_flow import HeatFlow

_ROUNDING = 16 * float(np.finfo(float).eps)


def production_uncertainty(flow: HeatFlow, sigma: RealField) -> RealField:
    """Return the uncertainty of σ, (nt − 1, *shape), from times (and sites) further apart."""
    total = _of_times(flow, sigma)
    for axis in range(flow.grid.dimensions):
        faces = EntropyFaces(flow, axis)
        doubt = _rounding(faces)
        if flow.method == "from arrays":
            doubt = doubt + _of_sites(axis, faces)
        total = total + faces.to_sites(doubt)
    if flow.spread is not None and flow.spread.any():
        # What spreading did to T and q within an interval is no production: σ there says nothing.
        total[flow.spread] = np.maximum(total[flow.spread], np.abs(sigma[flow.spread]))
    return total


def energy_runs_backwards(flow: HeatFlow) -> bool:
    """Whether C∂ₜT and −∇·q + Q oppose each other, beyond chance and rounding."""
    results = []
    for stride in (1, 2):
        coarse = strided(flow, 0, stride)
        capacity = _capacity(coarse)
        faces = [EntropyFaces(coarse, k) for k in range(flow.grid.dimensions)]
        rate = capacity * faces[0].rate(coarse.temperature)
        inflow = np.zeros_like(rate) if coarse.source is None else np.array(coarse.source)
        size = np.abs(inflow)
        for face in faces:
            inflow -= face.divergence(face.flux)
            size = size + face.to_sites(np.abs(face.flux)) * (2 / face.spacing)
        together = float(np.sum(rate * inflow))
        noise = _ROUNDING * float(
            np.sum(np.abs(capacity * middle(coarse.temperature)) / face.step * size)
        )
        # Three standard deviations of the sum of products of unrelated numbers.
        chance = 3 * np.linalg.norm(rate) * np.linalg.norm(inflow) / np.sqrt(rate.size)
        results.append(together < -noise - chance)
    return all(results)


def strided(flow: HeatFlow, offset: int, stride: int) -> HeatFlow:
    """Return the flow at every ``stride``-th of its times from ``offset`` on."""
    if stride == 1:
        return flow
    last = offset + stride * ((flow.times.size - 1 - offset) // stride)
    pick = slice(offset, last + 1, stride)
    heat = flow.source
    if heat is not None:
        step = np.diff(flow.times).reshape(-1, *[1] * flow.grid.dimensions)
        summed = np.add.reduceat((heat * step)[:last], range(offset, last, stride), axis=0)
        heat = summed / np.diff(flow.times[pick]).reshape(-1, *[1] * flow.grid.dimensions)
    return dataclasses.replace(
        flow,
        times=flow.times[pick],
        temperature=flow.temperature[pick],
        flux=tuple(q[pick] for q in flow.flux),
        surface_temperature={k: v[pick] for k, v in flow.surface_temperature.items()},
        surface_stress={k: v[pick] for k, v in flow.surface_stress.items()},
        source=heat,
    )


def _capacity(flow: HeatFlow) -> RealField:
    if flow.law.medium.depends_on_temperature:
        return flow.law.medium.frozen(middle(flow.temperature)).capacity  # type: ignore[no-any-return]
    return flow.law.capacity(flow.grid)


def _of_times(flow: HeatFlow, sigma: RealField) -> RealField:
    """|σ of two intervals taken together − σ of each|, the larger of an interval's two pairs."""
    step = np.diff(flow.times).reshape(-1, *[1] * flow.grid.dimensions)
    pairs = (sigma[1:] * step[1:] + sigma[:-1] * step[:-1]) / (step[1:] + step[:-1])
    for offset in (0, 1):
        if flow.times.size >= offset + 3:
            coarse = strided(flow, offset, 2).entropy_production()
            pairs[offset::2] -= coarse
    change = np.abs(pairs)
    larger: RealField = np.maximum(
        np.concatenate([change, change[-1:]]), np.concatenate([change[:1], change])
    )
    return larger


def _rounding(faces: EntropyFaces) -> RealField:
    left, right = faces.ends
    kept = 2 * middle(np.abs(faces.inertia * faces.stored_inertial)) / faces.step
    size = np.abs(faces.flux) * (np.abs(left) + np.abs(right))
    result: RealField = _ROUNDING * (size + np.abs(faces.inertial) * kept) / faces.spacing
    return result


def _of_sites(axis: int, faces: EntropyFaces) -> RealField:
    """|q|·|∇T by differences over three links − ∇T|·3/8: the error is 1/8 of the change, times 3.

    The mean of T's drop over three neighbouring faces is its difference over three links. Faces
    next to a wall take the change of their neighbours.
    """
    slope = faces.drop / faces.spacing
    k = axis + 1
    if faces.periodic:
        change = (np.roll(slope, 1, axis=k) + np.roll(slope, -1, axis=k) - 2 * slope) / 3
    else:
        n = slope.shape[k]
        if n < 5:  # no three inner faces
            return np.abs(faces.flux * slope)
        inner = np.diff(slope, n=2, axis=k) / 3
        change = np.take(inner, np.clip(np.arange(n) - 1, 1, n - 4), axis=k)
    result: RealField = np.abs(faces.flux * change) * (3 / 8)
    return result
