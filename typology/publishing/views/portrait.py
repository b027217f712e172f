"""What the catalogue says of a type as plain data; texts in every language."""

from __future__ import annotations

from typing import Any

from typology.content.catalogue import Content
from typology.content.portraits import Lesson
from typology.publishing.views.values import Both, both, pairs, say

LISTS = ("strengths", "risks", "next_steps", "questions")


def type_texts(content: Content, key: str) -> dict[str, Any]:
    """What the catalogue says of a type: ``motto, portrait, learn_from, source``, and the ``page`` on it."""
    known = content.type(key)
    return {
        "motto": known.motto.model_dump() if known and known.motto else None,
        "portrait": known.portrait.model_dump() if known else say(content, "view_note_not_named"),
        "learn_from": pairs(known.learn_from.model_dump()) if known else [],
        "page": portrait_page(content, key),
        "source": known.quelle if known else "",
    }


def portrait_page(content: Content, key: str) -> dict[str, Any] | None:
    """What the catalogue says at length about a type: ``title, means, parts, origin``; None where nobody wrote it.

    Each of the parts has ``key``, ``title`` and ``items``; they stand in the order in which they are printed.
    """
    portrait = content.portrait(key)
    if portrait is None:
        return None
    lessons = [_lesson(content, lesson) for lesson in portrait.lessons]
    parts = [
        {"key": name, "title": say(content, f"portrait_{name}"), "items": items}
        for name, items in (
            *((name, pairs(getattr(portrait, name).model_dump())) for name in LISTS),
            ("lessons", lessons),
        )
        if items
    ]
    origin = "both" if portrait.quelle and portrait.herkunft else "source" if portrait.quelle else "own"
    return {
        "title": say(content, "portrait_means"),
        "means": portrait.means.model_dump(),
        "parts": parts,
        "origin": say(content, f"portrait_origin_{origin}", source=portrait.quelle),
    }


def _lesson(content: Content, lesson: Lesson) -> Both:
    other = both(lambda lang: content.label("type", lesson.key, lang, short=True))
    return say(content, "portrait_lesson", type=other, lesson=lesson.text.model_dump())
