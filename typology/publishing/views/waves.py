"""What is said of a former survey: of one municipality, of one type, and of all that are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typology.content.vocabulary import ALL, Wave, WaveChange
from typology.publishing.views.values import (
    Both,
    Row,
    both,
    number,
    printed,
    rows_by_key,
    say,
    text,
    whole,
)
from typology.writing import day, listed, percent, points

if TYPE_CHECKING:
    from typology.content.catalogue import Content
    from typology.tables.study_tables import StudyTables

CAUSES = {"own": "wave_own_change", "model": "wave_model_change", "both": "wave_both"}
GONE = "_frueher"
"""Ends the key of a former group whose name another one bears today."""


class Waves:
    """Sentences on the survey before this one; all of them are empty without such a survey."""

    def __init__(self, tables: StudyTables, content: Content) -> None:
        self.content = content
        about = tables.waves.to_dict("records")
        self._about: Row = {str(name): value for name, value in about[0].items()} if about else {}
        self._moves: dict[str, list[Row]] = {}
        for row in tables.wave_moves.to_dict("records"):
            self._moves.setdefault(str(row["key"]), []).append({str(name): value for name, value in row.items()})
        self._movement = rows_by_key(_by_type(tables.wave_movement))
        self._shares = rows_by_key(_by_type(tables.wave_shares))
        self._tables = tables

    @property
    def compared(self) -> bool:
        """Whether types were compared."""
        return bool(self._about) and self._about["outcome"] == Wave.COMPARED

    def _say(self, key: str, **values: Any) -> Both:
        return say(self.content, key, **values)

    def _former(self) -> dict[str, Both]:
        """Title and date of the former survey, for a sentence."""
        about = self._about
        return {
            "title": both(lambda lang: about["title"] if lang == "de" else about["title_en"]),
            "date": both(lambda lang: day(about["date"], lang)),
        }

    def _name(self, key: str) -> Both:
        return both(lambda lang: self.content.label("type", key.removesuffix(GONE), lang))

    def municipality(self, key: str, name: str) -> list[Both]:
        """What became of one municipality; empty where nothing of it stands in both editions."""
        rows = self._moves.get(key, [])
        if not self.compared or not rows:
            return []
        row, values = rows[0], {"name": name, **self._former()}
        change = row["change"]
        if change == WaveChange.BORDERS:
            return [self._say(f"wave_own_{text(row['borders'])}", **values)]
        then, now = text(row["type_then"]), text(row["type_now"])
        values |= {place: self._name(kind) for place, kind in (("then", then), ("now", now)) if kind}
        if change == WaveChange.NO_TYPE:
            said = ["wave_own_none_both" if not then and not now else "wave_own_now_none" if then else "wave_own_none"]
        elif change == WaveChange.SAME:
            said = ["wave_own_same" if then == now else "wave_own_renamed"]
        elif change == WaveChange.MOVED:
            said = ["wave_own_then", CAUSES[text(row["cause"])], "wave_own_moved"]
        else:
            said = ["wave_own_then", f"wave_own_{change}"]
        if row["borders"] == "nachfolger":
            said.append("wave_own_nachfolger")
        values |= {"key_before": text(row["key_before"]), "key_now": key}
        return [self._say(sentence, **values) for sentence in said]

    def chance(self, key: str, name: str) -> list[Both]:
        """How often chance alone gives another type to a municipality that has another one; for itself only."""
        rows = self._moves.get(key, [])
        share = number(rows[0].get("chance")) if rows and self.compared else None
        if share is None or rows[0]["change"] not in (WaveChange.MOVED, WaveChange.CHANCE):
            return []
        return [self._say("wave_own_chance", name=name, chance=both(lambda lang: percent(share, lang)))]

    def type(self, key: str) -> list[Both]:
        """How many of a type of before have another one today, and what made its share another."""
        if not self.compared:
            return []
        out = []
        row, share = self._movement.get(key), self._shares.get(key)
        if row is None:
            out.append(self._say("wave_type_new", **self._former()))
        elif row["n"] == 0:
            out.append(self._say("wave_type_nobody", **self._former()))
        elif whole(row["moved"]) is None:
            out.append(self._say("wave_type_few", **self._former()))
        else:
            out.append(self._say("wave_type_moved", n=printed(row["n"], 0), moved=printed(row["moved"], 0),
                                 **self._former()))  # fmt: skip
            said = "wave_type_beyond" if row["beyond"] else "wave_type_within"
            out.append(self._say(said, **self._by_chance(row)))
        if row is not None and share is not None:
            out.append(self._say("wave_type_share", **self._parts(share)))
        return out

    def _by_chance(self, row: Row) -> dict[str, Both]:
        return {name: printed(100 * row[name], 0) for name in ("expected", "low", "high")}

    def _parts(self, share: Row) -> dict[str, Both]:
        """The share of a type then and now, and what answers and model made of it."""
        return {
            **{name: printed(100 * share[name], 0) for name in ("before", "now")},
            "own": _points(share["own_change"]),
            "model": _points(share["model_change"]),
        }

    def overview(self) -> dict[str, Any] | None:
        """All that is compared: sentences, movement by the type of before, shares by cause, flows; None without any."""
        if not self._about:
            return None
        values = {**self._former(), "n": printed(self._about["n"], 0)}
        if not self.compared:
            return {"sentences": [self._say(f"wave_not_{self._about['outcome']}", **values)]}
        total = self._movement[ALL]
        sentences = [self._say("wave_intro", **values)]
        if not self._tables.wave_types["same"].any():
            sentences.append(self._say("wave_no_group_the_same"))
        elif whole(total["moved"]) is None:
            sentences.append(self._say("wave_moved_few"))
        else:
            sentences.append(self._say("wave_moved", moved=printed(total["moved"], 0), **values))
            sentences.append(self._chance_sentence(total))
        if not self._tables.wave_types["same"].all():
            sentences.append(self._say("wave_not_the_same"))
        borders = {key for key, rows in self._moves.items() if rows[0]["change"] == WaveChange.BORDERS}
        if borders:
            sentences.append(self._say("wave_borders", n=printed(len(borders), 0)))
        return {
            "sentences": sentences,
            "movement": [
                {
                    "label": self._name(key), "n": whole(row["n"]), "moved": whole(row["moved"]),
                    **{name: number(row[name]) for name in ("expected", "low", "high")},
                }
                for key, row in self._movement.items() if key != ALL and row["n"] != 0
            ],
            "shares": [{"label": self._label(key), **self._printed_parts(row)} for key, row in self._shares.items()],
        }  # fmt: skip

    def _chance_sentence(self, total: Row) -> Both:
        """Whether more moved than chance explains: of all, of some types, or of none."""
        by_chance = self._by_chance(total)
        types = [key for key, row in self._movement.items() if key != ALL and row["beyond"]]
        if total["beyond"]:
            return self._say("wave_public_beyond", **by_chance)
        if types:
            names = both(lambda lang: listed([self._name(key)[lang] for key in types], lang))
            return self._say("wave_public_beyond_in_types", types=names, **by_chance)
        return self._say("wave_public_within", **by_chance)

    def _label(self, key: str) -> Both:
        """A type by its name of today; one that there is no more says so."""
        today = set(self._tables.wave_types["type_now"])
        return self._name(key) if key in today else self._say("wave_only_before", type=self._name(key))

    def _printed_parts(self, row: Row) -> dict[str, Any]:
        return {
            **{name: number(row[name]) for name in ("before", "now")},
            **{name: _points(row[name]) for name in ("own_change", "model_change")},
        }


def _points(change: float) -> Both:
    return both(lambda lang: points(change, lang))


def _by_type(table: Any) -> Any:
    return table.set_index("type") if "type" in table else table
