"""
The compiled core of heatgauge. Use the names of the package itself.
"""
from __future__ import annotations
import collections.abc
import numpy
import numpy.typing
import typing
__all__: list[str] = ['Absorption', 'CarrierFields', 'CayleySolver', 'ChebyshevSeries', 'Conduction', 'Contraction', 'CrankNicolson', 'DiffusionSolver', 'DrivenFields', 'FaceCircuit', 'Grid', 'Hamiltonian', 'HeatDrive', 'LinkKind', 'NoiseFilter', 'StepPart', 'SweepProgram', 'TemperatureNoise', 'advance_density_matrix', 'advance_noisy', 'banded_fits', 'build', 'cayley_factors', 'counter_normals', 'dissection_cost', 'exponential_coefficients', 'instruction_set', 'time_scheme', 'transforms_lines', 'unset_numbers', 'unset_states']
class Grid:
    """
    Shape, spacings and ends of a grid, as the core sees them.
    """
    def __init__(self, axes: collections.abc.Sequence[tuple[typing.SupportsInt | typing.SupportsIndex, typing.SupportsFloat | typing.SupportsIndex, bool, typing.SupportsFloat | typing.SupportsIndex]]) -> None:
        """
        axes: one tuple (points, spacing, periodic, twist) each.
        """
    @property
    def size(self) -> int:
        ...
class FaceCircuit:
    """
    Resistance and thermal inductance of every face.
    """
    def __init__(self, grid: Grid, conductivity: numpy.typing.NDArray[numpy.float64], inductance: numpy.typing.NDArray[numpy.float64]) -> None:
        ...
    def add_shunt(self, arg0: Grid, arg1: typing.Annotated[numpy.typing.ArrayLike, numpy.float64]) -> None:
        ...
    def add_surface_inductance(self, arg0: Grid, arg1: typing.SupportsInt | typing.SupportsIndex, arg2: typing.SupportsInt | typing.SupportsIndex, arg3: typing.Annotated[numpy.typing.ArrayLike, numpy.float64]) -> None:
        ...
    def add_surface_resistance(self, arg0: Grid, arg1: typing.SupportsInt | typing.SupportsIndex, arg2: typing.SupportsInt | typing.SupportsIndex, arg3: typing.Annotated[numpy.typing.ArrayLike, numpy.float64]) -> None:
        ...
    def inductance(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.float64]:
        ...
    def resistance(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.float64]:
        ...
    def shunt(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.float64]:
        ...
    def split_lag(self, arg0: Grid, arg1: typing.Annotated[numpy.typing.ArrayLike, numpy.float64]) -> None:
        ...
