"""A folder of results in which a file is either there in full or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np


class FolderError(ValueError):
    """A folder or file that cannot be written to. The message names it."""


class ResultsFolder:
    """Made, if need be, and tried before the work begins; files are replaced in one move.

    Examples
    --------
    >>> import tempfile
    >>> from heatgauge.results_folder import ResultsFolder
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     folder = ResultsFolder(f"{parent}/run", ["note.txt"])
    ...     folder.write("note.txt", lambda file: file.write(b"done"))
    ...     (folder.path / "note.txt").read_text()
    'done'
    """

    def __init__(self, path: str | os.PathLike[str], files: list[str]) -> None:
        if not os.fspath(path):
            raise FolderError("the name of the output folder must not be empty")
        self.path = Path(path)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for name in files:
                self._require_replaceable(self.path / name)
            with tempfile.TemporaryFile(dir=self.path):
                pass
        except OSError as error:
            raise FolderError(
                f"output folder {self.path}: cannot be written to: {error.strerror}"
            ) from None
        except ValueError as error:
            if isinstance(error, FolderError):
                raise
            raise FolderError(f"output folder {str(self.path)!r} is no path: {error}") from None

    def write(self, name: str, fill: Callable[[IO[bytes]], Any]) -> None:
        """Let ``fill`` write a temporary file, then put it in the place of ``name``."""
        handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=self.path)
        try:
            with os.fdopen(handle, "wb") as file:
                fill(file)
                file.flush()
                os.fsync(file.fileno())
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(temporary, 0o666 & ~umask)  # mkstemp makes files that only the owner reads
            os.replace(temporary, self.path / name)
        except BaseException:
            os.unlink(temporary)
            raise

    def write_arrays(self, name: str, arrays: Mapping[str, Any]) -> None:
        """Write an .npz archive that loads without pickle."""
        for key, value in arrays.items():
            if np.asarray(value).dtype.hasobject:
                raise TypeError(f"Argument `arrays` must hold no objects, but {key!r} does.")
        self.write(name, lambda file: np.savez_compressed(file, **arrays))

    @staticmethod
    def _require_replaceable(path: Path) -> None:
        try:
            mode = os.lstat(path).st_mode
        except FileNotFoundError:
            return
        if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
            raise FolderError(f"{path} is in the way: it is no file")
