"""Two studies of the same municipalities side by side: two that stand on disk, or a study and the one before it.

What a study publishes of a former survey is computed from what both have published, and from nothing else: the two
public models and the answers that were open both times. So it tells nobody more than both editions do together.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from typology.content.vocabulary import Wave, WaveChange
from typology.errors import StudyError
from typology.tables.info import StudyInfo, check_record
from typology.tables.package import read_json, read_tables
from typology.tables.study_tables import StudyTables
from typology.types.waves import WaveComparison, compare_waves, match_territory
from typology.writing import Said, program_language

if TYPE_CHECKING:
    from typology.register.successors import Successors
    from typology.study.record import Study
    from typology.survey.codebook import SurveyInfo
    from typology.types.typology import Typology

NO_TYPE = "ohne_typ"
COMPARED = (
    "wave_types", "wave_movement", "wave_moves", "wave_changes", "wave_shares", "wave_flows", "wave_territory",
)  # fmt: skip
PUBLISHED = ("public/datapackage.json", "public/typology.json", "internal/run.json")
"""What tells one edition of a former study from another."""


@dataclass(frozen=True)
class Former:
    """What the former study has published; ``typology`` is None where its answers speak for degrees."""

    info: StudyInfo
    tables: StudyTables
    typology: Typology | None


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
    answers = [_answers(study.tables) for study in (old, new)]
    return compare_waves(old.typology, new.typology, *answers, successors=successors, since=str(old.info.date))


def _answers(tables: StudyTables) -> pd.DataFrame:
    return tables.goals.replace("", None)


def declared_successors(folder: Path) -> Successors | None:
    """The changes of territory that the codebook of a survey folder names; None where it names none."""
    from typology.register.successors import read_successors
    from typology.survey.codebook import FILE, read_codebook

    entry = read_codebook(folder / FILE).register_file
    return read_successors(folder / name for name in entry.successors) if entry and entry.successors else None


# The tables of a comparison -----------------------------------------------------------------------------------------


def wave_tables(waves: WaveComparison) -> dict[str, pd.DataFrame]:
    """A comparison as the tables that :mod:`typology.tables.contracts.waves` declares, by name."""
    moves = waves.moves.reset_index().rename(columns={"name_before": "type_then"})
    moves["change"] = _changes(waves.moves)
    kinds = waves.territory.set_index(["key_before", "key"])["kind"]
    moves["borders"] = kinds.loc[list(zip(moves["key_before"], moves["key"], strict=True))].to_numpy()
    types = waves.alignment.rename(columns={"type_before": "type_then"})
    return {
        "wave_types": types.assign(same=types["same"].astype(bool)),
        "wave_movement": waves.movement.assign(high=waves.movement["high"].clip(upper=1)),
        "wave_shares": waves.shares.assign(
            chance_low=waves.shares["chance_low"].clip(lower=-1), chance_high=waves.shares["chance_high"].clip(upper=1)
        ),
        "wave_flows": _long(waves.flows, "n").assign(expected=_long(waves.expected_flows, "expected")["expected"]),
        "wave_moves": moves.drop(columns=["comparable", "moved"]),
        "wave_changes": waves.changes,
        "wave_territory": waves.territory,
    }


def _changes(moves: pd.DataFrame) -> np.ndarray:
    """What can be said of each municipality that was compared."""
    cases = [
        (moves["type_before"].eq("") | moves["type_now"].eq(""), WaveChange.NO_TYPE),
        (~moves["comparable"], WaveChange.OTHER_GROUP),
        (moves["cause"] != "", WaveChange.MOVED),
        (moves["type_before"] == moves["type_now"], WaveChange.SAME),
    ]
    return np.select([case for case, _ in cases], [kind.value for _, kind in cases], WaveChange.CHANCE.value)


def _long(matrix: pd.DataFrame, name: str) -> pd.DataFrame:
    """Type before × type now as one row per pair; no type has a name."""
    named = matrix.rename(index={"": NO_TYPE}, columns={"": NO_TYPE})
    return named.rename_axis(index="type_before", columns="type_now").stack().rename(name).reset_index()


# A study and the one before it --------------------------------------------------------------------------------------


def former_folder(about: SurveyInfo, target: Path) -> Path | None:
    """Where the former study lies that a codebook names: beside the folder of the study."""
    return target.resolve().parent / about.former if about.former else None


def former_mark(about: SurveyInfo, target: Path) -> str:
    """What decides whether a comparison with the former study would be another; "" without one."""
    folder = former_folder(about, target)
    if folder is None:
        return ""
    found = [folder / name for name in PUBLISHED]
    marks = [hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "" for path in found]
    return " ".join([folder.name, *marks])


def read_former(about: SurveyInfo, target: Path) -> Former | None:
    """What the study has published that a codebook names as the former one; None where it names none.

    Raises
    ------
    StudyError : there is no such study, it is not older, or only one of both has invented answers.
    """
    from typology.types.typology import load_typology

    folder = former_folder(about, target)
    if folder is None:
        return None
    if not all((folder / name).is_file() for name in (PUBLISHED[0], PUBLISHED[2])):
        raise StudyError(Said("study.no_former_study", former=about.former, folder=folder))
    info = StudyInfo.from_json(check_record(read_json(folder / PUBLISHED[2])).get("info"))
    if info.date >= str(about.date):
        raise StudyError(Said("study.former_not_older", former=about.former, date=info.date, now=str(about.date)))
    if info.synthetic != about.synthetic:
        raise StudyError(Said("study.former_synthetic", former=about.former))
    model = folder / PUBLISHED[1]
    return Former(
        info=info,
        tables=read_tables(folder / "public", ("goals", "assignments"), public=True),
        typology=load_typology(model) if model.is_file() and not info.leans else None,
    )


def former_tables(shown: Study, former: Former, successors: Successors | None = None) -> dict[str, pd.DataFrame]:
    """What can be said of a study and the one before it, from what both publish.

    Parameters
    ----------
    shown : the study behind the gate.
    successors : changes of territory; what was merged since the former survey is not compared.

    Returns
    -------
    The tables of :mod:`typology.tables.contracts.waves` by name; only ``waves`` where nothing can be compared.
    """
    old, new = _answers(former.tables), _answers(shown.tables)
    together = match_territory(old.index, new.index, successors, former.info.date)
    single = together[together["kind"].isin(["gleich", "nachfolger"])]
    goals = set(old) & set(new) & set(shown.typology.goal_keys)
    if former.typology is None or shown.content.leanings is not None:
        return _about(former, Wave.DEGREES, 0)
    if single.empty or not goals & set(former.typology.goal_keys):
        return _about(former, Wave.NOBODY, 0)
    waves = compare_waves(
        former.typology, shown.typology, old.loc[single["key_before"]], new.loc[single["key"]],
        successors=successors, since=former.info.date,
    )  # fmt: skip
    tables = wave_tables(waves)
    moves = _listed(waves, tables["wave_moves"], shown, former, successors)
    kept = {name: tables[name] for name in ("wave_types", "wave_movement", "wave_shares", "wave_flows")}
    return {**_about(former, Wave.COMPARED, len(waves.moves)), **kept, "wave_moves": moves}


def _about(former: Former, outcome: Wave, n: int) -> dict[str, pd.DataFrame]:
    info = former.info
    row = (info.survey, info.title["de"], info.title["en"], info.date, outcome.value, n)
    return {"waves": pd.DataFrame([row], columns=["survey", "title", "title_en", "date", "outcome", "n"])}


def _listed(
    waves: WaveComparison,
    compared: pd.DataFrame,
    shown: Study,
    former: Former,
    successors: Successors | None,
) -> pd.DataFrame:
    """One row for each municipality that was listed then and is now; what was computed only where both types agree."""
    then, now = former.tables.assignments["type"].fillna(""), shown.tables.assignments["type"].fillna("")
    known = compared.set_index(["key", "key_before"])
    name_of = {old: name for name, (old, _) in waves.names.items() if old}
    both = {name for name, (old, new) in waves.names.items() if old and new}
    rows = []
    for row in match_territory(then.index, now.index, successors, former.info.date).itertuples():
        if not (row.key and row.key_before):
            continue
        place = (str(row.key), str(row.key_before))
        if row.kind in ("fusion", "aufteilung"):
            rows.append({"key": place[0], "key_before": place[1], "change": WaveChange.BORDERS, "borders": row.kind})
            continue
        old, new = str(then[place[1]]), str(now[place[0]])
        before = name_of.get(old, "")
        told = known.loc[place].to_dict() if place in known.index else {}
        if (told.get("type_then"), told.get("type_now")) != (old, new):
            told = {"change": _of_types(before, new, both)}
        types = {"type_then": old, "type_before": before, "type_now": new}
        rows.append({"key": place[0], "key_before": place[1], **told, **types, "borders": row.kind})
    table = pd.DataFrame(rows, columns=list(compared.columns))
    texts = ["type_then", "type_before", "type_now", "cause", "type_old_model", "type_new_model"]
    table[texts] = table[texts].astype(object).fillna("")
    return table.assign(change=[str(WaveChange(value)) for value in table["change"]])


def _of_types(before: str, now: str, both: set[str]) -> WaveChange:
    """What two published types say by themselves."""
    if not before or not now:
        return WaveChange.NO_TYPE
    if not {before, now} <= both:
        return WaveChange.OTHER_GROUP
    return WaveChange.SAME if before == now else WaveChange.UNCLEAR
