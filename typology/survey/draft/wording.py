"""What of a heading in words is the question, and what the option or row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from typology.survey.columns import plain
from typology.survey.draft.words import TOOL_WORDS

MOST_HEADING = 2000  # signs of a heading that are looked at
ENOUGH_OPTIONS = 3  # columns that must begin alike before their beginning is a question
# Where a heading in words may part the question from its option: "Ziele: Recht", "Ziele - Recht", "Ziele (Recht)" …
CUTS = re.compile(r"(?<=\S)(?: \| | [-–—] |: | \[| \((?:choice=)?|/(?! ))")


def option_of(heading: str, question: str) -> str:
    """The option or row that a heading names behind its question, "" where it names none.

    >>> option_of("Ziele (choice=Daten (offen))", "Ziele"), option_of("Z1[SQ001]", "Z1"), option_of("Z1", "Z1")
    ('Daten (offen)', 'SQ001', '')
    """
    rest = plain(heading).removeprefix(question).strip()
    for begin, end in (("(choice=", ")"), ("(", ")"), ("[", "]")):
        if rest.startswith(begin) and rest.endswith(end):
            return rest.removeprefix(begin).removesuffix(end).strip()
    option = rest.lstrip("|:-–—/ ").strip()
    return "" if option.casefold() in TOOL_WORDS else option


def without_tool_words(text: str) -> str:
    """A heading without what a tool writes below a question that has no options.

    >>> without_tool_words("Dürfen wir Sie nennen? | Response")
    'Dürfen wir Sie nennen?'
    """
    begin, sign, end = text.rpartition(" | ")
    return begin if sign and end.strip().casefold() in TOOL_WORDS else text


def worded_questions(headings: Sequence[str]) -> dict[str, str]:
    """Heading → its question, for headings in words that begin alike; an option may itself hold the sign between.

    >>> worded_questions(["Ort", "Ziele: Netz", "Ziele: Amt", "Ziele: Bad: neu", "Ende: ja"])
    {'Ziele: Netz': 'Ziele', 'Ziele: Amt': 'Ziele', 'Ziele: Bad: neu': 'Ziele'}
    """
    cuts = {heading: list(_cuts(heading)) for heading in headings}
    begins = Counter(question for found in cuts.values() for question, _ in set(found))
    ends = Counter(option for found in cuts.values() for _, option in set(found))
    questions = {}
    for heading, found in cuts.items():
        # "Netz: Stand" and "Netz: Bedarf" beside other fields: the same ends make the question, not the beginning
        able = [
            (begins[question], len(question), question)
            for question, option in found
            if begins[question] >= max(ENOUGH_OPTIONS, ends[option])
        ]
        if able:
            questions[heading] = max(able)[2]
    return questions


def _cuts(heading: str) -> Iterator[tuple[str, str]]:
    text = plain(heading)[:MOST_HEADING]
    for found in CUTS.finditer(text):
        if found[0] != "/" or "/" not in re.sub(r" / ", "", text[found.end() :]):  # the option is the end of a path
            yield text[: found.start()], text[found.end() :]
