"""Whether the key that respondents wrote is one of a body that was asked, and belongs to the name beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from typology.errors import Findings
from typology.register.agreement import Agreement, compare
from typology.register.keys import read_digits
from typology.register.official_keys import ARS, kind_of, with_zero
from typology.register.register import Register
from typology.survey.codebook import Codebook, Respondent
from typology.survey.values import FAILED, spelled
from typology.writing import Said

MOST_BODIES = 3  # bodies of one name that a finding lists
MUNICIPALITIES = ("gemeinde", "kreisfrei")
OTHERS = ("kreis", "verband")  # which have shorter or longer keys
LEVELS = {"kreis": "survey.key_of_kreis", "verband": "survey.key_of_verband"}
HALF = 0.5
LETTER = re.compile(r"[^\W\d_]")


def note_other_levels(
    written: pd.Series, keys: pd.Series, person: Respondent, register: Register | None, found: Findings
) -> None:
    """Find keys of a Kreis or Verband where municipalities were asked, unless ``kinds`` says that these were, too.

    Five digits are a Kreis, and nobody can see whether a municipality meant to write its own eight. So a survey in
    which most keys are those of municipalities is refused until it says who was asked.

    Parameters
    ----------
    written : what stands in the column of keys. keys : what was made of it, "" for nothing.
    """
    if register is None:
        for row in written.index[written.str.strip().str.fullmatch(FAILED)]:
            at = {"row": int(row), "column": str(written.name), "value": written[row][:60]}
            found.error("schluessel", Said("survey.failed_formula"), **at)
        kinds = written.map(key_level)
        _note_other_forms(written, kinds, found)
    else:
        kinds = keys.map(register.table["kind"]).fillna("")
    if person.kinds if register is not None else "kind" in person.attributes:
        return  # said when the keys were read, or beside each key
    asked = {*MUNICIPALITIES, *person.kinds}
    municipal, other = kinds.isin(MUNICIPALITIES), kinds.isin(OTHERS) & ~kinds.isin(list(asked))
    if not municipal.any():
        return
    report = found.error if municipal.sum() > other.sum() else found.warning
    named = [kind for kind in (*MUNICIPALITIES, *OTHERS) if kind in {*asked, *kinds[other]}]
    expected = Said("survey.kinds_to_declare", kinds=", ".join(named))
    for row, kind in kinds[other].items():
        at = {"row": int(row), "key": keys[row], "column": str(written.name), "value": written[row][:60]}
        report("koerperschaft", Said(LEVELS[kind]), expected=expected, **at)


def _note_other_forms(written: pd.Series, kinds: pd.Series, found: Findings) -> None:
    """Without a register nothing tells a regional key or "AGS …" from an own number: note them beside official keys."""
    if (kinds == "gemeinde").mean() <= HALF:
        return
    for row in written.index[(kinds == "") & (written.str.strip() != "")]:
        at = {"row": int(row), "column": str(written.name), "value": written[row][:60]}
        if FAILED.fullmatch(written[row].strip()):
            continue
        found.warning("schluessel", Said("survey.key_of_other_form"), expected=Said("survey.key_of_municipality"), **at)


def key_level(text: str) -> str:
    """The kind of body whose official key a text is, with or without its zero; "" for any other text.

    >>> key_level("1051044"), key_level("01051"), key_level("AGS 01051044")
    ('gemeinde', 'kreis', '')
    """
    if LETTER.search(text):  # a word beside the digits is no key, or one in another form
        return ""
    digits, way, problem = read_digits(spelled(text)[1])
    return "" if problem or way == "label" or len(digits) == ARS else kind_of(with_zero(digits))


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
