"""Every law with coefficients that vary, in the plane and in space: order 2, and 1 % is seen."""

import dataclasses

import numpy as np
import pytest

import heat_systems as exact
from manufactured_heat import LocalProblem, NonlocalProblem, errors

LOCAL = {
    kind: LocalProblem(kind)
    for kind in (
        "Fourier",
        "Cattaneo",
        "dual phase lag",
        "Green-Naghdi II",
        "Green-Naghdi III",
        "two fluids",
    )
} | {"two fluids with friction": LocalProblem("two fluids", friction=0.4)}
# Terms of Guyer and Krumhansl's law apart: a flux without vortices feels ∇(3μ∇·q) only, one
# without divergence ∇×(μ∇×q) only.
NONLOCAL = {
    f"{walls}, {name}": NonlocalProblem(walls, **parts)
    for walls in ("slip", "no-slip")
    for name, parts in (
        ("all", {}),
        ("all, turned", {"turned": True}),
        ("vortex", {"straight": 0.0}),
        ("straight", {"vortex": 0.0}),
        ("no inertia", {"vortex": 0.0, "inertia": False}),
    )
}
PROBLEMS = LOCAL | NONLOCAL
# A part of the flux that follows T at once is of order 3/2 under the midpoint rule: T at first
# does not fit the walls of the grid, by h², and what rings of that is a flux of h on their faces.
FOLLOWING = ("Fourier", "dual phase lag", "Green-Naghdi III")

TERMS = {
    "Fourier": ("capacity", "kappa"),
    "Cattaneo": ("capacity", "kappa", "tau"),
    "dual phase lag": ("capacity", "kappa", "tau", "lag"),
    "Green-Naghdi II": ("capacity", "stiffness"),
    "Green-Naghdi III": ("capacity", "kappa", "stiffness"),
    "two fluids": ("capacity", "stiffness"),
    "two fluids with friction": ("friction",),
    "slip, all": ("capacity", "kappa", "tau", "length squared"),
    "no-slip, all": ("capacity", "kappa", "tau", "length squared"),
    "slip, vortex": ("tau", "length squared"),
    "no-slip, vortex": ("tau", "length squared"),
    "slip, straight": ("kappa", "tau", "length squared"),
    "no-slip, straight": ("kappa", "length squared"),
    "slip, no inertia": ("kappa", "length squared"),
}
WRONG = [(name, term) for name, terms in TERMS.items() for term in terms]


def orders(problem, sizes, method):
    """Of T (None where it stays 0) and of q, and the errors they were fitted to."""
    found = np.array([errors(problem, n, method) for n in sizes])
    steps = [1 / n for n in sizes]
    # What the iteration leaves of q is 1e-14 of ‖M‖‖q‖ a step, and ‖M‖ grows by n².
    still = found[:, 0].max() < 1e-14 * sizes[-1] ** 2
    of_temperature = None if still else exact.fitted_order(steps, found[:, 0])
    return of_temperature, exact.fitted_order(steps, found[:, 1]), found


def check_second_order(name, problem, sizes, method):
    of_temperature, of_flux, found = orders(problem, sizes, method)
    if name.endswith("vortex"):
        assert of_temperature is None
    else:
        assert abs(of_temperature - 2) < 0.05, (of_temperature, found)
    if method == "l-stable" or name not in FOLLOWING:
        assert abs(of_flux - 2) < 0.05, (of_flux, found)


@pytest.mark.parametrize("name", PROBLEMS)
def test_temperature_and_flux_are_of_second_order_in_the_plane(name):
    method = "l-stable" if name in FOLLOWING else "midpoint"
    sizes = (12, 18, 27, 40) if name.endswith("no inertia") else (16, 24, 36, 54)
    check_second_order(name, PROBLEMS[name], sizes, method)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["midpoint", "l-stable"])
@pytest.mark.parametrize("name", PROBLEMS)
def test_they_stay_so_on_fine_grids(name, method):
    check_second_order(name, PROBLEMS[name], (36, 54, 81, 122, 183), method)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["midpoint", "l-stable"])
@pytest.mark.parametrize("name", PROBLEMS)
def test_temperature_and_flux_are_of_second_order_in_space(name, method):
    problem = dataclasses.replace(PROBLEMS[name], dimensions=3)
    check_second_order(name, problem, (16, 20, 25, 32), method)


@pytest.mark.parametrize(("name", "term"), WRONG)
def test_a_law_wrong_by_one_percent_is_caught(name, term):
    """It leaves an error that no grid takes away, of the size of that of 16 to 24 cells."""
    problem = dataclasses.replace(PROBLEMS[name], factors={term: 1.01})
    *found, values = orders(problem, (24, 36), "midpoint")
    assert min(order for order in found if order is not None) < 0.5, (found, values)


@pytest.mark.parametrize(("name", "term"), [pair for pair in WRONG if pair[0] in LOCAL])
def test_a_term_of_the_wrong_sign_is_caught(name, term):
    problem = dataclasses.replace(PROBLEMS[name], factors={term: -1.0})
    *found, values = orders(problem, (12, 18), "midpoint")
    assert min(found) < 0.2, (found, values)
