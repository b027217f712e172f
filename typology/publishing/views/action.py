"""Agenda, cooperation, gaps and trainings of one municipality as plain data; texts in both languages."""

from __future__ import annotations

from typing import Any

from typology import writing
from typology.content.agenda import AgendaFile, Condition, Step, load_agenda, load_cooperation
from typology.content.catalogue import Content
from typology.content.reading import Language
from typology.content.trainings import load_job_families, load_trainings
from typology.content.vocabulary import AgendaPartner, GapState
from typology.matching.action.agenda import chosen_goals, highest_levels, value_questions
from typology.matching.action.cooperation import CURRENT, OpenGroups
from typology.publishing.views.partners import Partners
from typology.publishing.views.values import Both, Grouped, Row, both, number, printed, rows_by_key, say, text, whole
from typology.tables.study_tables import StudyTables

PARTS = ("joined", "near", "size", "host")
NAMED = 3  # items named in a trigger; the rest is counted


class Actions:
    """The parts of a view that say what to do next; the tables say who may be named."""

    def __init__(self, tables: StudyTables, content: Content, partners: Partners, *, public: bool = False) -> None:
        self.content, self.partners, self.public = content, partners, public
        self.catalogue: AgendaFile = load_agenda(content.folder)
        self.topics = load_cooperation(content.folder)
        self.families, self.offers = load_job_families(content.folder), load_trainings(content.folder)
        self._agenda = Grouped(tables.agenda, "key")
        self._open = OpenGroups(tables.cooperation, tables.municipalities)
        self._groups = {str(row["group"]): row for row in tables.cooperation.to_dict("records")}
        joined = tables.cooperation_members
        self._mine = Grouped(joined, "key")
        self._members = Grouped(joined[joined["group"] != ""] if len(joined) else joined, "group")
        self._gaps, self._trainings = Grouped(tables.competence_gaps, "key"), Grouped(tables.trainings, "key")
        self._courses = _by_participant(tables.courses)
        self.highest = highest_levels(tables.type_profiles)
        self._stand = rows_by_key(tables.stand)
        self._pains, self._goals = rows_by_key(tables.pain_points), rows_by_key(tables.goals)

    # -- agenda ----------------------------------------------------------------------------------------------

    def agenda(self, key: str) -> list[dict[str, Any]]:
        """The steps of a municipality, the most needed first; each with its trigger and its source."""
        out = []
        for row in sorted(self._agenda.get(key, []), key=lambda row: int(row["rank"])):
            step = self.catalogue.step(text(row["step"]))
            if step is None:
                continue
            names = [self.named(partner) for partner in _split(row["partners"])]
            reason = text(row["partner_reason"])
            out.append(
                {
                    "key": step.key,
                    "title": step.title.model_dump(),
                    "how": step.how.model_dump(),
                    "field": {"key": step.field, "label": self.label("field", step.field)},
                    "trigger": self.trigger(step, text(row["trigger"])),
                    "source": self.sourced(self.catalogue.source(step.source), step.herkunft),
                    "partners": names,
                    "partner_key": reason,
                    "partner_lead": say(self.content, f"action_ask_{reason}") if reason else None,
                    "partner_reason": self.partner_reason(key, step.field, text(row["trigger"]), reason),
                    "score": number(row["score"], 2),
                }
            )
        return out

    def partner_reason(self, key: str, field: str, trigger: str, reason: str) -> Both | None:
        """Why these partners stand beside a step; None without partners."""
        if not reason:
            return None
        if reason != AgendaPartner.STRONG:
            pain = (
                next(part for part in trigger.split(";") if part.startswith("pain_point:")).split(":")[1].split("=")[0]
            )
            return say(self.content, f"action_partner_{reason}", pain=self.label("pain_point", pain))
        answered = number(self._stand.get(key, {}).get(field)) is not None
        return say(
            self.content, "action_partner_stark" + ("" if answered else "_open"), field=self.label("field", field)
        )

    def sourced(self, source: str, origin: str) -> Both:
        """A source as it is printed; it says where the wording is ours."""
        return say(self.content, "action_source_editorial", source=source) if origin else both(lambda _: source)

    def label(self, kind: str, key: str) -> Both:
        """The printed name of a catalogue entry."""
        return both(lambda lang: self.content.label(kind, key, lang))

    def named(self, key: str) -> dict[str, Any]:
        """A municipality as it is named beside a step."""
        card = self.partners.card(key)
        return {name: card[name] for name in ("key", "name", "name_long", "kreis_name", "listed")}

    def trigger(self, step: Step, written: str) -> Both:
        """The answers behind a step as one line."""
        answers = [part.split("=", 1) for part in written.split(";") if "=" in part]
        found: dict[str, dict[str, str]] = {}
        for name, value in answers:
            measure, item = name.split(":", 1)
            found.setdefault(measure, {})[item] = value

        def line(lang: Language) -> str:
            parts = [self._structure(condition, found.get("structure", {}), lang) for condition in step.when]
            for item in found.get("pain_point", {}):
                label = self.content.label("pain_point", item, lang)
                parts.append(self.content.say("action_trigger_pain_point", lang, pain=label))
            for item, value in found.get("competence", {}).items():
                family, area = item.split(".", 1)
                soll, ist = (writing.number(float(level), lang, None) for level in value.split("/"))
                parts.append(
                    self.content.say(
                        "action_trigger_competence", lang, family=self.families.family(family, lang),
                        area=self.families.area(area, lang), soll=soll, ist=ist,
                    )
                )  # fmt: skip
            for item, value in found.get("stand", {}).items():
                label, important = self.content.label("field", item, lang), found.get("wichtig", {}).get(item)
                key = "action_trigger_stand" + ("_wichtig" if important else "")
                levels = {"stand": value} | ({"wichtig": important} if important else {})
                values = {name: writing.number(float(level), lang, None) for name, level in levels.items()}
                parts.append(self.content.say(key, lang, field=label, **values))
            parts += [
                self.content.say("action_trigger_goal", lang, goal=self.content.label("goal", goal, lang))
                for goal in found.get("goal", {})
            ]
            return _sentence("; ".join(part for part in parts if part))

        return both(line)

    def _structure(self, condition: Condition, answers: dict[str, str], lang: Language) -> str:
        met = [item for item in condition.items if item in answers]
        if condition.measure != "structure" or condition.says is None or not met:
            return ""
        names = ", ".join(self.catalogue.name(item, lang) for item in met[:NAMED])
        return condition.says.of(lang).format(count=len(met), total=len(condition.items), names=names)

    def questions(self, key: str) -> list[dict[str, Any]]:
        """Questions of values and attitude to discuss before the steps."""
        goals = chosen_goals(self._goals.get(key, {}), self.highest)
        if key not in self._goals:
            return []
        return [
            {
                "text": item.text.model_dump(),
                "source": self.sourced(self.catalogue.source(item.source), item.herkunft),
            }
            for item in value_questions(goals, self.catalogue)
        ]

    # -- cooperation -----------------------------------------------------------------------------------------

    def cooperation(self, key: str) -> list[dict[str, Any]]:
        """One entry per current pain point: the group, or why there is none."""
        states = self._pains.get(key, {})
        mine = {text(row["topic"]): row for row in self._mine.get(key, [])}
        out = []
        for pain in self.content.pain_points:
            if text(states.get(pain.key)) != CURRENT:
                continue
            row = mine.get(pain.key)
            group = text(row["group"]) if row else ""
            state = "gruppe" if group else text(row["reason"]) if row else "nicht_genannt"
            if row is None and self.public:
                continue  # a page for everyone does not say who agreed to what
            if row is None:
                found = self._open.of(key, pain.key)
                group, state = (found[0], "moeglich") if found else ("", state)
            out.append(self._group(pain.key, group, state, key))
        return out

    def _group(self, topic: str, group: str, state: str, key: str) -> dict[str, Any]:
        pain = next(item for item in self.content.pain_points if item.key == topic)
        known = self.topics.topic(topic)
        found = self._groups.get(group)
        members = self._members.get(group, [])
        host = self.partners.card(text(found["host"]))["name"] if found else ""
        values = {"n": len(members), "host": host} if state == "gruppe" else {}
        return {
            "topic": topic,
            "label": pain.label.model_dump(),
            "state": state,
            "sentence": say(self.content, f"action_group_{state}", **values),
            "way_out": {"label": pain.way_out.label.model_dump(), "text": pain.way_out.text.model_dump()},
            "members": [
                {**self.named(text(row["key"])), "host": bool(row["host"]), "km": number(row["distance_km"], 0)}
                for row in members if text(row["key"]) != key
            ],
            "share": [item.model_dump() for item in known.share] if known else [],
            "success": [item.model_dump() for item in known.success] if known else [],
            "past": [self.named(other) for other in _split(found["past"])] if found else [],
            "score": number(found["score"], 2) if found else None,
            "parts": {name: number(found[f"part_{name}"], 2) for name in PARTS} if found else {},
            "source": self.sourced(self.topics.source(known.source), known.herkunft)
            if known
            else self.sourced(self.content.pain_points_source, ""),
        }  # fmt: skip

    # -- competences -----------------------------------------------------------------------------------------

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
        return {"key": key, "label": both(lambda lang: self.families.family(key, lang))}

    def area(self, key: str) -> dict[str, Any]:
        """An area of competence with its printed name."""
        return {
            "key": key,
            "label": both(lambda lang: self.families.area(key, lang)),
            "short": both(lambda lang: self.families.area(key, lang, short=True)),
        }

    def _gap_sentence(self, row: Row) -> Both:
        gap = number(row["gap"], 1)
        if text(row["state"]) == GapState.GAP and gap == 1:
            return say(self.content, "action_gap_luecke_eine")
        values = {"gap": printed(gap)} if text(row["state"]) == GapState.GAP else {}
        return say(self.content, f"action_gap_{text(row['state'])}", **values)

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
            closing = say(self.content, "action_training_none")
        elif rest > 0:
            end = number(last["soll"], 1) or 0.0
            closing = say(self.content, "action_training_rest", start=printed(end - rest), end=printed(end))
        return {
            "family": self.family(family),
            "area": self.area(area),
            "missed": family in self.families.missed,
            "soll": number(last["soll"], 1),
            "ist": number(last["ist"], 1),
            "gap": number(last["gap"], 1),
            "steps": steps,
            "closing": closing,
            "example": say(self.content, "action_training_example") if self.offers.example else None,
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
            "provider": offer.provider,
            "form": say(self.content, f"action_form_{offer.form}"),
            "hours": offer.hours,
            "place": offer.place.model_dump(),
            "language": offer.language,
            "accessibility": offer.accessibility.model_dump(),
            "price_eur": offer.price_eur,
            "reason": say(self.content, "action_training_reason", **levels),
            "made_for": say(self.content, f"action_training_for_{made}"),
            "course": self._course(key, course) if course else None,
            "source": offer.source,
        }  # fmt: skip

    def _course(self, key: str, row: Row) -> dict[str, Any]:
        others = [self.named(other) for other in _split(row["participants"]) if other != key]
        names = both(lambda lang: writing.listed([other["name"] for other in others], lang))
        return {
            "course": text(row["course"]),
            "participants": others,
            "seats": whole(row["seats"]),
            "sentence": say(self.content, "action_course", names=names, seats=whole(row["seats"])),
        }


def _by_participant(courses: Any) -> dict[tuple[str, str], Row]:
    """Each participant's course of an offer."""
    return {
        (key, text(row["offer"])): row for row in courses.to_dict("records") for key in _split(row["participants"])
    }  # fmt: skip


def _by_gap(row: Row) -> tuple[float, str, str]:
    """Largest gap first, unknown gaps last."""
    gap = number(row["gap"])
    return (99.0 if gap is None else -gap, text(row["family"]), text(row["area"]))


def _split(value: Any) -> list[str]:
    return [part for part in text(value).split(";") if part]


def _sentence(line: str) -> str:
    """The line with a capital at its beginning; what follows stays as it is."""
    return line[:1].upper() + line[1:]
