"""The command line: heatgauge run, materials, check."""

from __future__ import annotations

import argparse
import importlib.util
import io
import os
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heatgauge._version import __version__
from heatgauge.materials_command import add_arguments

if TYPE_CHECKING:
    from heatgauge.configuration_tables import Configuration
    from heatgauge.results_folder import ResultsFolder
    from heatgauge.second_sound import SecondSoundRun

OK, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
_FILES = ["configuration.toml", "results.npz", "figure.png", "partial-results.npz"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code: 0 ok, 1 failed, 2 bad input, 130 interrupted."""
    asked = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):  # κ and τ must not end a job where the locale is ASCII
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning
            code: int = asked.command(asked)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return _complain("interrupted; nothing was kept", INTERRUPTED)
    except BrokenPipeError:  # the reader of the output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except (RuntimeError, OSError, MemoryError) as error:
        return _complain(f"failed: {error or type(error).__name__}", FAILED)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="heatgauge", description="Heat as a gauge theory, classical and quantum."
    )
    parser.add_argument("--version", action="version", version=f"heatgauge {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="do the job that a TOML file describes")
    run.add_argument("file", metavar="FILE.toml")
    run.add_argument(
        "-o", "--output", metavar="DIRECTORY", help="where results go (default ./<stem>-results)"
    )
    run.set_defaults(command=_run)
    listing = commands.add_parser(
        "materials", help="show the materials and their modes of heat, or one of them"
    )
    add_arguments(listing)
    listing.set_defaults(command=_materials)
    check = commands.add_parser("check", help="show versions, and test this installation")
    check.set_defaults(command=_check)
    return parser


def _run(asked: argparse.Namespace) -> int:
    from heatgauge.configuration import ConfigurationError, load
    from heatgauge.errors import Interrupted, MissingData
    from heatgauge.results_folder import FolderError, ResultsFolder
    from heatgauge.second_sound import SecondSoundRun, resolve, run_second_sound

    try:
        configuration = load(asked.file)
    except ConfigurationError as error:
        return _complain(str(error), BAD_INPUT)
    try:
        resolve(configuration)  # before a folder is made
    except (ConfigurationError, MissingData) as error:
        return _complain(f"{asked.file}: {error}", BAD_INPUT)
    try:
        folder = ResultsFolder(_output(asked), _FILES)
    except FolderError as error:
        return _complain(str(error), BAD_INPUT)
    start = time.perf_counter()
    try:
        run = run_second_sound(configuration, lambda text: _say(f"computing {text} ..."))
    except Interrupted as stop:
        if not isinstance(stop.partial, SecondSoundRun):
            raise  # within the heat wave: its flow alone is no result of the job
        return _keep_partial(stop.partial, folder)
    return _finish(run, configuration, folder, start)


def _output(asked: argparse.Namespace) -> str:
    return f"{Path(asked.file).stem}-results" if asked.output is None else str(asked.output)


def _finish(
    run: SecondSoundRun, configuration: Configuration, folder: ResultsFolder, start: float
) -> int:
    from heatgauge.configuration import written
    from heatgauge.second_sound_report import file_comments, summary
    from heatgauge.second_sound_results import result_arrays

    folder.write_arrays("results.npz", result_arrays(run))
    text = written(run.configuration, file_comments(run))
    folder.write("configuration.toml", lambda file: file.write(text.encode()))
    print(summary(run))
    made = "results.npz, configuration.toml"
    if configuration.output.figure and _has_matplotlib():
        from heatgauge.second_sound_figure import draw

        _say("drawing the figure ...")
        folder.write("figure.png", lambda file: draw(run, file))
        made += ", figure.png"
    elif configuration.output.figure:
        print('\nNo figure without matplotlib: pip install "heatgauge[plot]"')
    print(f"\n{folder.path}: {made} ({time.perf_counter() - start:.1f} s)")
    return OK


def _keep_partial(partial: Any, folder: ResultsFolder) -> int:
    from heatgauge.second_sound_results import result_arrays

    folder.write_arrays("partial-results.npz", result_arrays(partial))
    kept = folder.path / "partial-results.npz"
    return _complain(f"interrupted; the heat wave, without the carrier, is in {kept}", INTERRUPTED)


def _materials(asked: argparse.Namespace) -> int:
    from heatgauge.materials_command import RefusedMaterial, show

    try:
        print(show(asked))
    except RefusedMaterial as error:
        return _complain(str(error), BAD_INPUT)
    return OK


def _check(asked: argparse.Namespace) -> int:
    from heatgauge.about import about
    from heatgauge.self_test import self_test

    print(about())
    figures = self_test()
    print("\n".join(map(str, figures)))
    return OK if all(figure.passed for figure in figures) else FAILED


def _has_matplotlib() -> bool:
    return importlib.util.find_spec("matplotlib") is not None


def _say(text: str) -> None:
    """Progress goes to stderr, and only where somebody watches."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr)


def _complain(text: str, code: int) -> int:
    print(f"heatgauge: {' '.join(text.split())}", file=sys.stderr)
    return code


def _show_warning(message: Any, *_: Any, **__: Any) -> None:
    _complain(f"warning: {message}", OK)


if __name__ == "__main__":
    sys.exit(main())
