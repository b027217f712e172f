"""The municipalities of the answers: from the register, or from what the answers themselves say about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from typology.content.catalogue import Content
from typology.register.bodies import BODY_COLUMNS, NUMBER_COLUMNS, base_name, size_classes
from typology.register.register import Register
from typology.survey.answers import by_key
from typology.survey.codebook import Codebook
from typology.survey.values import decimal_of, number_reader, spelled


def municipalities_of(
    register: Register | None,
    codebook: Codebook,
    content: Content,
    frame: pd.DataFrame,
    headings: Mapping[str, str],
    keys: pd.Series,
) -> pd.DataFrame:
    """The municipalities of the rows that count, index ``key`` in its order, columns ``BODY_COLUMNS``.

    ``keys`` holds the key of each of these rows of ``frame``.
    """
    if register is not None:
        return register.rows(sorted(keys))[list(BODY_COLUMNS)].rename_axis("key")
    return by_key(_described(codebook, content, frame.loc[keys.index], headings, keys), keys)


def _described(
    codebook: Codebook, content: Content, frame: pd.DataFrame, headings: Mapping[str, str], keys: pd.Series
) -> pd.DataFrame:
    """The municipalities of the rows in ``frame``, columns ``BODY_COLUMNS``, index as ``keys``.

    Names come from ``respondent.name`` (else the identifier), the rest from ``respondent.attributes``; what is
    declared missing or is no number stays unknown.
    """
    person = codebook.respondent
    missing = set(codebook.missing_codes()) - {"0"}

    def text_of(column: str) -> pd.Series:
        texts = frame[headings[column]].map(lambda text: spelled(text)[-1])
        return texts.where(~texts.isin(list(missing)), "")

    blank = pd.Series("", index=frame.index, dtype=object)
    data: dict[str, pd.Series] = dict.fromkeys(BODY_COLUMNS, blank)
    data["kind"] = pd.Series("gemeinde", index=frame.index, dtype=object)
    if person.name or person.id:
        data["name"] = text_of(person.name or person.id)
    data |= {attribute: text_of(column) for attribute, column in person.attributes.items()}
    for attribute in NUMBER_COLUMNS:
        signed = attribute in ("longitude", "latitude")
        convert = number_reader(decimal_of(list(data[attribute].unique())), negative=signed)
        data[attribute] = data[attribute].map(lambda text, convert=convert: _number(text, convert)).astype(float)
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


def _number(text: str, convert: Callable[[str], object]) -> float:
    try:
        return float(str(convert(text))) if text else float("nan")
    except ValueError:
        return float("nan")