class HeatDrive:
    """
    Boundary values and sources, one row per stage time.
    """
    def __init__(self, arg0: Grid) -> None:
        ...
    def add_source(self, arg0: typing.Annotated[numpy.typing.ArrayLike, numpy.float64], arg1: typing.SupportsInt | typing.SupportsIndex, arg2: typing.Annotated[numpy.typing.ArrayLike, numpy.float64]) -> None:
        ...
    def clear_sources(self) -> None:
        ...
    def set_side(self, arg0: typing.SupportsInt | typing.SupportsIndex, arg1: typing.SupportsInt | typing.SupportsIndex, arg2: typing.Annotated[numpy.typing.ArrayLike, numpy.float64], arg3: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def side(self, arg0: typing.SupportsInt | typing.SupportsIndex, arg1: typing.SupportsInt | typing.SupportsIndex, arg2: typing.SupportsInt | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.float64]:
        ...
    def source(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.float64]:
        ...
class DiffusionSolver:
    """
    Solves C δ + step ∇·(−g∇δ) = f on the sites.
    """
    def __init__(self, grid: Grid, capacity: numpy.typing.NDArray[numpy.float64], conductance: collections.abc.Sequence[typing.Annotated[numpy.typing.ArrayLike, numpy.float64]], step: typing.SupportsFloat | typing.SupportsIndex) -> None:
        ...
    def solve(self, arg0: typing.Annotated[numpy.typing.ArrayLike, numpy.float64]) -> None:
        ...
    @property
    def name(self) -> str:
        ...
class Conduction:
    """
    Time steps of classical heat conduction.
    """
    def __init__(self, grid: Grid, capacity: numpy.typing.NDArray[numpy.float64], circuit: FaceCircuit, prescribed: typing.Annotated[collections.abc.Sequence[bool], "FixedSize(6)"], scheme: str, dt: typing.SupportsFloat | typing.SupportsIndex, mu: numpy.typing.NDArray[numpy.float64], no_slip: bool) -> None:
        ...
    def add_shunts(self, sign: typing.SupportsFloat | typing.SupportsIndex, temperature: numpy.typing.NDArray[numpy.float64], flux: collections.abc.Sequence[typing.Annotated[numpy.typing.ArrayLike, numpy.float64]], drive: HeatDrive) -> None:
        ...
    def advance(self, temperature: numpy.typing.NDArray[numpy.float64], flux: collections.abc.Sequence[typing.Annotated[numpy.typing.ArrayLike, numpy.float64]], steps: typing.SupportsInt | typing.SupportsIndex, drive: HeatDrive) -> tuple[float, float, float]:
        ...
    def settle(self, temperature: numpy.typing.NDArray[numpy.float64], flux: collections.abc.Sequence[typing.Annotated[numpy.typing.ArrayLike, numpy.float64]], drive: HeatDrive) -> None:
        ...
    @property
    def dt(self) -> float:
        ...
    @property
    def solver(self) -> str:
        ...
    @property
    def stage_times(self) -> list[float]:
        ...
class CarrierFields:
    """
    Site potential and link variables at one time.
    """
    @typing.overload
    def __init__(self, grid: Grid, potential: numpy.typing.NDArray[numpy.float64], phases: collections.abc.Sequence[typing.Annotated[numpy.typing.ArrayLike, numpy.float64] | None]) -> None:
        """
        phases: (s/ħ)∫A·dl on the links of each axis, or None.
        """
    @typing.overload
    def __init__(self, grid: Grid, scalar: numpy.typing.NDArray[numpy.float64] | None, external: numpy.typing.NDArray[numpy.float64] | None, vector: collections.abc.Sequence[typing.Annotated[numpy.typing.ArrayLike, numpy.float64] | None], charge: typing.SupportsFloat | typing.SupportsIndex, charge_over_hbar: typing.SupportsFloat | typing.SupportsIndex, threads: typing.SupportsInt | typing.SupportsIndex) -> None:
        """
        Fields that do not depend on time: V and U on the sites, means of A on the links.
        """
    @property
    def is_finite(self) -> bool:
        """
        Whether the potential and the phases of static fields are finite.
        """
class Hamiltonian:
    """
    Covariant stencils on a grid.
    """
    @typing.overload
    def __init__(self, grid: Grid, masses: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex], hbar: typing.SupportsFloat | typing.SupportsIndex, order: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    @typing.overload
    def __init__(self, grid: Grid, site_masses: numpy.typing.NDArray[numpy.float64], hbar: typing.SupportsFloat | typing.SupportsIndex) -> None:
        ...
    def apply(self, fields: CarrierFields, psi: numpy.typing.NDArray[numpy.complex128], out: numpy.typing.NDArray[numpy.complex128]) -> None:
        ...
    def current(self, fields: CarrierFields, psi: numpy.typing.NDArray[numpy.complex128], axis: typing.SupportsInt | typing.SupportsIndex, flux: numpy.typing.NDArray[numpy.float64]) -> None:
        ...
    def diagonal(self, fields: CarrierFields, out: numpy.typing.NDArray[numpy.float64]) -> None:
        """
        Kinetic part and potential.
        """
    def fill(self, fields: CarrierFields, values: numpy.typing.NDArray[numpy.complex128]) -> None:
        ...
    def pattern(self, threads: typing.SupportsInt | typing.SupportsIndex) -> tuple:
        """
        Row starts and columns of the CSR matrix.
        """
    def values(self, fields: CarrierFields, threads: typing.SupportsInt | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.complex128]:
        """
        Values in the order of the pattern, in a new array.
        """
    @property
    def nonzeros(self) -> int:
        ...
    @property
    def reach(self) -> int:
        ...
class Absorption:
    """
    Absorbing layers in a Crank-Nicolson step.
    """
    def __init__(self, grid: Grid, slabs: collections.abc.Sequence[tuple[typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex]]], alpha: typing.SupportsFloat | typing.SupportsIndex) -> None:
        """
        slabs: (axis, first position, strengths W from there on); alpha: dt/2ħ.
        """
    def scale(self, outer: numpy.typing.NDArray[numpy.int64], inner: numpy.typing.NDArray[numpy.int64], values: numpy.typing.NDArray[numpy.complex128]) -> None:
        """
        H becomes H/DD, D² = 1 + αW.
        """
