"""The digital agenda as an editable text: Markdown for the town hall, from the same view as sheet and page."""

from __future__ import annotations

from typing import Any

from typology.content.catalogue import Content
from typology.content.reading import Language
from typology.content.vocabulary import PainState, Standing
from typology.publishing.sheets.text import localise
from typology.writing import day, number

SHOWN_TRAININGS = 6


def agenda_text(view: dict[str, Any], content: Content, language: Language = "de") -> str:
    """The draft of one municipality: status quo, target picture, steps, partners, trainings, review.

    Parameters
    ----------
    view : a view of one municipality for itself.

    Returns
    -------
    Markdown, ending in one newline. Names are escaped so that they stay text.
    """
    local = localise(view, language)
    page = _Page(local, content, language)
    parts = [
        page.head(),
        page.status_quo(),
        page.target(),
        page.steps(),
        page.together(),
        page.trainings(),
        page.review(),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


class _Page:
    """One municipality in one language, section by section."""

    def __init__(self, view: dict[str, Any], content: Content, language: Language) -> None:
        self.view, self.content, self.language = view, content, language

    def say(self, key: str, **values: object) -> str:
        """A sentence of the agenda."""
        return self.content.say(key, self.language, **values)

    def head(self) -> str:
        """Title, what this is, notices."""
        survey, footer = self.view["survey"], self.view["footer"]
        date = day(survey["date"], self.language)
        lines = [
            "# " + self.say("agenda_title", name=escape(self.view["name_long"])),
            self.say("agenda_lead", survey=survey["title"], date=date),
        ]
        notices = [part.rstrip(".") + "." for part in (footer["synthetic"], footer["no_offer"]) if part]
        return "\n\n".join([*lines, "*" + " ".join(notices) + "*"])

    def status_quo(self) -> str:
        """Fields as a table, what stands out, current pain points."""
        fields = [field for field in self.view["fields"] if field["own"] is not None]
        lines = ["## " + self.say("agenda_status_quo")]
        if not fields:
            return "\n\n".join([*lines, self.say("agenda_status_missing")])
        heads = [self.say(f"agenda_table_{name}") for name in ("field", "own", "important", "all")]
        table = [_row(heads), _row(["---", "--:", "--:", "--:"])]
        table += [
            _row([
                field["label"], self.level(field["own"]), self.level(field["wichtig"]),
                number(field["all"], self.language, 1),
            ])
            for field in fields
        ]  # fmt: skip
        lines.append("\n".join(table))
        found = []
        for standing, key in ((Standing.STRONG, "agenda_status_strong"), (Standing.WEAK, "agenda_status_weak")):
            names = [field["label"] for field in fields if field["standing"] == standing]
            if names:
                found.append(self.say(key, fields=", ".join(names)))
        lines.append(" ".join([*(found or [self.say("agenda_status_none")]), self.view["standing_rule"]]))
        pains = [pain["label"] for pain in self.view["pain_points"] if pain["state"] == PainState.CURRENT]
        if pains:
            lines.append(self.say("agenda_pains", pains=", ".join(pains)))
        return "\n\n".join(lines)

    def level(self, value: float | None) -> str:
        """A level, whole or not."""
        return number(value, self.language, None)

    def target(self) -> str:
        """Chosen goals and the questions to discuss first."""
        goals = [goal["label"] for goal in self.view["goals"] if goal["chosen"]]
        lines = ["## " + self.say("agenda_target")]
        if goals:
            lines += [self.say("agenda_target_lead"), "\n".join(f"- {goal}" for goal in goals)]
        else:
            lines.append(self.say("agenda_target_none"))
        questions = self.view["agenda_questions"]
        if questions:
            lines += ["### " + self.say("agenda_questions"), "\n".join(f"- {item['text']}" for item in questions)]
            lines.append(self.say("agenda_source", source=questions[0]["source"]))
        return "\n\n".join(lines)

    def steps(self) -> str:
        """Numbered steps, each with its trigger, whom to ask, and its source."""
        lines = ["## " + self.say("agenda_steps")]
        if not self.view["agenda"]:
            lines.append(self.say("agenda_steps_none"))
        for place, step in enumerate(self.view["agenda"], start=1):
            asked = self.say("agenda_ask_nobody")
            if step["partners"]:
                names = ", ".join(map(self.name, step["partners"]))
                told = {"lead": step["partner_lead"], "reason": step["partner_reason"]}
                asked = self.say("agenda_ask", partners=names, **told)
            lines.append("\n\n".join([
                f"### {place}. {step['title']}", step["how"], "- " + "\n- ".join([
                    self.say("agenda_trigger", trigger=step["trigger"]), asked,
                    self.say("agenda_source", source=step["source"]), self.say("agenda_to_fill"),
                ]),
            ]))  # fmt: skip
        return "\n\n".join(lines)

    def name(self, item: dict[str, Any]) -> str:
        """A municipality with its Kreis, for names stand more than once."""
        return escape(item["name"] + (f" ({item['kreis_name']})" if item["kreis_name"] else ""))

    def together(self) -> str:
        """Cooperation groups on current pain points."""
        lines = ["## " + self.say("agenda_together")]
        if not self.view["cooperation"]:
            asked = any(pain["state"] for pain in self.view["pain_points"])
            lines.append(self.say("agenda_together_none" if asked else "agenda_together_missing"))
        for group in self.view["cooperation"]:
            part = [f"### {group['label']}: {group['way_out']['label']}", group["sentence"]]
            if group["members"]:
                part.append(self.say("agenda_with", names=", ".join(map(self.name, group["members"]))))
            if group["share"]:
                part.append(self.say("agenda_share", share="; ".join(group["share"])))
            if group["past"]:
                part.append(self.say("agenda_past", names=", ".join(map(self.name, group["past"]))))
            if group["success"]:
                part.append(self.say("agenda_success", success=" ".join(group["success"])))
            lines += [*part, self.say("agenda_source", source=group["source"])]
        return "\n\n".join(lines)

    def trainings(self) -> str:
        """The largest gaps with their learning paths."""
        lines = ["## " + self.say("agenda_trainings")]
        if not self.view["gaps"]:
            return "\n\n".join([*lines, self.say("agenda_trainings_none")])
        paths = self.view["trainings"][:SHOWN_TRAININGS]
        for path in paths:
            values = {"family": path["family"]["label"], "area": path["area"]["label"], "offer": offered(path)}
            values |= {name: self.level(path[name]) for name in ("soll", "ist")}
            lines.append("- " + self.say("agenda_training_line", **values))
        example = next((path["example"] for path in paths if path["example"]), None)
        return "\n\n".join([lines[0], "\n".join(lines[1:]), *([f"*{example}*"] if example else [])])

    def review(self) -> str:
        """Review dates and where the numbers come from."""
        return "\n\n".join(
            ["## " + self.say("agenda_review"), self.say("agenda_review_text"), "---", self.view["footer"]["source"]]
        )


def offered(path: dict[str, Any]) -> str:
    """The offers of a learning path in their order and what is missing after them, as one text.

    >>> step = {"title": "A", "form": "Präsenz", "course": {"sentence": "Mit B."}}
    >>> offered({"steps": [step, step | {"course": None}], "closing": "Danach fehlt C."})
    'A (Präsenz). Mit B. A (Präsenz). Danach fehlt C.'
    """
    text = ""
    for step in path["steps"]:
        text += (" " if text.endswith(".") else ", ") if text else ""
        text += f"{step['title']} ({step['form']})" + (f". {step['course']['sentence']}" if step["course"] else "")
    if not path["closing"]:
        return text
    return " ".join(part for part in (text + "." if text and not text.endswith(".") else text, path["closing"]) if part)


def escape(name: str) -> str:
    """A name as plain text inside Markdown."""
    return "".join("\\" + sign if sign in "\\`*_[]<>#|" else sign for sign in name)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
