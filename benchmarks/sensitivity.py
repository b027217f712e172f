"""How much of the advice hangs on each number that was set by hand: every one halved and doubled, on the demo.

Run ``nice -n 19 python benchmarks/sensitivity.py [STUDY]`` (about twelve minutes of one processor); it writes
``benchmarks/results/sensitivity.csv``. One row per number of ``typology/matching/numbers.py``: the share of rows that
are no longer there, of both partner lists together (``lists``: municipality and partner; ``topics``: with the same
topic; ``order``: at the same rank), of the partners of steps, of seats in cooperation groups and courses, and of seats
in teams (two who sit together). 0 everywhere: the demo does not feel that number.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from advice import FEW, ROOT

from typology.matching import numbers
from typology.study.match import match_tables
from typology.study.record import Study
from typology.study.workflow import read_study, run_study
from typology.tables.study_tables import StudyTables

RESULTS = Path(__file__).parent / "results" / "sensitivity.csv"
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


def rows_of(tables: StudyTables) -> dict[str, Rows]:
    """What was advised, as rows that can be compared."""
    lists = pd.concat([tables.similar.assign(list=1), tables.complementary.assign(list=2)])
    steps = tables.agenda.assign(partner=tables.agenda["partners"].str.split(";")).explode("partner")
    members = tables.cooperation_members[tables.cooperation_members["group"] != ""]
    hosts = members[members["host"].astype(bool)].set_index("group")["key"]
    courses = tables.courses.assign(key=tables.courses["participants"].str.split(";")).explode("key")
    teams = tables.team_members.merge(tables.team_members, on="team")
    return {
        "lists": _rows(lists, "list", "key", "partner"),
        "topics": _rows(lists, "list", "key", "partner", "topic"),
        "order": _rows(lists, "list", "key", "partner", "rank"),
        "steps": _rows(steps[steps["partner"] != ""], "key", "step", "partner"),
        "groups": _rows(members.assign(at=members["group"].map(hosts)), "topic", "key", "at"),
        "courses": _rows(courses, "offer", "host", "key"),
        "teams": _rows(teams[teams["key_x"] < teams["key_y"]], "key_x", "key_y"),
    }


def _rows(table: pd.DataFrame, *columns: str) -> Rows:
    return set(table[list(columns)].itertuples(index=False, name=None))


def measure(study: Study, say: Callable[[str], object] = print) -> pd.DataFrame:
    """One row per number, a column per factor and kind of row."""
    base = rows_of(match_tables(study.tables, study.content))
    out = []
    for number in numbers.declared():
        row: dict[str, object] = {"number": number.name, "value": number.value, "unit": number.unit}
        for word, factor in FACTORS.items():
            with instead(number.name, factor * number.value):
                found = rows_of(match_tables(study.tables, study.content))
            for kind, rows in base.items():
                row[f"{kind}_{word}"] = round(len(rows - found[kind]) / max(len(rows), 1), 4)
        say(f"{number.name} …")
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
