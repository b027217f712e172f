"""What a study was told to do; stands in the run record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from typology.clustering.engine.prior import PRIOR


@dataclass(frozen=True)
class Settings:
    """What a study was told to do; stands in the run record.

    ``prior``: pseudo-answers per class and goal as the mean over the classes, ``n_init``: random starts,
    ``max_classes``: the largest number of types that is tried (None: as many as the answers carry), ``replicates``:
    bootstrap replicates of the class-number test, ``resamples``: replicates of the stability, ``m``: partners per list,
    ``margins``: columns of the register for the comparison with weights (none switches it off), ``trim``: the largest
    weight as a multiple of the mean, ``minimum`` and ``colluding``: how much stands behind what is published,
    ``draft``: what is in ``public/`` stays in the house, ``degrees``: whether types are held against mere degrees.

    Examples
    --------
    >>> Settings(n_classes=3).m
    5
    """

    n_classes: int = 4
    prior: float = PRIOR
    n_init: int = 500
    random_state: int = 0
    max_classes: int | None = None
    replicates: int = 199
    resamples: int = 200
    m: int = 5
    margins: tuple[str, ...] = ("size_class", "kind")
    trim: float | None = None
    minimum: int = 3
    colluding: int = 3
    draft: bool = False
    degrees: bool = True

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Settings:
        """The same again from the ``settings`` of ``run.json``; what the record does not know keeps its default.

        >>> Settings.from_json({"m": 3, "margins": ["kind"]}).margins
        ('kind',)
        """
        known = {item.name for item in fields(cls)}
        plain: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
        }
        return cls(**{name: value for name, value in plain.items() if name in known})