class Contraction:
    """
    Absorbing layers in a split step.
    """
    def __init__(self, grid: Grid, slabs: collections.abc.Sequence[tuple[typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex, collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex]]], scale: typing.SupportsFloat | typing.SupportsIndex) -> None:
        """
        scale: τ/ħ.
        """
    def apply(self, psi: numpy.typing.NDArray[numpy.complex128]) -> list[float]:
        """
        ψ becomes e^{-Wτ/ħ}ψ; returns what each slab took of Σ|ψ|².
        """
class CayleySolver:
    """
    How the linear system of a step is solved.
    
    Members:
    
      banded
    
      dissection
    
      sparse_lu
    
      krylov
    """
    __members__: typing.ClassVar[dict[str, CayleySolver]]
    banded: typing.ClassVar[CayleySolver]
    dissection: typing.ClassVar[CayleySolver]
    krylov: typing.ClassVar[CayleySolver]
    sparse_lu: typing.ClassVar[CayleySolver]
    @typing.overload
    def __eq__(self, other: CayleySolver) -> bool:
        ...
    @typing.overload
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __getstate__(self) -> int:
        ...
    def __hash__(self) -> int:
        ...
    def __index__(self) -> int:
        ...
    def __init__(self, value: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def __int__(self) -> int:
        ...
    @typing.overload
    def __ne__(self, other: CayleySolver) -> bool:
        ...
    @typing.overload
    def __ne__(self, other: typing.Any) -> bool:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def __str__(self) -> str:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def value(self) -> int:
        ...
class DrivenFields:
    """
    Static fields plus envelopes times profiles.
    """
    def __init__(self, grid: Grid, potential: numpy.typing.NDArray[numpy.float64], phases: collections.abc.Sequence[typing.Annotated[numpy.typing.ArrayLike, numpy.float64] | None], drives: collections.abc.Sequence[tuple[typing.SupportsInt | typing.SupportsIndex, typing.Annotated[numpy.typing.ArrayLike, numpy.float64]]]) -> None:
        """
        drives: (-1, profile on sites) or (axis, profile of phases on its links).
        """
class CrankNicolson:
    """
    Crank-Nicolson steps on an assembled matrix.
    """
    def __init__(self, grid: Grid, reach: typing.SupportsInt | typing.SupportsIndex, outer: numpy.typing.NDArray[numpy.int64], inner: numpy.typing.NDArray[numpy.int64], values: numpy.typing.NDArray[numpy.complex128], alpha: typing.SupportsFloat | typing.SupportsIndex, solver: CayleySolver, refine: bool) -> None:
        ...
    def advance(self, psi: numpy.typing.NDArray[numpy.complex128], steps: typing.SupportsInt | typing.SupportsIndex, absorption: Absorption | None = None) -> list[float]:
        ...
    def advance_driven(self, psi: numpy.typing.NDArray[numpy.complex128], hamiltonian: Hamiltonian, fields: DrivenFields, envelopes: numpy.typing.NDArray[numpy.float64], absorption: Absorption | None = None) -> list[float]:
        ...
    def update(self) -> None:
        ...
    @property
    def iterations(self) -> int:
        ...
class ChebyshevSeries:
    """
    Sums of Chebyshev polynomials of H applied to a state.
    """
    @typing.overload
    def __init__(self, hamiltonian: Hamiltonian, fields: CarrierFields, threads: typing.SupportsInt | typing.SupportsIndex = 1) -> None:
        ...
    @typing.overload
    def __init__(self, outer: numpy.typing.NDArray[numpy.int64], inner: numpy.typing.NDArray[numpy.int64], values: numpy.typing.NDArray[numpy.complex128]) -> None:
        ...
    def sum(self, psi: numpy.typing.NDArray[numpy.complex128], coefficients: numpy.typing.NDArray[numpy.complex128], centre: typing.SupportsFloat | typing.SupportsIndex, half_width: typing.SupportsFloat | typing.SupportsIndex, count: typing.SupportsInt | typing.SupportsIndex = 1) -> None:
        """
        ψ becomes Σ c_k T_k((H - centre)/half_width) ψ, `count` times.
        """
class StepPart:
    """
    Where a stage stands in a run of steps.
    
    Members:
    
      prologue
    
      body
    
      joint
    
      epilogue
    """
    __members__: typing.ClassVar[dict[str, StepPart]]
    body: typing.ClassVar[StepPart]
    epilogue: typing.ClassVar[StepPart]
    joint: typing.ClassVar[StepPart]
    prologue: typing.ClassVar[StepPart]
    @typing.overload
    def __eq__(self, other: StepPart) -> bool:
        ...
    @typing.overload
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __getstate__(self) -> int:
        ...
    def __hash__(self) -> int:
        ...
    def __index__(self) -> int:
        ...
    def __init__(self, value: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def __int__(self) -> int:
        ...
    @typing.overload
    def __ne__(self, other: StepPart) -> bool:
        ...
    @typing.overload
    def __ne__(self, other: typing.Any) -> bool:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def __str__(self) -> str:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def value(self) -> int:
        ...
class LinkKind:
    """
    How the links of an axis are kept.
    
    Members:
    
      none
    
      uniform
    
      array
    """
    __members__: typing.ClassVar[dict[str, LinkKind]]
    array: typing.ClassVar[LinkKind]
    none: typing.ClassVar[LinkKind]
    uniform: typing.ClassVar[LinkKind]
    @typing.overload
    def __eq__(self, other: LinkKind) -> bool:
        ...
    @typing.overload
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __getstate__(self) -> int:
        ...
    def __hash__(self) -> int:
        ...
    def __index__(self) -> int:
        ...
    def __init__(self, value: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def __int__(self) -> int:
        ...
    @typing.overload
    def __ne__(self, other: LinkKind) -> bool:
        ...
    @typing.overload
    def __ne__(self, other: typing.Any) -> bool:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def __str__(self) -> str:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def value(self) -> int:
        ...
class SweepProgram:
    """
    Steps of site phases and directional sweeps.
    """
    def __init__(self, grid: Grid, members: typing.SupportsInt | typing.SupportsIndex = 1, threads: typing.SupportsInt | typing.SupportsIndex = 1, refine: bool = False) -> None:
        ...
    def advance(self, psi: numpy.ndarray, steps: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def advance_driven(self, psi: numpy.ndarray, steps: typing.SupportsInt | typing.SupportsIndex, site_rows: numpy.typing.NDArray[numpy.float64], link_rows: numpy.typing.NDArray[numpy.float64]) -> None:
        ...
    def link_slot(self, axis: typing.SupportsInt | typing.SupportsIndex, kind: LinkKind) -> int:
        ...
    def phase(self, part: StepPart, site_slot: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def set_lambda(self, transform: typing.SupportsInt | typing.SupportsIndex, lambda_: complex | typing.SupportsComplex | typing.SupportsFloat | typing.SupportsIndex) -> None:
        ...
    def set_links(self, slot: typing.SupportsInt | typing.SupportsIndex, phases: numpy.typing.NDArray[numpy.float64]) -> None:
        ...
    def set_phase(self, slot: typing.SupportsInt | typing.SupportsIndex, phases: numpy.typing.NDArray[numpy.float64], contractions: typing.Annotated[numpy.typing.ArrayLike, numpy.float64] | None = None) -> None:
        ...
    def set_profiles(self, sites: collections.abc.Sequence[typing.Annotated[numpy.typing.ArrayLike, numpy.float64]], links: collections.abc.Sequence[collections.abc.Sequence[typing.Annotated[numpy.typing.ArrayLike, numpy.float64]]]) -> None:
        ...
    def set_uniform_link(self, slot: typing.SupportsInt | typing.SupportsIndex, phase: typing.SupportsFloat | typing.SupportsIndex) -> None:
        ...
    def site_slot(self, own_of_member: bool = False) -> int:
        ...
    def sweep(self, part: StepPart, axis: typing.SupportsInt | typing.SupportsIndex, factors: collections.abc.Sequence[tuple[complex | typing.SupportsComplex | typing.SupportsFloat | typing.SupportsIndex, complex | typing.SupportsComplex | typing.SupportsFloat | typing.SupportsIndex]], link_slot: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def transform(self, part: StepPart, axis: typing.SupportsInt | typing.SupportsIndex, lambda_: complex | typing.SupportsComplex | typing.SupportsFloat | typing.SupportsIndex, link_slot: typing.SupportsInt | typing.SupportsIndex) -> int:
        ...
    @property
    def size(self) -> int:
        ...
class NoiseFilter:
    """
    Makes independent numbers on lines correlated.
    """
    @typing.overload
    def __init__(self, points: typing.SupportsInt | typing.SupportsIndex, spectrum: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex]) -> None:
        ...
    @typing.overload
    def __init__(self, matrix: numpy.typing.NDArray[numpy.float64]) -> None:
        ...
class TemperatureNoise:
    """
    Random phases of the temporal links.
    """
    def __init__(self, grid: Grid, keys: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex], filters: collections.abc.Sequence[NoiseFilter], deviation: typing.SupportsFloat | typing.SupportsIndex) -> None:
        ...
    def phases(self, step: typing.SupportsInt | typing.SupportsIndex, law: typing.Annotated[collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex], "FixedSize(5)"]) -> numpy.typing.NDArray[numpy.float64]:
        """
        (members, sites); law: spread, passed, kept, joint, fresh.
        """
def _raise_numerical_failure() -> None:
    ...
def advance_density_matrix(outer: numpy.typing.NDArray[numpy.int64], inner: numpy.typing.NDArray[numpy.int64], values: numpy.typing.NDArray[numpy.complex128], hbar: typing.SupportsFloat | typing.SupportsIndex, rates: numpy.typing.NDArray[numpy.float64], rho: numpy.typing.NDArray[numpy.complex128], time: typing.SupportsFloat | typing.SupportsIndex) -> None:
    """
    ρ becomes exp(tL)ρ in place, Lρ = -i[H, ρ]/ħ - Γ_ij ρ_ij.
    """
def advance_noisy(programs: typing.Annotated[collections.abc.Sequence[SweepProgram], "FixedSize(3)"], slots: typing.Annotated[collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex], "FixedSize(2)"], steady: typing.Annotated[collections.abc.Sequence[typing.Annotated[numpy.typing.ArrayLike, numpy.float64]], "FixedSize(3)"] | None, noise: TemperatureNoise, law: typing.Annotated[collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex], "FixedSize(5)"], first: typing.SupportsInt | typing.SupportsIndex, steps: typing.SupportsInt | typing.SupportsIndex, psi: numpy.typing.NDArray[numpy.complex128], stop: numpy.typing.NDArray[numpy.uint8]) -> None:
    """
    Steps of three programs (begin, step, end) between random temporal links.
    """
def banded_fits(grid: Grid, reach: typing.SupportsInt | typing.SupportsIndex) -> bool:
    ...
def cayley_factors(lambda_: typing.SupportsFloat | typing.SupportsIndex, factors: typing.SupportsInt | typing.SupportsIndex, theta: typing.SupportsFloat | typing.SupportsIndex = 0.0, fitted: bool = False, compact: bool = True) -> list[tuple[complex, complex]]:
    """
    (zero, pole) of the Cayley factors of one kinetic step.
    """
def counter_normals(key: typing.SupportsInt | typing.SupportsIndex, step: typing.SupportsInt | typing.SupportsIndex, stream: typing.SupportsInt | typing.SupportsIndex, count: typing.SupportsInt | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.float64]:
    """
    Standard normal numbers that follow from key, step and stream.
    """
def dissection_cost(grid: Grid, reach: typing.SupportsInt | typing.SupportsIndex) -> tuple[float, float]:
    """
    Bytes of the factors and operations of the factorisation.
    """
def exponential_coefficients(z: typing.SupportsFloat | typing.SupportsIndex, theta: typing.SupportsFloat | typing.SupportsIndex, tolerance: typing.SupportsFloat | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.complex128]:
    """
    Of exp(-i z e^{-iθ} (x + 1)), cut where the rest is below tolerance.
    """
def instruction_set() -> str:
    """
    Of the kernels, on this processor.
    """
def time_scheme(arg0: str) -> tuple[list[list[float]], list[float], list[float]]:
    ...
def transforms_lines(points: typing.SupportsInt | typing.SupportsIndex) -> bool:
    """
    Whether lines of so many points can be transformed: no prime factor above 5.
    """
def unset_numbers(size: typing.SupportsInt | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.float64]:
    """
    A new float64 array, unset; large ones in memory that is recycled.
    """
def unset_states(grid: Grid, members: typing.SupportsInt | typing.SupportsIndex | None, single: bool) -> numpy.ndarray:
    """
    A new array (*shape) or (members, *shape), unset, as a SweepProgram likes it in memory.
    """
build: dict = {'eigen': '3.4.1', 'compiler': 'gcc 12.2.0', 'instructions': 'SSE, SSE2'}
