"""Whether the name and the key that respondents wrote belong to the same body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from typology.errors import Findings
from typology.register.agreement import Agreement, compare
from typology.register.register import Register
from typology.survey.codebook import Codebook
from typology.survey.values import spelled
from typology.writing import Said

MOST_BODIES = 3  # bodies of one name that a finding lists


def compare_names(
    frame: pd.DataFrame,
    codebook: Codebook,
    headings: Mapping[str, str],
    register: Register | None,
    keys: pd.Series,
    found: Findings,
) -> None:
    """Find the rows whose name is one of another body than their key; nothing where one of the two is missing.

    One wrong digit makes another valid key in every fifth case, so the name is what can tell. Former names are noted;
    a name that no body has is a warning, as it says nothing about the key.
    """
    person = codebook.respondent
    if register is None or not person.name or person.name == person.id:
        return
    names, written = frame[headings[person.name]], frame[headings[person.id]]
    missing = set(codebook.missing_codes())
    said: dict[tuple[str, str, str], Agreement] = {}
    for row, name in names.items():
        key, text = keys[row], " ".join(spelled(name)[1].split())
        if not key or not text or missing.intersection(spelled(name)):
            continue
        question = key, text, written[row].strip()
        if question not in said:
            said[question] = compare(register, *question)
        _report(said[question], int(row), key, text, str(names.name), register, found)


def _report(answer: Agreement, row: int, key: str, name: str, column: str, register: Register, found: Findings) -> None:
    body, value = _bodies([key], register), name[:60]
    if answer.verdict == "other":
        expected = Said("survey.bodies_of_key_and_name", by_key=body, by_name=_bodies(answer.keys, register))
        message = Said("survey.name_of_other_body")
        found.error("name", message, row=row, key=key, column=column, value=value, expected=expected)
    elif answer.verdict == "former":
        message = Said("survey.former_name")
        found.note("name", message, row=row, key=key, column=column, value=value, expected=body)
    elif answer.verdict == "unknown":
        expected, message = Said("survey.body_of_key", body=body), Said("survey.unknown_name")
        found.warning("name", message, row=row, key=key, column=column, value=value, expected=expected)


def _bodies(keys: Sequence[str], register: Register) -> str:
    """The bodies with key and Kreis, as many towns share their name."""
    texts = []
    for key in keys[:MOST_BODIES]:
        row = register.table.loc[key]
        place = row["kreis_name"] if row["kreis_name"] not in ("", row["name"]) else row["land_name"]
        name = f"{row['name']}, {row['kind_label']}" if row["kind"] == "kreis" and row["kind_label"] else row["name"]
        texts.append(f"{name} ({key}, {place})" if place else f"{name} ({key})")
    return "; ".join(texts) + (" …" if len(keys) > MOST_BODIES else "")
