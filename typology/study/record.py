"""What a study is: its settings and the frozen bundle of all results."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typology.content.catalogue import Content
from typology.tables.package import StudyInfo, StudyTables
from typology.writing import percent

if TYPE_CHECKING:
    from typology.types.typology import Typology


@dataclass(frozen=True)
class Settings:
    """What a study was told to do; stands in the run record.

    ``prior``: pseudo-answers per class and goal, ``replicates``: bootstrap replicates of the class-number test,
    ``resamples``: replicates of the stability, ``n_init``: random starts, ``m``: partners per list,
    ``margins``: columns of the register for the comparison with weights (none switches it off), ``trim``: the largest
    weight as a multiple of the mean.
    """

    n_classes: int = 4
    prior: float = 8.0
    n_init: int = 500
    random_state: int = 0
    max_classes: int = 8
    replicates: int = 199
    resamples: int = 200
    m: int = 5
    margins: tuple[str, ...] = ("size_class", "kind")
    trim: float | None = None


@dataclass(frozen=True)
class Study:
    """All results of one study.

    ``info`` is what every page says about its source, ``tables`` holds the numbers, ``typology`` the frozen model,
    ``run`` the record of settings, versions, input hashes and seed.
    """

    info: StudyInfo
    typology: Typology
    tables: StudyTables
    content: Content
    run: dict[str, Any]
    folder: Path | None = None

    def __repr__(self) -> str:
        shares = ", ".join(f"{item.short.de} {percent(item.share)}" for item in self.typology.types)
        return f"Study({self.info.survey}, {self.info.date}, n={self.info.n}: {shares})"
