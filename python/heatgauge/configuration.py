"""Reads, checks and writes the TOML configuration of a job."""

from __future__ import annotations

import dataclasses
import difflib
import json
import math
import os
import stat
import tomllib
import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from heatgauge.configuration_tables import KINDS, TABLES, Configuration, Range

_MOST_BYTES = 1 << 20  # a configuration has a few hundred


class ConfigurationError(ValueError):
    """A configuration that cannot be used. The message names key, table, value and range."""


def load(path: str | os.PathLike[str]) -> Configuration:
    """Read and check a configuration file.

    Raises
    ------
    ConfigurationError
        If it cannot be read, is no TOML, or holds anything but what is allowed.
    """
    return parse(_text(Path(path)), str(path))


def parse(text: str, origin: str = "configuration") -> Configuration:
    """Check the text of a configuration; ``origin`` is what messages call it.

    Examples
    --------
    >>> from heatgauge.configuration import parse
    >>> parse("kind = 'second-sound'\\n[pulse]\\ndurration = 1e-7")
    Traceback (most recent call last):
        ...
    heatgauge.configuration.ConfigurationError: configuration: [pulse] has no key `durration`; \
did you mean `duration`?
    """
    try:
        tree = tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, or a number of more digits than Python reads
        raise ConfigurationError(f"{origin}: no valid TOML: {error}") from None
    except RecursionError:
        raise ConfigurationError(
            f"{origin}: nested too deeply; tables hold numbers and text only"
        ) from None
    try:
        return _configuration(tree)
    except ConfigurationError as error:
        raise ConfigurationError(f"{origin}: {error}") from None


def written(configuration: Configuration, comments: Mapping[tuple[str, str], str]) -> str:
    """Return the configuration as TOML, every key explicit; `parse` gives it back.

    ``comments`` maps (table, key) to what is said beside a value.
    """
    lines = [f"kind = {_value(configuration.kind)}"]
    for name in TABLES:
        table = getattr(configuration, name)
        lines += ["", f"[{name}]"]
        for field in dataclasses.fields(table):
            value = getattr(table, field.name)
            meaning = comments.get((name, field.name), field.metadata["meaning"])
            if value is None:
                lines.append(f"# {field.name}: not given; {meaning}")
            else:
                lines.append(f"{field.name} = {_value(value)}  # {meaning}")
    return "\n".join(lines) + "\n"


def _text(path: Path) -> str:
    try:
        # Looked at before it is opened: opening a FIFO would wait for a writer.
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ConfigurationError(f"{path}: must be a file, but is not")
        if status.st_size > _MOST_BYTES:
            raise ConfigurationError(
                f"{path}: must be at most {_MOST_BYTES} bytes long, but has {status.st_size}"
            )
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{path}: must be UTF-8 text, but is not at byte {error.start}"
        ) from None
    except ValueError as error:
        if isinstance(error, ConfigurationError):
            raise
        raise ConfigurationError(f"{str(path)!r}: is no path: {error}") from None


def _configuration(tree: Mapping[str, Any]) -> Configuration:
    _refuse_unknown("the file", "key or table", tree, ("kind", *TABLES))
    if "kind" not in tree:
        raise ConfigurationError(f"key `kind` is missing; it must be {_listed(KINDS)}")
    kind = _choice("`kind`", tree["kind"], KINDS)
    for name in TABLES:
        if not isinstance(tree.get(name, {}), dict):
            raise ConfigurationError(f"[{name}] must be a table, but is {_shown(tree[name])}")
    # All unknown keys before any missing one: a misspelt key is both.
    for name, table in TABLES.items():
        _refuse_unknown(f"[{name}]", "key", tree.get(name, {}), _keys(table))
    tables = {name: _table(name, table, tree.get(name, {})) for name, table in TABLES.items()}
    return Configuration(kind=kind, **tables)


def _table(name: str, table: type, given: Mapping[str, Any]) -> Any:
    types = typing.get_type_hints(table)
    values = {}
    for field in dataclasses.fields(table):
        where = f"`{field.name}` in [{name}]"
        if field.name in given:
            values[field.name] = _checked(
                where, given[field.name], types[field.name], field.metadata["allowed"]
            )
        elif field.default is dataclasses.MISSING:
            raise ConfigurationError(f"key {where} is missing: {field.metadata['meaning']}")
    return table(**values)


def _checked(where: str, value: Any, kind: Any, allowed: Range | tuple[Any, ...] | None) -> Any:
    wanted = next(t for t in (typing.get_args(kind) or (kind,)) if t is not type(None))
    if isinstance(allowed, tuple):
        return _choice(where, value, allowed)
    names = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}
    fits = isinstance(value, int | float if wanted is float else wanted)
    if not fits or (isinstance(value, bool) and wanted is not bool):
        raise ConfigurationError(f"{where} must be {names[wanted]}, but is {_shown(value)}")
    if wanted in (str, bool):
        return value
    try:
        number = wanted(value)
    except OverflowError:
        number = math.inf
    # `in` is False for NaN and infinities, as every bound is finite.
    if allowed is not None and number not in allowed:
        raise ConfigurationError(f"{where} must be in {allowed}, but is {_shown(value)}")
    return number


def _choice(where: str, value: Any, allowed: tuple[Any, ...]) -> Any:
    if type(value) is not type(allowed[0]) or value not in allowed:
        near = _nearest(value, allowed) if isinstance(value, str) else ""
        raise ConfigurationError(
            f"{where} must be {_listed(allowed)}, but is {_shown(value)}{near}"
        )
    return value


def _refuse_unknown(where: str, what: str, given: Iterable[str], allowed: tuple[str, ...]) -> None:
    for name in given:
        if name not in allowed:
            known = ", ".join(f"`{a}`" for a in allowed)
            near = _nearest(name, allowed) or f"; it may hold {known}"
            raise ConfigurationError(f"{where} has no {what} `{_clipped(name)}`{near}")


def _keys(table: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(table))


def _nearest(name: str, allowed: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name.casefold()[:100], allowed, n=1, cutoff=0.5)
    return f"; did you mean `{near[0]}`?" if near else ""


def _listed(allowed: tuple[Any, ...]) -> str:
    return " or ".join(_value(a) for a in allowed)


def _shown(value: Any) -> str:
    if isinstance(value, int) and abs(value) > 10**20:  # str() of it may be refused by Python
        return "a whole number of more than 20 digits"
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    return _clipped(repr(value))


def _clipped(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def _value(value: str | bool | float) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else repr(value)
