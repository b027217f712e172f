"""Gaps of competence and the trainings that close them, of one municipality as plain data; texts in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from typology import writing
from typology.content.catalogue import Content
from typology.content.names import name_in
from typology.content.trainings import load_job_families, load_trainings
from typology.content.vocabulary import GapState
from typology.publishing.views.values import Both, Grouped, Row, Words, number, printed, text, whole
from typology.tables.study_tables import StudyTables


class Learning:
    """The parts of a view on competences; ``named``: a municipality as it is named beside a course."""

    def __init__(self, tables: StudyTables, content: Content, named: Callable[[str], dict[str, Any]]) -> None:
        self.words, self.named = Words(content), named
        self.families, self.offers = load_job_families(content.folder), load_trainings(content.folder)
        self._gaps, self._trainings = Grouped(tables.competence_gaps, "key"), Grouped(tables.trainings, "key")
        self._courses = _by_participant(tables.courses)

    def gaps(self, key: str) -> list[dict[str, Any]]:
        """One row per job family and area, the largest gap first; groups that usual courses miss are marked."""
        return [
            {
                "family": self.family(text(row["family"])),
                "area": self.area(text(row["area"])),
                "soll": number(row["soll"], 1),
                "ist": number(row["ist"], 1),
                "gap": number(row["gap"], 1),
                "missed": bool(row["missed"]),
                "state": text(row["state"]),
                "sentence": self._gap_sentence(row),
            }
            for row in sorted(self._gaps.get(key, []), key=_by_gap)
        ]

    def family(self, key: str) -> dict[str, Any]:
        """A job family with its printed name."""
        return {"key": key, "label": self.words.both(lambda lang: self.families.family(key, lang))}

    def area(self, key: str) -> dict[str, Any]:
        """An area of competence with its printed name."""
        return {
            "key": key,
            "label": self.words.both(lambda lang: self.families.area(key, lang)),
            "short": self.words.both(lambda lang: self.families.area(key, lang, short=True)),
        }

    def _gap_sentence(self, row: Row) -> Both:
        gap = number(row["gap"], 1)
        if text(row["state"]) == GapState.GAP and gap == 1:
            return self.words.say("action_gap_luecke_eine")
        values = {"gap": printed(gap)} if text(row["state"]) == GapState.GAP else {}
        return self.words.say(f"action_gap_{text(row['state'])}", **values)

    def trainings(self, key: str) -> list[dict[str, Any]]:
        """The learning path per job family and area: offers in their order, or that nothing fits."""
        paths: dict[tuple[str, str], list[Row]] = {}
        for row in self._trainings.get(key, []):
            paths.setdefault((text(row["family"]), text(row["area"])), []).append(row)
        ordered = sorted(paths.items(), key=lambda item: (-float(item[1][0]["gap"]), item[0]))
        return [self._path(key, family, area, rows) for (family, area), rows in ordered]

    def _path(self, key: str, family: str, area: str, rows: list[Row]) -> dict[str, Any]:
        steps = [self._offer(key, row) for row in rows if text(row["offer"])]
        last = rows[-1]
        rest = number(last["remaining"], 1) or 0.0
        closing = None
        if not steps:
            closing = self.words.say("action_training_none")
        elif rest > 0:
            end = number(last["soll"], 1) or 0.0
            closing = self.words.say("action_training_rest", start=printed(end - rest), end=printed(end))
        return {
            "family": self.family(family),
            "area": self.area(area),
            "missed": family in self.families.missed,
            "soll": number(last["soll"], 1),
            "ist": number(last["ist"], 1),
            "gap": number(last["gap"], 1),
            "steps": steps,
            "closing": closing,
            "example": self.words.say("action_training_example") if self.offers.example else None,
        }

    def _offer(self, key: str, row: Row) -> dict[str, Any]:
        offer = self.offers.offer(text(row["offer"]))
        if offer is None:
            return {}
        levels = {name: printed(float(row[name])) for name in ("start", "end", "soll")}
        made = "group" if text(row["family"]) in offer.families else "all"
        course = self._courses.get((key, offer.key))
        return {
            "key": offer.key,
            "title": offer.title.model_dump(),
            "provider": offer.provider.model_dump(),
            "form": self.words.say(f"action_form_{offer.form}"),
            "hours": offer.hours,
            "place": offer.place.model_dump(),
            "language": offer.language,
            "accessibility": offer.accessibility.model_dump(),
            "price_eur": offer.price_eur,
            "reason": self.words.say("action_training_reason", **levels),
            "made_for": self.words.say(f"action_training_for_{made}"),
            "course": self._course(key, course) if course else None,
            "source": offer.source.model_dump(),
        }  # fmt: skip

    def _course(self, key: str, row: Row) -> dict[str, Any]:
        others = [self.named(other) for other in text(row["participants"]).split(";") if other != key]
        names = self.words.both(lambda lang: writing.listed([name_in(other, lang) for other in others], lang))
        return {
            "course": text(row["course"]),
            "participants": others,
            "seats": whole(row["seats"]),
            "sentence": self.words.say("action_course", names=names, seats=whole(row["seats"])),
        }


def _by_participant(courses: Any) -> dict[tuple[str, str], Row]:
    """Each participant's course of an offer."""
    return {
        (key, text(row["offer"])): row
        for row in courses.to_dict("records")
        for key in text(row["participants"]).split(";")
    }


def _by_gap(row: Row) -> tuple[float, str, str]:
    """Largest gap first, unknown gaps last."""
    gap = number(row["gap"])
    return (99.0 if gap is None else -gap, text(row["family"]), text(row["area"]))
