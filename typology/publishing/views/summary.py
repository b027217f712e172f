"""The short answer of one municipality: its type in three sentences, how sure it is, what a council decides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from typology.content.catalogue import Content
from typology.content.vocabulary import AssignmentReason, PainState, Standing, TypeStatus
from typology.publishing.views.values import Both, Mark, both, say
from typology.writing import listed

SHOWN = 3
"""Steps, partners, fields and pain points that a short answer names."""
VERY_SURE, CLEAR = 0.95, 0.8
SENTENCE_ENDS = re.compile(r"(?<=\w{3}[.!?])\s+")

View = Mapping[str, Any]


def first_sentences(portrait: Both, most: int = 2) -> Both:
    """The first sentences of a text in every language.

    >>> first_sentences({"de": "Sie sparen. Sie teilen. Sie warten.", "en": "They save. They share. They wait."}, 1)
    {'de': 'Sie sparen.', 'en': 'They save.'}
    """
    return {language: " ".join(SENTENCE_ENDS.split(text.strip())[:most]) for language, text in portrait.items()}


def summary(view: View, content: Content) -> dict[str, Any]:
    """What the short sheet and the paper for a council say beside the parts of a view.

    Parameters
    ----------
    view : one municipality as :class:`typology.publishing.views.maker.ViewMaker` makes it, without this part.

    Returns
    -------
    dict with ``portrait`` (of the type, or None), ``meaning`` (list of texts), ``sure`` (a text or None),
    ``situation``, ``decision`` (list of texts), ``others`` (list of texts: who is ahead in what the first steps need),
    ``partners`` (``key`` of the first ones to speak with, and the ``list`` on which each stands).
    """
    return {
        "portrait": portrait(view["type"], content),
        "meaning": meaning(view, content),
        "sure": certainty(view, content),
        "situation": situation(view, content),
        "decision": decision(view, content),
        "others": others(view, content),
        "partners": [{"key": item["key"], "list": item["list"]} for item in first_partners(view)],
    }


def portrait(mark: Mark | None, content: Content) -> Both | None:
    """Two sentences on what the type wants; None for a group that no catalogue describes."""
    if mark is None:
        return None
    page, known = content.portrait(mark["key"]), content.type(mark["key"])
    told = page.means if page else known.portrait if known else None
    return None if told is None else first_sentences(told.model_dump())


def meaning(view: View, content: Content) -> list[Both]:
    """Which goals come first here: the signature goals of the type among them, then the others."""
    answered = [goal for goal in view["goals"] if goal["own"]]
    if not answered or AssignmentReason.TICKS_EVERYTHING in view["status"]["flags"]:  # which tells no priority
        return []
    mark = view["type"]
    chosen = [goal for goal in answered if goal["chosen"]]
    if mark is None:
        return [_goals("summary_goals", chosen, content) if chosen else say(content, "summary_no_goal")]
    signature = mark["signature"]
    mine = [goal for goal in chosen if goal["key"] in signature]
    rest = [goal for goal in chosen if goal["key"] not in signature]
    if not signature:
        return [_goals("summary_goals", chosen, content)] if chosen else [say(content, "summary_no_goal")]
    first = _goals("summary_signature", mine, content) if mine else say(content, "summary_signature_none")
    return [first, _goals("summary_other_goals", rest, content)] if rest else [first]


def _goals(key: str, goals: Sequence[View], content: Content) -> Both:
    return say(content, key, goals=_names(goals))


def _names(items: Sequence[View]) -> Both:
    return both(lambda lang: listed([item["label"].get(lang, item["label"]["en"]) for item in items], lang))


def certainty(view: View, content: Content) -> Both | None:
    """How sure the type is, in words; None where the sentence on the type says it, or nothing is known."""
    if view["survey"]["weak"] or content.leanings is not None:
        return None
    status, mark = view["status"]["key"], view["type"]
    if status == TypeStatus.CLEAR and mark is not None:
        sure = (mark.get("probability") or 0.0) >= VERY_SURE
        return say(content, "summary_sure_very" if sure else "summary_sure_clear")
    if status == TypeStatus.MIXED and mark is not None:
        return say(content, "summary_sure_two") if view["second_type"] else None
    return say(content, "summary_sure_none") if view["status"]["reason"] == AssignmentReason.SPREAD else None


def situation(view: View, content: Content) -> Both:
    """One sentence for the council: weak fields and current pain points, by the municipality's own answers."""
    fields = [field for field in view["fields"] if field["own"] is not None]
    weak = [field for field in fields if field["standing"] == Standing.WEAK][:SHOWN]
    pains = [pain for pain in view["pain_points"] if pain["state"] == PainState.CURRENT][:SHOWN]
    names = {"fields": _names(weak), "pains": _names(pains)}
    if weak:
        return say(content, "council_situation_weak_pains" if pains else "council_situation_weak", **names)
    if pains:
        return say(content, "council_situation_pains" if fields else "council_situation_pains_only", **names)
    return say(content, "council_situation_none" if fields else "council_situation_open")


def others(view: View, content: Content) -> list[Both]:
    """Who has done what the first steps are about: their level, or the pain point that they have solved."""
    asked = [step for step in view["agenda"][:SHOWN] if step["partners"] and step.get("partner_key") != "gruppe"]
    out = []
    for step in asked:
        names = _listed(step["partners"])
        out.append(say(content, "council_others", names=names, reason=step["partner_reason"]))
    return out


def _listed(municipalities: Sequence[View]) -> Both:
    return both(lambda lang: listed([item["name"] for item in municipalities], lang))


def decision(view: View, content: Content) -> list[Both]:
    """A draft that can be voted on: the steps where there are some, else taking note; and whom to contact."""
    body = say(content, f"council_body_{view.get('form', view['body'])}")
    steps = len(view["agenda"][:SHOWN])
    key = "council_decision_note" if not steps else "council_decision_step" if steps == 1 else "council_decision_steps"
    partners = first_partners(view)
    out = [say(content, key, body=body)]
    if partners:
        out.append(say(content, "council_decision_talk", names=_listed(partners)))
    return out


def first_partners(view: View, most: int = SHOWN) -> list[dict[str, Any]]:
    """The best partners of both lists in turn, each with the list that it stands on as ``list``; nobody twice."""
    lists = [[{**item, "list": name} for item in view[name]] for name in ("complementary", "similar")]
    longest = max(map(len, lists))
    turns = [part[place] for place in range(longest) for part in lists if place < len(part)]
    once = {item["key"]: item for item in reversed(turns)}
    return [item for item in turns if once[item["key"]] is item][:most]
