"""Agenda and cooperation of one municipality as plain data; texts in both languages."""

from __future__ import annotations

from functools import cache
from typing import Any

from typology import writing
from typology.content.agenda import AgendaFile, load_agenda, load_cooperation
from typology.content.catalogue import Content, PainPoint
from typology.content.names import name_in
from typology.content.reading import Language
from typology.content.steps import BANDS, Condition, Step, band_of
from typology.content.trainings import load_job_families
from typology.content.valid_for import form_of
from typology.content.vocabulary import AgendaPartner
from typology.matching.action.agenda import chosen_goals, highest_levels, value_questions
from typology.matching.action.cooperation import CURRENT
from typology.matching.action.outside import OpenGroups
from typology.matching.reach import Reach
from typology.publishing.views.partners import Partners
from typology.publishing.views.values import Both, Grouped, number, printed, rows_by_key, text
from typology.tables.study_tables import StudyTables

PARTS = ("joined", "near", "size", "host")
NAMED = 3  # items named in a trigger; the rest is counted


class Actions:
    """The parts of a view that say what to do next; the tables say who may be named."""

    def __init__(self, tables: StudyTables, content: Content, partners: Partners, *, public: bool = False) -> None:
        self.content, self.partners, self.public = content, partners, public
        self.words = partners.words
        self.catalogue: AgendaFile = load_agenda(content.folder)
        self._steps = {step.key: step for step in self.catalogue.steps}
        self.topics = load_cooperation(content.folder)
        self.families = load_job_families(content.folder)
        self._agenda = Grouped(tables.agenda, "key")
        self._bodies = rows_by_key(tables.municipalities)
        self._open = OpenGroups(tables.cooperation, tables.municipalities, Reach.of_record(tables.matching_record))
        self._groups = {str(row["group"]): row for row in tables.cooperation.to_dict("records")}
        joined = tables.cooperation_members
        self._mine = Grouped(joined, "key")
        self._members = Grouped(joined[joined["group"] != ""] if len(joined) else joined, "group")
        self.highest = highest_levels(tables.type_profiles)
        self._stand = rows_by_key(tables.stand)
        self._pains, self._goals = rows_by_key(tables.pain_points), rows_by_key(tables.goals)
        # what the catalogue says of a step or a way out is the same for all bodies of one kind and size
        self._printed, self._way = cache(self._printed_step), cache(self._printed_way)
        self._trigger, self._source = cache(self._trigger_line), cache(self._source_line)

    # -- agenda ----------------------------------------------------------------------------------------------

    def agenda(self, key: str) -> list[dict[str, Any]]:
        """The steps of a municipality, the most needed first; each with its trigger and its source.

        ``how`` is one text, ``how_parts`` the same part by part; ``elected``: whether a council decides; this and
        ``takes``, ``costs``, ``decides``, ``success``, ``risk``, ``first`` are None where the catalogue says nothing.
        """
        out = []
        kind, size = self._kind_and_size(key)
        body = self._bodies.get(key, {})
        form = form_of(kind, text(body.get("base_name")), text(body.get("land_name")))
        verband = text(body.get("verband_name"))
        for row in sorted(self._agenda.get(key, []), key=lambda row: int(row["rank"])):
            step = self._steps.get(text(row["step"]))
            if step is None:
                continue
            reason = text(row["partner_reason"])
            out.append(
                {
                    **self._printed(step.key, kind, size),
                    "decides": self._decides(step, form, size, verband),
                    "elected": self.catalogue.decider(step.decides).elected if step.decides else None,
                    "trigger": self._trigger(step.key, text(row["trigger"])),
                    "source": self.sourced(step.quelle, step.herkunft),
                    "partners": [self.named(partner) for partner in _split(row["partners"])],
                    "partner_key": reason,
                    "partner_reason": self.partner_reason(key, step.field, text(row["trigger"]), reason),
                    "partner_lead": self._lead(reason),
                    "done": [self.named(other) for other in _split(row["done"])],
                    "running": [self.named(other) for other in _split(row["running"])],
                    "score": number(row["score"], 2),
                }
            )
        return out

    def _printed_step(self, name: str, kind: str, size: str) -> dict[str, Any]:
        """What the catalogue says of a step to a body of this kind and size."""
        step = self._steps[name]
        words = step.for_body(kind, size)
        return {
            "key": step.key,
            "title": words.title.model_dump(),
            "how": self.words.both(lambda lang: " ".join(part.of(lang) for part in words.how)),
            "how_parts": [part.model_dump() for part in words.how],
            "field": {"key": step.field, "label": self.label("field", step.field)},
            "effort": words.effort,
            "takes": self._takes(step, words.days),
            "costs": self._costs(step),
            "success": step.success.model_dump() if step.success else None,
            "risk": step.risk.model_dump() if step.risk else None,
            "first": words.first.model_dump() if words.first else None,
        }

    def partner_reason(self, key: str, field: str, trigger: str, reason: str) -> Both | None:
        """Why these partners stand beside a step; None without partners."""
        if not reason:
            return None
        if reason != AgendaPartner.STRONG:
            pain = (
                next(part for part in trigger.split(";") if part.startswith("pain_point:")).split(":")[1].split("=")[0]
            )
            return self.words.say(f"action_partner_{reason}", pain=self.label("pain_point", pain))
        answered = number(self._stand.get(key, {}).get(field)) is not None
        return self.words.say("action_partner_stark" + ("" if answered else "_open"), field=self.label("field", field))

    def _kind_and_size(self, key: str) -> tuple[str, str]:
        body = self._bodies.get(key, {})
        return text(body.get("kind")), text(body.get("size_class"))

    def _lead(self, reason: str) -> Both | None:
        """What stands before the names: they are asked, or they have the same pain point."""
        if not reason:
            return None
        return self.words.say("step_lead_join" if reason == AgendaPartner.GROUP else "step_lead_ask")

    def _takes(self, step: Step, days: tuple[int, int] | None) -> Both | None:
        """Effort and duration in one phrase."""
        values: dict[str, Any] = {}
        if days is not None:
            low, high = days
            name = "step_effort" if low < high else "step_effort_one" if high > 1 else "step_effort_day"
            values["effort"] = self.words.say(name, low=low, high=high)
        if step.months is not None:
            low, high = step.months
            name = "step_months" if low < high else "step_months_one" if high > 1 else "step_month"
            values["months"] = self.words.say(name, low=low, high=high)
        if not values:
            return None
        return self.words.say("step_takes" if len(values) == 2 else f"step_takes_{next(iter(values))}", **values)

    def _costs(self, step: Step) -> Both | None:
        labels = [self.catalogue.cost_driver(name).label for name in step.costs]
        # with an "and" of its own a label would make two of the last two
        plain = not any({"und", "and"} & {*label.de.split(), *label.of("en").split()} for label in labels)

        def said(language: Language) -> str:
            names = [label.of(language) for label in labels]
            return writing.listed(names, language) if plain else ", ".join(names)

        return self.words.both(said) if labels else None

    def _decides(self, step: Step, form: str, size: str, verband: str) -> Both | None:
        """Who decides on a step in a body of this form and size; ``verband``: which it belongs to."""
        return self.catalogue.decider(step.decides).of(form, size, verband).model_dump() if step.decides else None

    def estimates(self, key: str) -> Both:
        """That effort and duration are estimates, and for bodies of which size."""
        told = self.words.say("step_estimates"), self._range(key)
        return self.words.both(lambda lang: " ".join(part[lang] for part in told))

    def _range(self, key: str) -> Both:
        """For bodies of which size the days stand, by the classes that share them."""
        kind, size = self._kind_and_size(key)
        classes = {item.key: item for item in self.content.size_classes}
        alike = [classes[name] for name in BANDS.get(band_of(size), ()) if name in classes]
        scale = classes[size].scale if size in classes else ""
        alike = [item for item in alike if item.scale == scale]
        if not alike:
            return self.words.say("step_range_verband" if kind == "verband" else "step_range_all")
        low, tops = min(item.lower for item in alike), [item.upper for item in alike]
        high = None if None in tops else max(top for top in tops if top is not None)
        values: dict[str, Any] = {"bodies": self.words.say(f"step_range_{scale}")}
        values |= {name: printed(edge, 0) for name, edge in (("low", low), ("high", high)) if edge}
        known = "between" if low and high else "below" if high else "from"
        return self.words.say(f"step_range_{known}", **values)

    def way_out(self, pain: PainPoint, key: str) -> dict[str, Any]:
        """``way_out`` of a pain point for a body, or that none is known for its kind and size, and its ``source``."""
        return self._way(pain.key, *self._kind_and_size(key))

    def _printed_way(self, name: str, kind: str, size: str) -> dict[str, Any]:
        pain = next(item for item in self.content.pain_points if item.key == name)
        way = pain.way_out_for(kind, size)
        if way is None:
            label, words = self.words.say("way_out_none"), self.words.say("way_out_none_text")
            none = {"known": False, "label": label, "text": words, "legal_form": None, "examples": None}
            return {"way_out": none, "source": self.content.pain_points_source}
        found = {
            "known": True,
            "label": way.label.model_dump(),
            "text": way.text.model_dump(),
            "legal_form": self.words.say("way_out_legal_form", form=way.legal_form.model_dump())
            if way.legal_form
            else None,
            "examples": self.words.say("way_out_examples", examples=way.examples.model_dump())
            if way.examples
            else None,
        }
        return {"way_out": found, "source": way.quelle or self.content.pain_points_source}

    def sourced(self, source: str, origin: str) -> Both:
        """A source as it is printed; it says where the wording is ours, or the whole of it."""
        return self._source(source, bool(origin))

    def _source_line(self, source: str, editorial: bool) -> Both:
        if editorial:
            own = self.words.say("action_source_own")
            return self.words.say("action_source_editorial", source=source) if source else own
        return self.words.both(lambda _: source)

    def label(self, kind: str, key: str) -> Both:
        """The printed name of a catalogue entry."""
        return self.words.label(kind, key)

    def named(self, key: str) -> dict[str, Any]:
        """A municipality as it is named beside a step."""
        card = self.partners.card(key)
        told = ("key", "name", "names", "name_long", "kreis_name", "listed")
        return {name: card[name] for name in told if name in card}

    def _trigger_line(self, name: str, written: str) -> Both:
        """The answers behind a step as one line."""
        step = self._steps[name]
        answers = [part.split("=", 1) for part in written.split(";") if "=" in part]
        found: dict[str, dict[str, str]] = {}
        for name, value in answers:
            measure, item = name.split(":", 1)
            found.setdefault(measure, {})[item] = value

        def line(lang: Language) -> str:
            given = found.get("structure", {})
            parts = [self._structure(condition, given, lang) for condition in step.when]
            asked = {item for condition in step.when for item in condition.items}
            if "answers" in found:
                parts.append(self.content.say("action_trigger_answers", lang))
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
            parts += [
                self.content.say(f"action_trigger_project_{state}", lang) for state in found.get("project", {}).values()
            ]
            parts += [self._answer(item, value, lang) for item, value in given.items() if item not in asked]
            return _sentence("; ".join(part for part in parts if part))

        return self.words.both(line)

    def _answer(self, item: str, value: str, lang: Language) -> str:
        return self.content.say(
            "action_trigger_answer", lang, item=self.catalogue.name(item, lang), answer=self.catalogue.name(value, lang)
        )

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
                "source": self.sourced(item.quelle, item.herkunft),
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
        if known is not None and not known.gilt_fuer.holds(*self._kind_and_size(key)):
            known = None
        found = self._groups.get(group)
        members = self._members.get(group, [])
        card = self.partners.card(text(found["host"])) if found else {"name": ""}
        host = self.words.both(lambda lang: name_in(card, lang))
        values = {"n": len(members), "host": host} if state == "gruppe" else {}
        return {
            "topic": topic,
            "label": pain.label.model_dump(),
            "state": state,
            "sentence": self.words.say(f"action_group_{state}", **values),
            "way_out": self.way_out(pain, key)["way_out"],
            "members": [
                {**self.named(text(row["key"])), "host": bool(row["host"]), "km": number(row["distance_km"], 0)}
                for row in members if text(row["key"]) != key
            ],
            "share": [item.model_dump() for item in known.share] if known else [],
            "success": [item.model_dump() for item in known.success] if known else [],
            "past": [self.named(other) for other in _split(found["past"])] if found else [],
            "score": number(found["score"], 2) if found else None,
            "parts": {name: number(found[f"part_{name}"], 2) for name in PARTS} if found else {},
            "source": self.sourced(known.quelle, known.herkunft)
            if known
            else self.sourced(self.content.pain_points_source, ""),
        }  # fmt: skip


def _split(value: Any) -> list[str]:
    return [part for part in text(value).split(";") if part]


def _sentence(line: str) -> str:
    """The line with a capital at its beginning; what follows stays as it is."""
    return line[:1].upper() + line[1:]
