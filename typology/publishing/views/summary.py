"""The short answer of one municipality: its type in three sentences, how sure it is, what a council decides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from typology.content.catalogue import Content, for_one
from typology.content.names import name_in
from typology.content.reading import Language
from typology.content.vocabulary import AgendaPartner, AssignmentReason, PainState, Standing, TypeStatus
from typology.publishing.views.values import Both, Mark, both, say
from typology.writing import listed

SHOWN = 3
"""Steps and partners that a short answer names."""
LISTED = 6
"""Fields or pain points that a sentence lists by name; of more it says how many they are."""
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
    return say(content, for_one(key, goals), goals=_names(goals, content, len(goals)))


def _names(items: Sequence[View], content: Content, most: int = LISTED) -> Both:
    """The labels as a sentence lists them; of more than ``most`` the first, and how many more there are."""
    shown = items if len(items) <= most else items[: most - 1]

    def labels(lang: Language) -> list[str]:
        return [item["label"].get(lang, item["label"]["en"]) for item in shown]

    if len(shown) == len(items):
        return both(lambda lang: listed(labels(lang), lang))
    joined = both(lambda lang: ", ".join(labels(lang)))
    return say(content, "summary_and_more", names=joined, n=len(items) - len(shown))


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
    weak = [field for field in fields if field["standing"] == Standing.WEAK]
    pains = [pain for pain in view["pain_points"] if pain["state"] == PainState.CURRENT]
    names = {"fields": _names(weak, content), "pains": _names(pains, content)}
    if pains:
        key = "weak_pains" if weak else "pains" if fields else "pains_only"
        return say(content, for_one(f"council_situation_{key}", pains), **names)
    if weak:
        return say(content, "council_situation_weak", **names)
    return say(content, "council_situation_none" if fields else "council_situation_open")


def others(view: View, content: Content) -> list[Both]:
    """Who has done what the first steps are about: their level, or the pain point that they have solved."""
    return [
        say(content, "council_others", names=_listed(step["partners"]), reason=step["partner_reason"])
        for step in _asked(view)
    ]


def _asked(view: View) -> list[View]:
    """The first steps beside which somebody stands who is further."""
    return [
        step for step in view["agenda"][:SHOWN] if step["partners"] and step.get("partner_key") != AgendaPartner.GROUP
    ]


def _listed(municipalities: Sequence[View]) -> Both:
    return both(lambda lang: listed([name_in(item, lang) for item in municipalities], lang))


def decision(view: View, content: Content) -> list[Both]:
    """A draft that can be voted on: what the council has to decide, what it takes note of, and whom to contact.

    A step on which somebody else decides is none that the council can order. Whom to contact are those whom the paper
    names as being further; where it proposes no step, the first partners.
    """
    body = say(content, f"council_body_{view.get('form', view['body'])}")
    steps = view["agenda"][:SHOWN]
    ordered = [n for n, step in enumerate(steps, start=1) if step.get("elected") is not False]
    noted = [n for n in range(1, len(steps) + 1) if n not in ordered]
    if not steps:
        out = [say(content, "council_decision_note", body=body)]
    else:
        parts = (("council_decision", ordered), ("council_decision_note", noted))
        out = [_on_steps(key, body, numbers, steps, content) for key, numbers in parts if numbers]
    contacts = [partner for step in _asked(view) for partner in step["partners"]] if steps else first_partners(view)
    if contacts:
        once = list({partner["key"]: partner for partner in contacts}.values())
        out.append(say(content, "council_decision_talk", names=_listed(once)))
    return out


def _on_steps(key: str, body: Both, numbers: list[int], steps: Sequence[View], content: Content) -> Both:
    """What is decided of some of the steps, by their numbers where it is not all of them."""
    named = {} if len(numbers) == len(steps) else {"n": both(lambda lang: listed([str(n) for n in numbers], lang))}
    key += "_steps" if len(numbers) > 1 else "_step"
    return say(content, f"{key}_of" if named else key, body=body, **named)


def first_partners(view: View, most: int = SHOWN) -> list[dict[str, Any]]:
    """The best partners of both lists in turn, each with the list that it stands on as ``list``; nobody twice."""
    lists = [[{**item, "list": name} for item in view[name]] for name in ("complementary", "similar")]
    longest = max(map(len, lists))
    turns = [part[place] for place in range(longest) for part in lists if place < len(part)]
    once = {item["key"]: item for item in reversed(turns)}
    return [item for item in turns if once[item["key"]] is item][:most]
