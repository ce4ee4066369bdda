"""The mapping of material records, by name."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from heatgauge.records.names import FILES
from heatgauge.records.reading import load
from heatgauge.records.record import Record
from heatgauge.records.second_sound import SecondSound, second_sound_table


class UnknownMaterial(KeyError):
    """No record of that name. The message lists the names there are."""

    def __str__(self) -> str:
        # KeyError would show the repr of the message.
        return str(self.args[0])


class Materials(Mapping[str, Record]):
    """The records of all materials, by name or alias; read from their files when first used.

    Examples
    --------
    >>> import heatgauge as hg
    >>> list(hg.materials)
    ['NaF', 'NaI', 'graphite', 'sapphire', 'SrTiO3', 'Bi', 'Ge', 'solid 4He', 'He II']
    >>> hg.materials["bismuth"].name
    'Bi'
    >>> hg.materials["bismut"]
    Traceback (most recent call last):
        ...
    heatgauge.records.catalogue.UnknownMaterial: 'bismut' is no material; did you mean 'Bi'? \
There are NaF, NaI, graphite, sapphire, SrTiO3, Bi, Ge, solid 4He, He II.
    """

    def __getitem__(self, name: str) -> Record:
        if isinstance(name, str):
            if name in FILES:
                return load(name)
            known = self._names()
            if name.casefold() in known:
                return load(known[name.casefold()])
        raise UnknownMaterial(self._refusal(name))

    def __iter__(self) -> Iterator[str]:
        return iter(FILES)

    def __len__(self) -> int:
        return len(FILES)

    def __repr__(self) -> str:
        return f"materials({', '.join(self)})"

    def __reduce__(self) -> Any:
        return "materials"

    def second_sound_table(self) -> tuple[SecondSound, ...]:
        """Predicted against measured speeds: see `heatgauge.records.second_sound`."""
        return second_sound_table()

    def format_overview(self) -> str:
        """One line per material and the second-sound table, as text of at most 100 columns."""
        from heatgauge.records.listing import overview

        return overview(list(self.values()), self.second_sound_table())

    def format_record(self, name: str) -> str:
        """Everything in one record, as text of at most 100 columns."""
        from heatgauge.records.listing import full_record

        return full_record(self[name])

    def _names(self) -> dict[str, str]:
        """Every name and alias, case folded, with the material meant."""
        return {alias.casefold(): name for name in FILES for alias in (name, *load(name).aliases)}

    def _refusal(self, name: object) -> str:
        known = self._names()
        near = difflib.get_close_matches(str(name).casefold(), known, n=3, cutoff=0.5)
        meant = dict.fromkeys(known[match] for match in near)
        hint = f"; did you mean {' or '.join(map(repr, meant))}?" if meant else "."
        return f"{name!r} is no material{hint} There are {', '.join(self)}."


materials = Materials()
"""The records: ``hg.materials["NaF"]``."""
