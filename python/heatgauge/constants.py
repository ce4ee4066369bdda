"""Exact SI constants (2019 redefinition, CODATA)."""

import math

k_B = 1.380649e-23
"""Boltzmann constant, J/K: the default entropy charge of a carrier."""
h = 6.62607015e-34
"""Planck constant, J·s."""
hbar = h / (2 * math.pi)
"""h/2π, J·s."""
N_A = 6.02214076e23
"""Avogadro constant, 1/mol."""
