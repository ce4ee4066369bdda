"""Materials with wave-like heat: their data with sources, and what follows from them.

`heatgauge.materials` is the mapping of the records, one per file in ``data``.
"""

from heatgauge.records.catalogue import Materials, UnknownMaterial, materials
from heatgauge.records.quantity import STATUSES, Quantity
from heatgauge.records.record import Claim, Entry, Record, Window
from heatgauge.records.second_sound import SecondSound

__all__ = [
    "STATUSES",
    "Claim",
    "Entry",
    "Materials",
    "Quantity",
    "Record",
    "SecondSound",
    "UnknownMaterial",
    "Window",
    "materials",
]
