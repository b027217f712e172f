"""Two studies of the same municipalities side by side, from what stands on disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from typology.errors import StudyError
from typology.types.waves import WaveComparison, compare_waves
from typology.writing import Said, program_language

if TYPE_CHECKING:
    from typology.register.successors import Successors
    from typology.study.record import Study

WAVE_TABLES = ("alignment", "movement", "moves", "changes", "shares", "flows", "expected_flows", "territory")
NO_TYPE = "ohne_typ"


def compare_studies(new: Study, old: Study, successors: Successors | None = None) -> WaveComparison:
    """Compare two studies by their frozen typologies and the answers that their tables hold.

    Raises
    ------
    EstimationError : the waves share no goal, or no municipality answered both.
    StudyError : one typology is synthetic and the other study has real municipalities, or the answers of one speak for
        degrees: nobody moves between types that there are not.
    """
    for study in (new, old):
        if study.content.leanings is not None:
            verdict = study.info.degrees.get(program_language(), study.info.degrees["en"])
            raise StudyError(Said("study.no_types_to_compare", survey=study.info.survey, verdict=verdict))
    answers = [study.tables.goals.replace("", None) for study in (old, new)]
    return compare_waves(old.typology, new.typology, *answers, successors=successors)


def declared_successors(folder: Path) -> Successors | None:
    """The changes of territory that the codebook of a survey folder names; None where it names none."""
    from typology.register.successors import read_successors
    from typology.survey.codebook import FILE, read_codebook

    entry = read_codebook(folder / FILE).register_file
    return read_successors(folder / name for name in entry.successors) if entry and entry.successors else None


def wave_table(waves: WaveComparison, name: str) -> pd.DataFrame:
    """One table of a comparison as it is written: no column and no row without a name."""
    table: pd.DataFrame = getattr(waves, name)
    return table.rename(index={"": NO_TYPE}, columns={"": NO_TYPE}) if name.endswith("flows") else table
