"""Partners and teams as plain data: who is shown, with which reasons, within what each has agreed to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from typology import writing
from typology.content.catalogue import Content
from typology.content.names import name_in
from typology.content.reading import Language
from typology.content.vocabulary import PartnerList, TeamRole, membership_types
from typology.matching.peers.reasons import render_reason, reveals_answers
from typology.matching.record import full_of
from typology.publishing.views.values import (
    Both,
    Grouped,
    Row,
    Words,
    names_elsewhere,
    names_in_lists,
    number,
    printed,
    rows_by_key,
    text,
    type_marks,
    whole,
)
from typology.tables.study_tables import StudyTables

#: Family of a topic → what to ask about it, and what the item is that it names first.
QUESTIONS = {
    "topic_field": ("field", "field"),
    "topic_ahead": ("field", "field"),
    "topic_fields": ("field", "field"),
    "topic_field_pain": ("field", "field"),
    "topic_pain": ("pain", "pain_point"),
    "topic_shared_pain": ("shared", "pain_point"),
    "topic_shared_field": ("shared", "field"),
    "topic_shared_goal": ("goal", "goal"),
    "topic_shared_goals": ("goal", "goal"),
    "topic_shared_strength": ("strength", "field"),
    "topic_too_field": ("field", "field"),
    "topic_too_ahead": ("field", "field"),
    "topic_too_pain": ("pain", "pain_point"),
    "topic_offer_field": ("field", "field"),
    "topic_offer_pain": ("pain", "pain_point"),
}


class Partners:
    """Cards of recommended municipalities; the tables say who may be shown."""

    def __init__(self, tables: StudyTables, content: Content) -> None:
        self.content, self.words = content, Words(content)
        self._bodies, self._consent = rows_by_key(tables.municipalities), rows_by_key(tables.consent)
        self._assigned = rows_by_key(tables.assignments)
        self._stand, self._pains = rows_by_key(tables.stand), rows_by_key(tables.pain_points)
        self._topics = {name: rows[0] for name, rows in Grouped(tables.teams, "team").items()}
        self._lists = {name.value: Grouped(tables.get(name), "key") for name in PartnerList}
        self._missing = {(str(row["list"]), str(row["key"])): row for row in tables.missing_partners.to_dict("records")}
        self.full = full_of(tables.matching_record)
        self._teams = Grouped(tables.team_members, "key")
        self._team = Grouped(tables.team_members, "team")
        self.names = names_in_lists(self._bodies)
        self.elsewhere = names_elsewhere(self.names, self._bodies, content)
        types = membership_types(tables.assignments.columns)
        self.marks = type_marks(content, types)
        places = tables.municipalities.reindex(columns=["land", "land_name", "kreis", "kreis_name"]).astype(str)
        self._places = dict(zip(places["land"], places["land_name"], strict=True))
        self._places |= dict(zip(places["kreis"], places["kreis_name"], strict=True))
        # the same reasons, and the same two levels beside one another, stand in many lists
        self._reason, self._level = cache(self._rendered), cache(self._level_line)

    def of(self, which: str, key: str) -> list[dict[str, Any]]:
        """One list of a municipality, ``similar`` or ``complementary``, best first."""
        part = self._lists[which].get(key)
        told: Counter[str] = Counter()
        cards = []
        for row in sorted(part or [], key=lambda row: int(row["rank"])):
            # where a list names the same type twice, the second time it names another thing to learn there
            cards.append(self.partner(row, example=told[row["topic"]]))
            told[row["topic"]] += 1
        return cards

    def missing(self, which: str, key: str) -> Both | None:
        """What is missing where a list is empty or short, as a sentence; None where nothing is known."""
        row = self._missing.get((which, key))
        if row is None:
            return None
        reason = self._reason(f"missing_{row['reason']}", 0)
        return self.words.say("view_missing_more" if int(row["found"]) else "view_missing_all", reason=reason)

    def partner(self, row: Row, example: int = 0) -> dict[str, Any]:
        """One recommended municipality with its reasons as sentences."""
        open_answers = bool(self._consent[row["partner"]]["answers"])
        return {
            **self.card(row["partner"]),
            "closed": not open_answers,
            **self._beside(str(row["key"]), row["partner"], str(row["topic"]) if open_answers else ""),
            **{part: self.reason(row[part], row["partner"], example) for part in ("topic", "likeness", "difference")},
            "closeness": self.words.say(f"view_closeness_{row['closeness']}"),
            "mutual": bool(row["mutual"]),
            "distance_km": number(row.get("distance_km"), 0),
        }

    def _beside(self, key: str, partner: str, topic: str) -> dict[str, Any]:
        """Where the partner and the own municipality stand in what the topic is about, and what to ask.

        ``topic``: the reason's key, empty where the partner's answers are not to be told.
        """
        family, _, argument = topic.partition(":")
        items = argument.split("+") if argument else []
        asked, kind = QUESTIONS.get(family, ("open", ""))
        item = self.words.label(kind, items[0].split("=")[0]) if kind else ""
        return {
            "levels": [line for part in items for line in self._levels(key, partner, part)],
            "ask": self.words.say(f"summary_ask_{asked}", item=item),
        }

    def _levels(self, key: str, partner: str, item: str) -> Iterator[Both]:
        """The levels of both in a field of that name, and how they stand with a pain point of that name."""
        own, theirs = (number(self._stand.get(body, {}).get(item)) for body in (key, partner))
        if own is not None and theirs is not None:
            yield self._level(item, own, theirs)
        states = [text(self._pains.get(body, {}).get(item)) for body in (key, partner)]
        if all(states):
            said = [self.words.say(f"view_pain_{state}") for state in states]
            label = self.words.label("pain_point", item)
            yield self.words.say("summary_state", pain=label, own=said[0], theirs=said[1])

    def _level_line(self, item: str, own: float, theirs: float) -> Both:
        label = self.words.label("field", item)
        return self.words.say("summary_level", field=label, own=printed(own), theirs=printed(theirs))

    def reason(self, reason: str, partner: str, example: int = 0) -> Both:
        """The sentence of a reason; one that would tell the partner's answers needs the partner's consent to that."""
        if reveals_answers(reason) and not bool(self._consent[partner]["answers"]):
            return self.words.say("view_reason_closed") if reason.startswith("topic") else self.words.both(lambda _: "")
        return self._reason(reason, example)

    def _rendered(self, reason: str, example: int) -> Both:
        return self.words.both(lambda lang: render_reason(reason, self.content, lang, self._places, example=example))

    def card(self, key: str) -> dict[str, Any]:
        """Name, place, type and, by consent, the mailbox of a municipality that others see."""
        body, consent = self._bodies[key], self._consent[key]
        kind = text(self._assigned[key]["type"])
        own = (text(body["name"]), text(body.get("base_name")))  # a Stadtstaat bears the name of its Land
        return {
            "key": key,
            "name": self.names[key],
            **({"names": names} if (names := self.elsewhere.get(key)) else {}),
            "name_long": text(body["name"]),
            # a name that others bear too says its Kreis itself
            "kreis_name": kreis
            if (kreis := text(body.get("kreis_name"))) != text(body["name"]) and f"({kreis})" not in self.names[key]
            else "",
            "land_name": land if (land := text(body.get("land_name"))) not in own else "",
            "population": whole(body.get("population")),
            "type": self.marks.get(kind),
            "mailbox": text(consent["mailbox"]) if bool(consent["contact"]) else "",
            "listed": bool(consent["listed"]),
        }

    def team_of(self, key: str) -> dict[str, Any] | None:
        """The D-Team that a municipality belongs to."""
        mine = self._teams.get(key)
        return None if mine is None else self.team(str(mine[0]["team"]))

    def team(self, name: str) -> dict[str, Any]:
        """One D-Team: topic, members with their types, who could invite."""
        row = self._topics[name]
        members = [
            {
                **self.card(str(member["key"])),
                "host": bool(member["host"]),
                "role": text(member.get("role")),
                "distance_km": number(member.get("distance_km"), 0),
            }
            for member in self._team[name]
        ]
        return {
            "name": self.content.say("view_team_name", team=name),
            "topic": self.words.both(lambda lang: " ".join(self._team_sentences(row, members, lang))),
            "members": members,
        }

    def _team_sentences(self, row: Row, members: list[dict[str, Any]], lang: Language) -> list[str]:
        """The topic, who helps, who seeks help, and how far apart they live."""
        topic = text(row["topic"])
        said = [render_reason(topic, self.content, lang, self._places)]
        for role in TeamRole:
            names = ", ".join(name_in(member, lang) for member in members if member["role"] == role)
            if names:
                said.append(self.content.say(f"{topic.split(':')[0]}_{role}", lang, names=names))
        km = number(row.get("distance_km"), 0)
        if km is not None:
            said.append(self.content.say("view_team_distance", lang, km=writing.number(km, lang)))
        return said

    def teams(self) -> list[dict[str, Any]]:
        """All D-Teams."""
        return [self.team(name) for name in self._topics]
