"""The municipalities of the answers: from the register, or from what the answers themselves say about them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from typology.content.catalogue import Content
from typology.errors import Findings
from typology.files.numbers import UNCLEAR, has_sign, number_reader
from typology.register.bodies import BODY_COLUMNS, DEGREES, NUMBER_COLUMNS, base_name, decimal_sign, size_classes
from typology.register.register import Register
from typology.survey.answers import by_key
from typology.survey.codebook import Codebook
from typology.survey.values import spelled
from typology.writing import Said


def municipalities_of(
    register: Register | None,
    codebook: Codebook,
    content: Content,
    frame: pd.DataFrame,
    headings: Mapping[str, str],
    keys: pd.Series,
    found: Findings,
) -> pd.DataFrame:
    """The municipalities of the rows that count, index ``key`` in its order, columns ``BODY_COLUMNS``.

    ``keys`` holds the key of each of these rows of ``frame``.
    """
    if register is not None:
        return register.rows(sorted(keys))[list(BODY_COLUMNS)].rename_axis("key")
    return by_key(_described(codebook, content, frame.loc[keys.index], headings, keys, found), keys)


def _described(
    codebook: Codebook,
    content: Content,
    frame: pd.DataFrame,
    headings: Mapping[str, str],
    keys: pd.Series,
    found: Findings,
) -> pd.DataFrame:
    """The municipalities of the rows in ``frame``, columns ``BODY_COLUMNS``, index as ``keys``.

    Names come from ``respondent.name`` (else the identifier), the rest from ``respondent.attributes``; what is
    declared missing stays unknown, and so does what is no number, with a warning.
    """
    person = codebook.respondent
    missing = set(codebook.missing_codes()) - {"0"}

    def text_of(column: str, spelling: int = -1) -> pd.Series:
        texts = frame[headings[column]].map(spelled)
        given = texts.map(lambda spellings: not missing.intersection(spellings))
        return texts.map(lambda spellings: spellings[spelling]).where(given, "")

    blank = pd.Series("", index=frame.index, dtype=object)
    data: dict[str, pd.Series] = dict.fromkeys(BODY_COLUMNS, blank)
    data["kind"] = pd.Series("gemeinde", index=frame.index, dtype=object)
    if person.name or person.id:
        data["name"] = text_of(person.name or person.id)
    data |= {attribute: text_of(column) for attribute, column in person.attributes.items()}
    columns = {str(attribute): column for attribute, column in person.attributes.items()}
    for attribute in NUMBER_COLUMNS:
        column = columns.get(attribute, "")
        texts = text_of(column, 1) if column else blank  # as written: 120.000 is no whole number 120
        data[attribute] = _numbers(texts, attribute, column, keys, found)
    table = pd.DataFrame(data)[list(BODY_COLUMNS)]
    table["name"] = table["name"].where(table["name"] != "", keys)
    table["base_name"] = [base_name(name, "gemeinde") for name in table["name"]]
    table["land_name"] = table["land_name"].where(table["land_name"] != "", table["land"])
    table["kreis_name"] = table["kreis_name"].where(table["kreis_name"] != "", table["kreis"])
    area = table["area_km2"].where(table["area_km2"] > 0)
    table["density"] = table["density"].fillna(table["population"] / area)
    classes = size_classes(table["population"], table["kind"], content)
    table["size_class"] = table["size_class"].where(table["size_class"] != "", classes)
    return table


def _numbers(texts: pd.Series, attribute: str, column: str, keys: pd.Series, found: Findings) -> pd.Series:
    """One attribute as numbers; a text that is none is named and stays unknown."""
    decimal = decimal_sign(attribute, list(texts.unique()))
    if decimal == "unclear":
        row = texts.index[texts.map(has_sign).to_numpy().argmax()]
        expected, value = Said("survey.without_thousands"), texts[row][:60]
        found.error(
            "zahl", Said(UNCLEAR), row=int(row), key=str(keys[row]), column=column, value=value, expected=expected
        )
    convert = number_reader(decimal, negative=attribute in DEGREES)
    numbers = pd.Series(float("nan"), index=texts.index)
    for row, text in texts[texts != ""].items():
        try:
            numbers[row] = convert(text)
        except ValueError as error:
            message = Said("survey.stays_unknown", problem=error.args[0])
            found.warning("zahl", message, row=int(row), key=str(keys[row]), column=column, value=text[:60])
    return numbers
