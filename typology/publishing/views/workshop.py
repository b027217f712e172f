"""The workshop page on pain points of small municipalities: shares, ways out, who already works together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typology.content.agenda import load_cooperation
from typology.content.vocabulary import ALL, NOT_ASSIGNED
from typology.publishing.views.values import Both, number, say, text, whole

if TYPE_CHECKING:
    from typology.publishing.views.maker import ViewMaker

SMALL = ("GK6", "GK7")
QUESTIONS = ("action_workshop_question_1", "action_workshop_question_2", "action_workshop_question_3")


def workshop_view(maker: ViewMaker) -> dict[str, Any]:
    """Everything that a workshop of size classes 6 and 7 needs, as plain data.

    Returns
    -------
    dict with ``title``, ``lead``, ``core`` (message of the source), ``pain_points``, ``course``, ``questions``,
    ``footer``. Each pain point has ``sizes``, ``types``, ``all`` as rows of shares, ``way_out``, ``share``, ``success``
    and ``groups`` with their members. A share that must not be shown, or has no answers, is None.
    """
    content, tables = maker.content, maker.tables
    topics = load_cooperation(content.folder)
    groups: dict[str, list[dict[str, Any]]] = {}
    small = tables.municipalities.index[tables.municipalities["size_class"].isin(SMALL)]
    members = tables.cooperation_members
    joined = members[members["group"] != ""] if len(members) else members
    for name, part in joined.groupby("group", sort=True) if len(joined) else ():
        if part["key"].isin(small).any():
            named = [{**maker.actions.named(text(row.key)), "host": bool(row.host)} for row in part.itertuples()]
            groups.setdefault(text(part["topic"].iloc[0]), []).append({"group": text(name), "members": named})
    points = []
    asked = {*map(str, tables.pain_points.columns), *(tables.pain_shares["item"] if len(tables.pain_shares) else ())}
    for pain in content.pain_points:
        if pain.key not in asked and (asked or pain not in content.asked_pain_points):
            continue
        known = topics.topic(pain.key)
        points.append(
            {
                "key": pain.key,
                "label": pain.label.model_dump(),
                "description": pain.description.model_dump(),
                "all": _rows(maker, pain.key, ALL),
                "sizes": [row for row in _rows(maker, pain.key, "groessenklasse") if row["key"] in SMALL],
                "types": _rows(maker, pain.key, "typ"),
                "way_out": {"label": pain.way_out.label.model_dump(), "text": pain.way_out.text.model_dump()},
                "share": [item.model_dump() for item in known.share] if known else [],
                "success": [item.model_dump() for item in known.success] if known else [],
                "groups": groups.get(pain.key, []),
                "source": content.pain_points_source,
            }
        )
    return {
        "format": "view/1",
        "kind": "workshop",
        "audience": maker.audience,
        "key": "schmerzpunkte",
        "synthetic": maker.info.synthetic,
        "survey": maker.survey(),
        "title": say(content, "action_workshop_title"),
        "lead": say(content, "action_workshop_lead"),
        "interval_note": say(content, "action_workshop_interval"),
        "too_few": say(content, "action_workshop_too_few"),
        "core": {"text": topics.core.model_dump(), "source": topics.core_quelle},
        "pain_points": points,
        "course": {
            "steps": [item.model_dump() for item in topics.course],
            "source": topics.course_quelle,
        },
        "questions": [say(content, key) for key in QUESTIONS],
        "footer": maker.footer(),
    }


def _rows(maker: ViewMaker, item: str, grouping: str) -> list[dict[str, Any]]:
    """Shares of one pain point: one entry per group with ``aktuell`` and ``geloest``."""
    shares = maker.tables.pain_shares
    if shares.empty:
        return []
    part = shares[(shares["item"] == item) & (shares["grouping"] == grouping)]
    out = []
    for group, rows in part.groupby("group", sort=False):
        levels = {text(row["level"]): row for row in rows.to_dict("records")}
        out.append(
            {
                "key": text(group),
                "label": _label(maker, grouping, text(group)),
                "n": whole(rows["n"].iloc[0]),
                **{
                    state: {name: number(levels[state][name], 2) for name in ("estimate", "low", "high")}
                    if state in levels
                    else None
                    for state in ("aktuell", "geloest")
                },
            }
        )
    return out


def _label(maker: ViewMaker, grouping: str, group: str) -> Both:
    if grouping == "groessenklasse":
        return maker.label("size_class", group)
    if grouping == "typ" and group != NOT_ASSIGNED:
        return maker.label("type", group)
    return maker.say("action_all" if grouping == ALL else "action_no_type")
