"""The digital agenda as an editable text: Markdown for the town hall, from the same view as sheet and page."""

from __future__ import annotations

from typing import Any

from typology.content.catalogue import Content, for_one
from typology.content.reading import Language
from typology.content.vocabulary import PainState, Standing
from typology.publishing.sheets.text import localise
from typology.writing import day, number

SHOWN_TRAININGS = 6
JOINED = "gruppe"


def agenda_text(view: dict[str, Any], content: Content, language: Language = "de") -> str:
    """The draft of one municipality: status quo, target picture, steps, partners, trainings, review.

    Parameters
    ----------
    view : a view of one municipality for itself, or of it what :meth:`ViewMaker.draft` holds.

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
            lines.append(self.say(for_one("agenda_pains", pains), pains=", ".join(pains)))
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
        """Numbered steps: how, why, what it takes, who decides, who has done it, whom to ask, and the source."""
        lines = ["## " + self.say("agenda_steps")]
        if not self.view["agenda"]:
            return "\n\n".join([*lines, self.say("agenda_steps_none")])
        if any(step["takes"] for step in self.view["agenda"]):
            lines.append("*" + self.view["agenda_estimates"] + "*")
        for place, step in enumerate(self.view["agenda"], start=1):
            how = [f"{number}. {part}" for number, part in enumerate(step["how_parts"], 1)]
            lines.append(f"### {place}. {step['title']}")
            lines.append(step["how"] if len(how) == 1 else "\n".join(how))
            lines.append("- " + "\n- ".join([*self._facts(step), *self._asked(step), *self._others(step),
                                            self.say("agenda_source", source=step["source"]),
                                            self.say("agenda_to_fill")]))  # fmt: skip
        return "\n\n".join(lines)

    def _facts(self, step: dict[str, Any]) -> list[str]:
        """Why, first question, what it takes, who decides, by what success is seen, what goes wrong."""
        facts = [self.say("agenda_trigger", trigger=step["trigger"])]
        facts += [self.say("step_first", first=step["first"])] if step["first"] else []
        takes = [stop(step["takes"])] if step["takes"] else []
        takes += [stop(self.say(f"step_{name}", **{name: step[name]})) for name in ("costs", "decides") if step[name]]
        facts += [" ".join(takes)] if takes else []
        return facts + [
            stop(self.say(f"step_{name}", **{name: step[name]})) for name in ("success", "risk") if step[name]
        ]

    def _asked(self, step: dict[str, Any]) -> list[str]:
        """Whom to ask; that there is nobody only where nobody has done the same project or is at it either."""
        if not step["partners"]:
            return [] if step["done"] or step["running"] else [self.say("agenda_ask_nobody")]
        names = ", ".join(map(self.name, step["partners"]))
        key = "step_join" if step["partner_lead"] == self.say("step_lead_join") else "agenda_ask"
        return [self.say(key, partners=names, reason=step["partner_reason"])]

    def _others(self, step: dict[str, Any]) -> list[str]:
        """Who has finished the same project, and in which municipalities it runs."""
        return [
            stop(self.say(for_one(f"step_{state}", step[state]), names=", ".join(map(self.name, step[state]))))
            for state in ("done", "running") if step[state]
        ]  # fmt: skip

    def name(self, item: dict[str, Any]) -> str:
        """A municipality with its Kreis, for names stand more than once."""
        kreis = item["kreis_name"]
        return escape(item["name"] + (f" ({kreis})" if kreis and f"({kreis})" not in item["name"] else ""))

    def together(self) -> str:
        """Cooperation groups on current pain points."""
        lines = ["## " + self.say("agenda_together")]
        if not self.view["cooperation"]:
            asked = any(pain["state"] for pain in self.view["pain_points"])
            lines.append(self.say("agenda_together_none" if asked else "agenda_together_missing"))
        alone: dict[str, list[dict[str, Any]]] = {}
        for group in self.view["cooperation"]:
            if not group["members"]:
                alone.setdefault(group["sentence"], []).append(group)
                continue
            with_whom = self.say("agenda_with", names=", ".join(map(self.name, group["members"])))
            part = [f"### {group['label']}: {group['way_out']['label']}", f"{group['sentence']} {with_whom}"]
            part.append(way_out(group["way_out"]))
            if group["state"] != JOINED:
                lines += part
                continue
            if group["share"]:
                part.append(self.say("agenda_share", share="; ".join(group["share"])))
            if group["past"]:
                part.append(
                    self.say(for_one("agenda_past", group["past"]), names=", ".join(map(self.name, group["past"])))
                )
            if group["success"]:
                part.append(self.say("agenda_success", success=" ".join(group["success"])))
            lines += [*part[:-1], f"{part[-1]} ({self.say('agenda_source', source=group['source'])})"]
        for sentence, groups in alone.items():
            ways = [f"- {group['label']}: {way_out(group['way_out'], named=True)}" for group in groups]
            lines += [sentence, "\n".join(ways)]
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
        form = self.view["form"]
        review = "agenda_review_text" if form in ("gemeinde", "kreisfrei") else f"step_review_{form}"
        return "\n\n".join(["## " + self.say("agenda_review"), self.say(review), "---", self.view["footer"]["source"]])


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


def way_out(way: dict[str, Any], *, named: bool = False) -> str:
    """A way out on one line: its name where none stands above it, what it is, legal form, examples."""
    parts = [way["label"]] if named and way["known"] else []
    parts += [way["text"], *(way[name] for name in ("legal_form", "examples") if way[name])]
    return " ".join(map(stop, parts))


def stop(sentence: str) -> str:
    """The sentence with a full stop, unless it ends with a mark."""
    return sentence if sentence.endswith((".", "?", "!")) else sentence + "."


def escape(name: str) -> str:
    """A name as plain text inside Markdown."""
    return "".join("\\" + sign if sign in "\\`*_[]<>#|" else sign for sign in name)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
