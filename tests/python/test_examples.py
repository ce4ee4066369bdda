"""The example scripts run as a reader runs them, and each leaves its figure."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.mark.slow
@pytest.mark.parametrize("script", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_an_example_runs_and_draws(script: Path, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-W", "error", str(script), "-o", str(tmp_path)], check=True, timeout=120
    )
    figure = tmp_path / f"{script.stem}.png"
    assert figure.read_bytes()[:4] == b"\x89PNG"
