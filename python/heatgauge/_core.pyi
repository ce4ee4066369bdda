"""
The compiled core of heatgauge. Use the names of the package itself.
"""
from __future__ import annotations
import collections.abc
import typing
__all__: list[str] = ['Grid']
class Grid:
    """
    Shape, spacings and ends of a grid, as the core sees them.
    """
    def __init__(self, axes: collections.abc.Sequence[tuple[typing.SupportsInt | typing.SupportsIndex, typing.SupportsFloat | typing.SupportsIndex, bool, typing.SupportsFloat | typing.SupportsIndex]]) -> None:
        """
        axes: one tuple (points, spacing, periodic, twist) each.
        """
    @property
    def size(self) -> int:
        ...
def _raise_numerical_failure() -> None:
    ...
