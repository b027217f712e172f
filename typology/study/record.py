"""What a study is: the frozen bundle of all results."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typology.content.catalogue import Content
from typology.tables.info import StudyInfo
from typology.tables.study_tables import StudyTables
from typology.writing import percent

if TYPE_CHECKING:
    from typology.types.typology import Typology


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
