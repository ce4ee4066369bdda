"""Status and uncertainty of computed quantities."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatgauge.records import STATUSES, Quantity
from heatgauge.records.quantity import derive, worst


def quantity(name, value, uncertainty=None, status="verified"):
    return Quantity(name, value, "1", uncertainty, f"source of {name}", status)


@given(st.lists(st.sampled_from(STATUSES), min_size=1, max_size=4))
def test_a_computed_value_has_the_status_of_its_worst_input(statuses):
    inputs = {f"x{k}": quantity(f"x{k}", 1.0, None, s) for k, s in enumerate(statuses)}
    result = derive("sum", "1", "", lambda **x: sum(x.values()), inputs)
    assert result.status == worst(statuses)
    assert STATUSES.index(result.status) >= STATUSES.index("computed")
    if set(statuses) <= {"given", "verified", "computed"}:
        assert result.status == "computed"
    else:
        assert result.status == max(statuses, key=STATUSES.index)
    assert result.uncertainty is None


@given(st.floats(0.5, 2.0), st.floats(0.5, 2.0), st.floats(1e-3, 0.1), st.floats(1e-3, 0.1))
def test_uncertainty_propagates_to_first_order(a, b, ua, ub):
    """Against the exact derivatives of a²/b; the step of 1e-4 leaves a relative error of 1e-8."""
    x, y = quantity("a", a, ua), quantity("b", b, ub)
    result = derive("f", "1", "", lambda a, b: a**2 / b, {"a": x, "b": y})
    exact = np.hypot(2 * a / b * ua, a**2 / b**2 * ub)
    assert result.uncertainty == pytest.approx(exact, rel=1e-7)
    # A common cause cancels: (a·b)/a = b has the uncertainty of b alone, not a's as well.
    product = derive("p", "1", "", lambda a, b: a * b, {"a": x, "b": y})
    again = derive("b", "1", "", lambda p, a: p / a, {"p": product, "a": x})
    assert again.uncertainty == pytest.approx(ub, rel=1e-6)
