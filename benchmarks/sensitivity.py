"""How much of the advice hangs on each number that was set by hand: every one halved and doubled, on the demo.

Run ``nice -n 19 python benchmarks/sensitivity.py [STUDY]`` (about six minutes of one processor); it writes
``benchmarks/results/sensitivity.csv``. One row per number of ``typology/matching/numbers.py``: the share of rows that
are no longer there, of both partner lists together (``lists``: municipality and partner; ``topics``: with the same
topic; ``order``: at the same rank), of steps of the agenda (``agenda``) and their partners (``steps``) and of who has
done it (``done``), of seats in cooperation groups and courses, of needs of training (``needs``), and of seats in teams
(two who sit together). 0 everywhere: the demo does not feel that number, or it decides only what is not counted here:
which likeness and difference are told, and how many questions are printed; empty: the number has no part in it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from advice import FEW, ROOT

from typology.content.catalogue import Content
from typology.content.trainings import load_trainings
from typology.matching import numbers
from typology.matching.action.training_needs import training_needs
from typology.matching.bodies import types_with_members
from typology.matching.peers.peers import recommend_peers
from typology.matching.teams.teams import form_teams
from typology.study.match import match_actions
from typology.study.record import Study
from typology.study.workflow import read_study, run_study
from typology.tables.study_tables import StudyTables

RESULTS = Path(__file__).parent / "results" / "sensitivity.csv"
# Which numbers decide only the lists, only the teams; those of REACH decide all, the others what follows from answers.
LISTS = (
    "FEATURE_WEIGHTS", "CLOSENESS", "LIST_WEIGHTS", "NEED_FULL", "SETTING_FADES", "TOPICS", "LIKENESS", "DIFFERENCE",
    "RARITY", "IMPORTANT_FIRST", "TELLING", "LIST_LENGTH",
)  # fmt: skip
TEAMS = ("TEAM_RATIO", "TEAM_WEIGHTS", "TEAM_SEEKS", "TEAM_TEACHES", "TEAM_SIZE")
ALL = (
    "NEAR_KM", "NEED_KM", "SIZE_RATIO", "NEED_SIZE_RATIO", "FAR_KM", "FAR_SIZE_RATIO", "PLACE_KM", "AHEAD_SHARE",
    "IMPORTANCE_UNKNOWN", "FIELD_FULL", "AHEAD_COUNTS", "CAP_FACTOR",
)  # fmt: skip
FACTORS = {"halved": 0.5, "doubled": 2.0}
Rows = set[tuple[object, ...]]


@contextmanager
def instead(name: str, value: float) -> Iterator[None]:
    """The program with another value for one number."""
    head, *path = name.split(".")
    holder, last = vars(numbers), head
    for part in path:
        holder, last = holder[last], part
    old = holder[last]
    holder[last] = type(old)(round(value)) if isinstance(old, int) else value
    try:
        yield
    finally:
        holder[last] = old


def of_lists(study: Study) -> dict[str, Rows]:
    """Both lists of partners as rows that can be compared."""
    peers = recommend_peers(*_four(study.tables))
    lists = pd.concat([peers.similar.assign(list=1), peers.complementary.assign(list=2)])
    return {
        "lists": _rows(lists, "list", "key", "partner"),
        "topics": _rows(lists, "list", "key", "partner", "topic"),
        "order": _rows(lists, "list", "key", "partner", "rank"),
    }


def of_teams(study: Study) -> dict[str, Rows]:
    """Every two who sit in a team together."""
    kept = types_with_members(study.tables.types, study.tables.assignments)
    members = form_teams(*_four(study.tables), types=kept).members
    pairs = members.merge(members, on="team")
    return {"teams": _rows(pairs[pairs["key_x"] < pairs["key_y"]], "key_x", "key_y")}


def of_actions(study: Study) -> dict[str, Rows]:
    """Partners of steps, seats in groups and in courses."""
    tables = match_actions(study.tables, study.content)
    agenda = tables.agenda
    steps = agenda.assign(partner=agenda["partners"].str.split(";")).explode("partner")
    done = pd.concat([agenda["done"], agenda["running"]]).str.split(";")
    done = pd.concat([agenda, agenda]).assign(partner=done.to_numpy()).explode("partner")
    members = tables.cooperation_members[tables.cooperation_members["group"] != ""]
    hosts = members[members["host"].astype(bool)].set_index("group")["key"]
    courses = tables.courses.assign(key=tables.courses["participants"].str.split(";")).explode("key")
    return {
        "agenda": _rows(agenda, "key", "step"),
        "steps": _rows(steps[steps["partner"] != ""], "key", "step", "partner"),
        "done": _rows(done[done["partner"] != ""], "key", "step", "partner"),
        "needs": _rows(_needs(tables, study.content), "key", "need", "item"),
        "groups": _rows(members.assign(at=members["group"].map(hosts)), "topic", "key", "at"),
        "courses": _rows(courses, "offer", "host", "key"),
    }


def _needs(tables: StudyTables, content: Content) -> pd.DataFrame:
    answers = (tables.pain_points, tables.stand, tables.wichtig)
    return training_needs(tables.competence_gaps, tables.trainings, *answers, load_trainings(content.folder))


def _four(tables: StudyTables) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    return tables.assignments, tables.municipality_profiles, tables.municipalities, tables.consent


def _rows(table: pd.DataFrame, *columns: str) -> Rows:
    return set(table[list(columns)].itertuples(index=False, name=None))


def asked(name: str) -> tuple[Callable[[Study], dict[str, Rows]], ...]:
    """What a number has a part in."""
    head = name.split(".")[0]
    if head in ALL:
        return of_lists, of_teams, of_actions
    return (of_lists if head in LISTS else of_teams if head in TEAMS else of_actions,)


def measure(study: Study) -> pd.DataFrame:
    """One row per number, a column per factor and kind of row."""
    base = of_lists(study) | of_teams(study) | of_actions(study)
    out = []
    for number in numbers.declared():
        row: dict[str, object] = {"number": number.name, "value": number.value, "unit": number.unit}
        for word, factor in FACTORS.items():
            with instead(number.name, factor * number.value):
                found = {kind: rows for part in asked(number.name) for kind, rows in part(study).items()}
            for kind, rows in base.items():
                gone = len(rows - found[kind]) / max(len(rows), 1) if kind in found else float("nan")
                row[f"{kind}_{word}"] = round(gone, 4)
        print(f"{number.name} …", flush=True)
        out.append(row)
    return pd.DataFrame(out)


def main(*folder: str) -> None:
    """The study of the demo, computed or given."""
    with tempfile.TemporaryDirectory() as here:
        path = Path(folder[0]) if folder else Path(here) / "demo"
        if not folder:
            run_study(ROOT / "data" / "raw" / "demo", path, FEW, sheets=False, site=False, progress=str)
        table = measure(read_study(path))
    RESULTS.parent.mkdir(exist_ok=True)
    table.to_csv(RESULTS, index=False)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
