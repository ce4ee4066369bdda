"""Fields that do not depend on time as the compiled core sees them, and who assembles them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatgauge import _core

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian

# Sites below which starting threads costs more than they save in assembling fields and matrix.
_SITES_FOR_THREADS = 1 << 16


def static_fields(hamiltonian: Hamiltonian) -> _core.CarrierFields:
    """Return sV + U and exp(−i(s/ħ)∫A·dl) made of the static parts; not finite on overflow."""
    potentials = hamiltonian.potentials
    return _core.CarrierFields(
        hamiltonian.grid.core,
        potentials.scalar.static,
        hamiltonian.external.static,
        [field.static for field in potentials.vector],
        potentials.charge,
        potentials.charge / hamiltonian.hbar,
        assembly_threads(hamiltonian.grid.size),
    )


def assembly_threads(sites: int) -> int:
    """Return the number of threads that assemble so many sites."""
    from heatgauge.method_choice import available_threads

    return available_threads() if sites >= _SITES_FOR_THREADS else 1
