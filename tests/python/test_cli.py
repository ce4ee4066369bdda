"""The command line as a user meets it: exit codes, files, messages."""

import contextlib
import io
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import heatgauge as hg
from heatgauge.cli import main
from heatgauge.configuration import load

EXAMPLE = Path(__file__).parents[2] / "examples" / "second_sound.toml"


@pytest.fixture
def coarse(tmp_path):
    """The example on 400 cells, in a folder of its own."""
    path = tmp_path / "pulse.toml"
    path.write_text(EXAMPLE.read_text(encoding="utf-8").replace("= 1000", "= 400"), "utf-8")
    return path


@pytest.fixture
def refused(capsys, tmp_path):
    """Run the command, which must refuse with one line on stderr; return the line."""

    def run(*arguments):
        assert main([str(a) for a in arguments]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.count("\n") == 1
        assert "Traceback" not in err
        return err

    return run


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Two runs: of a coarse example, and of the configuration that the first wrote, unplotted."""
    folder = tmp_path_factory.mktemp("runs")
    text = EXAMPLE.read_text(encoding="utf-8").replace("= 1000", "= 400")
    (folder / "pulse.toml").write_text(text, "utf-8")
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()) as out:
        patch.chdir(folder)
        assert main(["run", "pulse.toml"]) == 0
        patch.setattr("heatgauge.cli._has_matplotlib", lambda: False)
        assert main(["run", "pulse-results/configuration.toml", "-o", "again"]) == 0
    return folder, out.getvalue()


def test_a_run_leaves_results_that_load_without_pickle(finished):
    folder, out = finished
    made = folder / "pulse-results"
    assert sorted(os.listdir(made)) == ["configuration.toml", "figure.png", "results.npz"]
    results = np.load(made / "results.npz")  # allow_pickle is off
    assert all(results[name] is not None for name in results.files)
    assert results["complete"]
    assert results["T"].shape == (results["frame_times"].size, results["x"].size)
    assert (made / "figure.png").read_bytes().startswith(b"\x89PNG")
    assert f"{results['speed_predicted']:.1f} m/s" in out


def test_the_written_configuration_gives_the_same_bits(finished):
    folder, _ = finished
    explicit = load(folder / "pulse-results" / "configuration.toml")
    assert explicit.material.capacity == hg.materials["NaF"].at(14.5).capacity
    first, second = (np.load(folder / x / "results.npz") for x in ("pulse-results", "again"))
    for name in first.files:
        np.testing.assert_array_equal(first[name], second[name], err_msg=name)


def test_without_matplotlib_the_run_says_how_to_get_the_figure(finished):
    folder, out = finished
    assert 'pip install "heatgauge[plot]"' in out
    assert sorted(os.listdir(folder / "again")) == ["configuration.toml", "results.npz"]


def test_bad_configurations_are_refused_before_anything_is_made(refused, tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text("kind = 'second-sound'\n[carier]\n")
    assert "did you mean `carrier`?" in refused("run", path, "-o", tmp_path / "out")
    assert "No such file" in refused("run", tmp_path / "none.toml")
    cold = EXAMPLE.read_text(encoding="utf-8").replace("= 14.5", "= 5.0")
    path.write_text(cold, encoding="utf-8")
    assert "bad.toml: no data" in refused("run", path, "-o", tmp_path / "out")
    superfluid = EXAMPLE.read_text(encoding="utf-8").replace('"NaF"', '"He II"')
    path.write_text(superfluid, encoding="utf-8")
    assert "must be a crystal" in refused("run", path, "-o", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_output_folders_that_cannot_be_are_refused(refused, coarse, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("a file")
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    inside = tmp_path / "inside"
    (inside / "results.npz").mkdir(parents=True)
    for path in (taken, fifo, inside, taken / "below"):
        assert str(path) in refused("run", coarse, "-o", path)
    assert taken.read_text() == "a file"
    assert "must not be empty" in refused("run", coarse, "-o", "")


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may write anywhere")
def test_a_read_only_output_folder_is_refused(refused, coarse, tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    assert str(locked) in refused("run", coarse, "-o", locked)


def test_a_failing_write_leaves_the_old_file(tmp_path):
    from heatgauge.results_folder import ResultsFolder

    folder = ResultsFolder(tmp_path, ["results.npz"])
    folder.write_arrays("results.npz", {"a": np.arange(3)})

    def fill(file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        folder.write("results.npz", fill)
    assert os.listdir(tmp_path) == ["results.npz"]
    np.testing.assert_array_equal(np.load(tmp_path / "results.npz")["a"], np.arange(3))


def test_objects_are_refused_in_results(tmp_path):
    from heatgauge.results_folder import ResultsFolder

    with pytest.raises(TypeError, match="no objects"):
        ResultsFolder(tmp_path, []).write_arrays("x.npz", {"a": np.array([None])})


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_keeps_what_there_is(coarse, tmp_path):
    text = coarse.read_text(encoding="utf-8") + "phase_per_step = 0.002\n"  # some minutes
    coarse.write_text(text, encoding="utf-8")
    program = (
        "import sys; from heatgauge import cli\n"
        "cli._say = lambda text: print(text, file=sys.stderr, flush=True)  # also to a pipe\n"
        "sys.exit(cli.main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", program, "run", str(coarse), "-o", str(tmp_path / "o")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert any("the carrier" in line for line in process.stderr)  # the heat wave is done
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in err
    kept = np.load(tmp_path / "o" / "partial-results.npz")
    assert not kept["complete"]
    assert kept["far_temperature_cattaneo"].max() > 0


def test_materials_need_no_unicode_and_two_files(tmp_path):
    """Where the locale is ASCII, κ is written as an escape: no job ends by a letter."""
    program = "import sys; from heatgauge.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "materials", "NaF", "-T", "14.5"]
    run = subprocess.run(
        command, capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"}
    )
    assert run.returncode == 0, run.stderr
    assert rb"\u03ba" in run.stdout
    both = str(tmp_path / "table")
    assert main(["materials", "NaF", "--csv", both, "--markdown", both]) == 2
    assert not (tmp_path / "table").exists()


def test_materials_overview_and_record(capsys):
    assert main(["materials"]) == 0
    assert "NaF" in capsys.readouterr().out
    assert main(["materials", "bismuth"]) == 0
    assert "780 ± 50" in capsys.readouterr().out


def test_an_unknown_material_is_refused_with_the_nearest(refused):
    assert "did you mean 'NaF'" in refused("materials", "NaFl")
    assert "no material" in refused("materials", "")


def test_check_reports_versions_and_passes(capsys):
    assert main(["check"]) == 0
    out = capsys.readouterr().out
    assert f"heatgauge: {hg.__version__}" in out
    assert len(re.findall(r" ok$", out, re.MULTILINE)) == 5


def test_check_fails_when_a_figure_is_out_of_bounds(monkeypatch, capsys):
    monkeypatch.setattr("heatgauge.self_test._EPS", 0.0)
    assert main(["check"]) == 1
    assert "FAILED" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code"), [(["--version"], 0), ([], 2), (["frobnicate"], 2), (["run"], 2)]
)
def test_exit_codes_of_the_parser(arguments, code, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == code
    if code == 0:
        assert capsys.readouterr().out.strip() == f"heatgauge {hg.__version__}"
