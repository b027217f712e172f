"""Which row speaks for which municipality: rules for rows, keys, and several answers of one municipality."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from typology.errors import Problem
from typology.register.register import Register
from typology.survey.codebook import Completed, Respondent, Rows
from typology.survey.values import spelled

DATE_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%Y-%m-%dT%H:%M:%S",
)
SAFE_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")


@dataclass(frozen=True)
class Keys:
    """Row number → key ("" where none could be found), the problems, and how many were mended."""

    keys: pd.Series
    problems: tuple[Problem, ...]
    n_repaired: int


def rows_matching(frame: pd.DataFrame, rows: Rows, headings: Mapping[str, str]) -> pd.Series:
    """Which rows the rule means."""
    column = frame[headings[rows.column]]
    if rows.pattern:
        hit = {text for text in column.unique() if re.fullmatch(rows.pattern, text.strip())}
    else:
        wanted = set(rows.values)
        hit = {text for text in column.unique() if wanted.intersection(spelled(text))}
    return column.isin(hit)


def completed_rows(frame: pd.DataFrame, rule: Completed, headings: Mapping[str, str]) -> pd.Series:
    """Which rows count as completed."""
    column = frame[headings[rule.column]]
    if rule.values:
        return column.isin({text for text in column.unique() if set(rule.values).intersection(spelled(text))})
    return column.str.strip() != ""


def register_keys(column: pd.Series, register: Register, file: str, kinds: Sequence[str]) -> Keys:
    """Bring what respondents wrote to keys of the register; what cannot be trusted is a problem with its row."""
    matches = {text: register.normalise_key(text) for text in column.unique()}
    problems = []
    n_repaired = 0
    keys = []
    for row, text in column.items():
        match = matches[text]
        keys.append(match.key)
        place = {"file": file, "row": int(row), "column": str(column.name), "value": text[:60]}
        if not match.key:
            problems.append(
                Problem(
                    "fehler",
                    "schluessel",
                    match.problem,
                    expected=_candidates(text, match.candidates, register),
                    **place,
                )
            )
        elif match.repaired:
            n_repaired += 1
            problems.append(
                Problem(
                    "hinweis",
                    "schluessel_" + match.repaired,
                    REPAIRED[match.repaired],
                    key=match.key,
                    expected=match.key,
                    **place,
                )
            )
        if match.key and kinds and register.table.at[match.key, "kind"] not in kinds:
            problems.append(
                Problem(
                    "fehler",
                    "koerperschaft",
                    f"{register.table.at[match.key, 'name']} ist keine der vorgesehenen Körperschaften",
                    key=match.key,
                    expected=", ".join(kinds),
                    **place,
                )
            )
    return Keys(pd.Series(keys, index=column.index, dtype=object, name="key"), tuple(problems), n_repaired)


REPAIRED = {
    "leading_zero": "Die führende Null war verloren und wurde ergänzt",
    "ars": "Der Regionalschlüssel wurde auf den Gemeindeschlüssel gekürzt",
    "float": "Der Schlüssel war als Zahl gespeichert und wurde zu Text",
    "kreisfrei": "Der Kreisschlüssel einer kreisfreien Stadt wurde zum Gemeindeschlüssel ergänzt",
    "successor": "Der Schlüssel ist nicht mehr gültig und wurde durch den Nachfolger ersetzt",
}


def _candidates(text: str, candidates: Sequence[str], register: Register) -> str:
    if candidates:
        return "; ".join(f"{key} {register.table.at[key, 'name']}" for key in candidates[:5])
    found = register.find(text) if text.strip() and not re.search(r"\d{3}", text) else pd.DataFrame()
    if found.empty:
        return "ein Schlüssel, der im Register steht"
    near = "; ".join(
        f"{row.key} {row.name_} ({row.kreis_name})"
        for row in found.head(4).rename(columns={"name": "name_"}).itertuples()
    )
    return f"der Schlüssel statt des Namens, vielleicht: {near}"


def own_keys(frame: pd.DataFrame, person: Respondent, headings: Mapping[str, str], file: str) -> Keys:
    """Keys without a register: the identifier as it is, a name turned into plain letters, or the row number."""
    column = headings.get(person.id) or headings.get(person.name)
    if not column:
        return Keys(
            pd.Series([f"zeile_{row}" for row in frame.index], index=frame.index, dtype=object, name="key"), (), 0
        )
    texts = frame[column].map(lambda text: spelled(text)[-1])
    problems = [
        Problem("fehler", "schluessel", "Der Schlüssel fehlt", file=file, row=int(row), column=column)
        for row in texts.index[texts == ""]
    ]
    uniques = list(dict.fromkeys(texts))
    made = {text: text if SAFE_KEY.fullmatch(text) else plain_key(text) for text in uniques}
    counts = pd.Series(list(made.values()), dtype=object).value_counts()
    seen: dict[str, int] = {}
    for text in uniques:
        base = made[text]
        if base and counts[base] > 1 and base != text:
            seen[base] = seen.get(base, 0) + 1
            made[text] = f"{base}_{seen[base] + 1}"
    return Keys(texts.map(made).rename("key"), tuple(problems), 0)


def plain_key(name: str) -> str:
    """A name as a key: small letters, digits and underscores.

    >>> plain_key("Bad Münstereifel, Stadt")
    'bad_muenstereifel_stadt'
    """
    for sign, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue")):
        name = name.replace(sign, letters)
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", ascii_name.lower()).strip("_")[:60].strip("_") or ("ohne_namen" if name else "")


def one_per_key(
    keys: pd.Series, rule: str, order: pd.Series | None, n_answered: pd.Series, enough: pd.Series, file: str
) -> tuple[pd.Index, tuple[Problem, ...]]:
    """The row that counts for each key, and a note for every row that does not.

    A row with ``enough`` goals goes before one without; then ``latest`` takes the highest ``order`` (date or
    number), ``most_complete`` the most answers; ties go to the later row. ``error`` lists all rows of the key.
    """
    twice = keys[keys.duplicated(keep=False) & (keys != "")]
    if twice.empty:
        return keys.index, ()
    if rule == "error":
        return keys.index, tuple(
            Problem(
                "fehler",
                "mehrfach",
                "Dieselbe Kommune hat mehrmals geantwortet",
                file=file,
                row=int(row),
                key=key,
                expected="eine Antwort je Kommune, oder duplicates: latest / most_complete im Codebuch",
            )
            for row, key in twice.items()
        )
    problems: list[Problem] = []
    if rule == "latest" and order is not None:
        rank, unread = _order(order.loc[twice.index])
        problems += [
            Problem(
                "fehler",
                "reihenfolge",
                "Weder Datum noch Nummer: die jüngste Antwort ist nicht zu erkennen",
                file=file,
                row=int(row),
                key=str(keys[row]),
                column=str(order.name),
                value=str(order[row])[:60],
                expected="zum Beispiel 2026-06-30 14:05",
            )
            for row in unread
        ]
        word = "Ältere Antwort derselben Kommune; es zählt die jüngste"
    else:
        rank, word = n_answered.loc[twice.index].astype(float), "Weniger vollständige Antwort derselben Kommune"
    dropped: list[int] = []
    for key, rows in twice.groupby(twice, sort=False).groups.items():
        best = max(rows, key=lambda row: (bool(enough[row]), rank[row], row))
        if rule == "latest" and sum(rank[row] == rank[best] and enough[row] == enough[best] for row in rows) > 1:
            problems.append(
                Problem(
                    "warnung",
                    "mehrfach",
                    "Mehrere Antworten haben denselben Zeitpunkt; es zählt die untere Zeile",
                    file=file,
                    row=int(best),
                    key=str(key),
                )
            )
        for row in rows:
            if row != best:
                dropped.append(row)
                problems.append(
                    Problem(
                        "hinweis",
                        "mehrfach",
                        word,
                        file=file,
                        row=int(row),
                        key=str(key),
                        expected=f"verwendet wird Zeile {best}",
                    )
                )
    return keys.index.difference(dropped, sort=False), tuple(problems)


def _order(column: pd.Series) -> tuple[pd.Series, list[int]]:
    """Numbers or dates to rank by, and the rows that are neither."""
    texts = column.str.strip()
    numbers = pd.to_numeric(texts.str.replace(",", ".", regex=False), errors="coerce")
    if numbers.notna().all() and np.isfinite(numbers).all():
        return numbers, []
    rank = pd.Series(np.nan, index=texts.index)
    for form in DATE_FORMATS:
        dates = pd.to_datetime(texts.where(rank.isna()), format=form, errors="coerce")
        rank = rank.fillna(dates.map(lambda date: np.nan if pd.isna(date) else float(date.value)))
    return rank.fillna(-np.inf), [int(row) for row in rank.index[rank.isna()]]
