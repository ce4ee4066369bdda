"""Every example in a docstring runs, and every public class and function has one."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

import heatgauge as hg

OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
# Raised or warned by the library, never called by a user: they are described, not shown.
WITHOUT_EXAMPLE = {
    "AccuracyWarning",
    "AliasingWarning",
    "Interrupted",
    "MissingData",
    "NumericalError",
}


def public_modules() -> list[str]:
    """Names of the package and of all its modules without a leading underscore."""
    names = [hg.__name__]
    for found in pkgutil.walk_packages(hg.__path__, prefix="heatgauge."):
        if not any(part.startswith("_") for part in found.name.split(".")):
            names.append(found.name)
    return names


def exported(module: ModuleType, path: str) -> Iterator[tuple[str, Any]]:
    """Classes and functions in ``__all__`` of the package, and of the modules it exports."""
    for name in module.__all__:
        thing = getattr(module, name)
        if inspect.ismodule(thing) and hasattr(thing, "__all__"):
            yield from exported(thing, f"{path}.{name}")
        elif inspect.isclass(thing) or inspect.isroutine(thing):
            yield f"{path}.{name}", thing


@pytest.mark.parametrize("name", public_modules())
def test_the_examples_of_a_module_give_what_they_show(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name), optionflags=OPTIONS)
    assert failed == 0, "see the captured output for the examples that failed"


@pytest.mark.parametrize(
    ("path", "thing"), [pytest.param(*pair, id=pair[0]) for pair in exported(hg, "heatgauge")]
)
def test_a_public_name_has_a_docstring_with_an_example(path: str, thing: Any) -> None:
    text = inspect.getdoc(thing) if thing.__doc__ else ""
    assert text, f"{path} has no docstring"
    if inspect.isclass(thing) and issubclass(thing, tuple(_without_example())):
        return
    assert ">>>" in text, f"the docstring of {path} has no example"


def test_only_exceptions_and_warnings_go_without_an_example() -> None:
    for type_ in _without_example():
        assert issubclass(type_, BaseException)


def _without_example() -> list[type]:
    return [getattr(hg, name) for name in sorted(WITHOUT_EXAMPLE)]


RUN_IN_PARENT_AND_CHILD = """
import doctest, importlib, os, signal, sys

def run():
    return sum(
        doctest.testmod(importlib.import_module(name), optionflags=int(sys.argv[1])).failed
        for name in sys.argv[2:]
    )

if run():
    sys.exit("an example fails before the fork")
child = os.fork()
if child == 0:
    signal.alarm(60)  # ends a child that hangs
    os._exit(3 if run() else 0)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@pytest.mark.skipif(not hasattr(sys, "getdlopenflags"), reason="Windows cannot fork")
def test_the_examples_run_again_in_a_forked_child() -> None:
    # A pool of threads made before the fork has no threads in the child: waiting for it hangs.
    result = subprocess.run(
        [sys.executable, "-c", RUN_IN_PARENT_AND_CHILD, str(OPTIONS), *public_modules()],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert result.returncode == 0, f"exit code {result.returncode}: {result.stdout}{result.stderr}"
