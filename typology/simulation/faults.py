"""What is wrong with real exports, put into a clean one: tests, unfinished rows, repeated answers, free text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from typology.register.official_keys import split
from typology.simulation.practice import ID, LAST_PAGE, OFFICE, PERSON, REMARK, TECHNICAL

OFFICES = ("Hauptamt", "Stabsstelle Digitalisierung", "Organisation und IT", "Büro der Verwaltungsleitung", "Kämmerei")
PERSONS = ("Robin Muster", "Kim Beispiel", "Alex Probe")
REMARKS = (
    "Wir beginnen gerade erst.\nDie Stelle ist seit März besetzt.",
    'Unser Leitbild heißt „Nah dran"; es gilt seit 2024.',
    "'=siehe Anlage",
    "Rückfragen bitte an das Hauptamt;\nnicht an die Poststelle.",
)
START, DAYS = pd.Timestamp("2026-03-02 08:00:00"), 88
TEST_SHARE, INCOMPLETE_SHARE, DUPLICATE_SHARE = 0.01, 0.036, 0.025


@dataclass(frozen=True)
class RawExport:
    """The rows of the export in the order of arrival, and how many of each kind they are."""

    rows: pd.DataFrame
    counts: dict[str, int]


def add_faults(clean: pd.DataFrame, bodies: pd.DataFrame, others: pd.DataFrame, rng: np.random.Generator) -> RawExport:
    """Turn one clean row per body into a raw export from which exactly these rows remain.

    Parameters
    ----------
    clean : coded answers, index ``key``. bodies : their register rows. others : rows of bodies that do not take
        part; some of them began and did not finish.
    """
    n = len(clean)
    kept = _dressed(clean.reset_index(drop=True), [_written(row, rng) for row in bodies.itertuples()], rng)
    kept["_when"] = np.sort(rng.random(n)) * DAYS
    again = rng.choice(n, size=max(2, round(DUPLICATE_SHARE * n)), replace=False)
    parts = [kept]
    for repeat, rows in enumerate((again, again[:1])):  # one body answers three times
        earlier = kept.iloc[rows].copy()
        donors = clean.iloc[rng.integers(n, size=len(rows))].reset_index(drop=True)
        earlier[clean.columns] = donors.to_numpy()
        earlier[OFFICE] = OFFICES[repeat]
        earlier["_when"] = kept["_when"].iloc[rows] * rng.uniform(0.2, 0.6) / (repeat + 1)
        parts.append(earlier)
    n_incomplete = max(3, round(INCOMPLETE_SHARE * n))
    begun = clean.iloc[rng.integers(n, size=n_incomplete)].reset_index(drop=True)
    keys = [str(key) for key in others.index[rng.integers(len(others), size=n_incomplete - 2)]]
    pages = rng.integers(1, LAST_PAGE, size=n_incomplete)
    reached = np.rint(clean.shape[1] * pages / LAST_PAGE)
    begun = begun.where(np.arange(clean.shape[1]) < reached[:, None], "")
    # One of the respondents began twice, and somebody left on the first page.
    unfinished = _dressed(begun, [*keys, str(clean.index[rng.integers(n)]), ""], rng)
    unfinished["lastpage"], unfinished["_when"] = pages.astype(str), rng.random(n_incomplete) * DAYS
    n_test = max(1, round(TEST_SHARE * n))
    tests = clean.iloc[rng.integers(n, size=n_test)]
    test = _dressed(tests.reset_index(drop=True), [str(key) for key in tests.index], rng)
    test[OFFICE], test["_when"] = "TEST", -1 - rng.random(n_test)
    raw = pd.concat([*parts, unfinished.assign(_open=True), test]).sort_values("_when", kind="stable")
    raw = raw.reset_index(drop=True)
    raw["id"] = [str(number) for number in np.cumsum(rng.integers(1, 4, size=len(raw)))]
    done = START + pd.to_timedelta((raw["_when"] * 86_400).round().astype(int), unit="s")
    raw["submitdate"] = np.where(raw["_open"].eq(True), "", done.dt.strftime("%Y-%m-%d %H:%M:%S"))
    columns = [*TECHNICAL, ID, OFFICE, *clean.columns, REMARK, PERSON]
    counts = {"rows": len(raw), "test": n_test, "incomplete": n_incomplete, "duplicate": len(again) + 1, "kept": n}
    return RawExport(raw[columns].astype(str), counts)


def _dressed(answers: pd.DataFrame, keys: list[str], rng: np.random.Generator) -> pd.DataFrame:
    """Answers with the columns that the tool adds, and the free text that nobody may keep."""
    n = len(answers)

    def some(texts: Sequence[str], share: float) -> np.ndarray:
        return np.where(rng.random(n) < share, np.array(texts)[rng.integers(len(texts), size=n)], "")

    letters = np.array(list("abcdefghijkmnpqrstuvwxyz23456789"))
    return answers.assign(**{
        ID: keys, OFFICE: some(OFFICES, 0.95), REMARK: some(REMARKS, 0.06), PERSON: some(PERSONS, 0.3),
        "lastpage": str(LAST_PAGE), "startlanguage": "de", "_open": False,
        "seed": [str(number) for number in rng.integers(10**8, 10**9, size=n)],
        "token": ["".join(row) for row in letters[rng.integers(len(letters), size=(n, 12))]],
    })  # fmt: skip


def _written(body: Any, rng: np.random.Generator) -> str:
    """The key as somebody types it: nearly always plain; sometimes in groups, or the long form of twelve digits."""
    way = rng.random()
    if way < 0.01:
        return " ".join(filter(None, split(body.Index).values()))
    if way < 0.02 and len(body.ars) == 12:
        return str(body.ars)
    return str(body.Index)
