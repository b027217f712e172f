"""The two lists of one municipality as people read them: names, places and reasons in words beside the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from typology.content.reading import Language
from typology.content.shown import Shown
from typology.content.vocabulary import PartnerList
from typology.publishing.views.values import with_key
from typology.tables.study_tables import StudyTables
from typology.writing import Said

if TYPE_CHECKING:
    from typology.publishing.views.maker import ViewMaker

SHOWN_COLUMNS = ("partner", "name", "place", "type", "topic", "likeness", "difference", "closeness")
KEPT_COLUMNS = ("rank", "mutual", "distance_km", "score")
WORDS = {PartnerList.COMPLEMENTARY: "matching.complementary", PartnerList.SIMILAR: "matching.similar"}


@dataclass(frozen=True, eq=False, repr=False)
class PartnerLists(Shown):
    """Whom one municipality may learn from.

    ``similar``, ``complementary``: a row per recommendation, best first: ``partner`` (key), ``name``, ``place`` (Kreis,
    Land), ``type``, the sentences ``topic, likeness, difference, closeness``, then ``rank``, ``mutual``,
    ``distance_km`` (as the crow flies), ``score`` and the ``part_…`` columns that add up to it. ``missing``: list → why
    it is empty or short, in one sentence.
    """

    key: str
    name: str
    similar: pd.DataFrame
    complementary: pd.DataFrame
    missing: dict[str, str]

    def _lines(self) -> tuple[str, ...]:
        head = Said("study.partners_of", name=with_key(self.name, self.key))
        return (head, *(f"  {Said(word)}: {self._names(name)}" for name, word in WORDS.items()))

    def _names(self, name: str) -> str:
        found = ", ".join(getattr(self, name)["name"])
        return found or self.missing.get(name, Said("study.none"))

    def _overview(self) -> pd.DataFrame:
        titles = {
            "list": Said("study.list"), "name": Said("study.municipality"), "place": Said("study.place"),
            "type": Said("study.type"), "topic": Said("study.topic"),
        }  # fmt: skip
        parts = [getattr(self, name).assign(list=Said(word))[list(titles)] for name, word in WORDS.items()]
        return pd.concat(parts, ignore_index=True).rename(columns=titles)


def partner_lists(tables: StudyTables, maker: ViewMaker, key: str, language: Language) -> PartnerLists:
    """Both lists of one municipality; a reason that would tell a partner's answers takes that partner's consent."""
    lists = {name: _one_list(tables.get(name), maker, name, key, language) for name in WORDS}
    missing = {name: maker.partners.missing(name, key) for name in WORDS}
    return PartnerLists(
        key=key,
        name=maker.partners.names[key],
        missing={name: sentence[language] for name, sentence in missing.items() if sentence},
        **lists,
    )


def _one_list(table: pd.DataFrame, maker: ViewMaker, name: str, key: str, language: Language) -> pd.DataFrame:
    rows = [
        (
            card["key"],
            card["name"],
            ", ".join(part for part in (card["kreis_name"], card["land_name"]) if part),
            card["type"]["short"][language] if card["type"] else "",
            *(card[part][language] for part in ("topic", "likeness", "difference", "closeness")),
        )
        for card in maker.partners.of(name, key)
    ]
    words = pd.DataFrame(rows, columns=list(SHOWN_COLUMNS), dtype=object)
    if table.empty:
        return words.reindex(columns=[*SHOWN_COLUMNS, *KEPT_COLUMNS])
    parts = [str(column) for column in table.columns if str(column).startswith("part_")]
    numbers = table[table["key"] == key].sort_values("rank")[[*KEPT_COLUMNS, *parts]].reset_index(drop=True)
    return words.join(numbers)
