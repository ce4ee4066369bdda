"""The README keeps its word: its example runs and prints what its comments say."""

import re
from pathlib import Path

import numpy as np

README = Path(__file__).parents[2] / "README.md"


def code_blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


def test_the_python_example_runs_and_is_short(capsys):
    (example,) = code_blocks("python")
    assert len([line for line in example.splitlines() if line and "import" not in line]) <= 12
    names = {}
    exec(compile(example, "README.md", "exec"), names)
    positions, deviation = names["run"].records["x"], float(capsys.readouterr().out.split()[-1])
    # ⟨x⟩ = −5 + ½·0.1·t²; linear in x, so that only the steps err: dt²·(third derivative) = 0 here
    np.testing.assert_allclose(positions, -5 + 0.05 * names["run"].times ** 2, atol=1e-4)
    assert deviation < 1e-12
    assert "CrankNicolson" in names["run"].method


def test_each_command_stands_on_one_line_once():
    commands = [line for block in code_blocks("sh") for line in block.splitlines()]
    assert commands == [
        'python3 -m venv .venv && .venv/bin/pip install ".[plot]" && '
        ".venv/bin/heatgauge run examples/second_sound.toml",
        'python3 -m venv .venv && .venv/bin/pip install ".[test]" && .venv/bin/pytest',
    ]


def test_linked_files_exist():
    links = re.findall(r"\]\(([^)#:]+)\)", README.read_text(encoding="utf-8"))
    assert "docs/second_sound.png" in links
    for link in links:
        assert (README.parent / link).stat().st_size < 200_000
