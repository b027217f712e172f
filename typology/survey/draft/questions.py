"""Which columns belong to one question, and what of a heading is the question and what the option or row."""

from __future__ import annotations

import re

from typology.survey.columns import CODE_AND_TEXT, plain

MOST_HEADING = 2000  # signs of a heading that are looked at
# How the heading of an option begins with its question: KoboToolbox writes the option after a stroke, REDCap and
# Nextcloud in brackets.
QUESTIONS = (
    r"^(.+) \| .*$",
    r"^(.+[^\s/])/(?! )(?:[^/]| / )+$",
    r"^(.+?) \(choice=.*\)$",
    r"^(.+) \((?!\d+\)$)(?:[^()]|\([^()]*\))+\)$",
    r"^(.*?)\s*\[.*\]$",
    r"(?i)^(.*\b(?:ziel|goal|priorität|priority|rang|rank|platz|wahl|choice|nennung)) (?:nr\. ?)?\d{1,2}$",
    r"^(.+)[_.](?:SQ)?\w{1,10}$",
    r"^([A-Za-z]+)\d{1,3}$",
)
OPTION = re.compile(r"^(.+?)(?:\s*\[.*\]\s*|\s+\|\s.*|[:?]\s+\S.*|\s[-–]\s.*)$", flags=re.DOTALL)


def question_of(heading: str) -> str:
    """What columns of one question share: the code or text before the bracket, underscore or last number.

    >>> question_of("Z1[SQ001]"), question_of("v_12"), question_of("P10.5.3"), question_of("Welche? [A]")
    ('Z1', 'v', 'P10.5', 'Welche?')
    """
    text = plain(heading)[:MOST_HEADING]
    match = CODE_AND_TEXT.match(text)
    text = match[1] if match else text
    scale = re.search(r"#\d+$|_\d$(?<=\w_\d_\d)", text)
    suffix = scale[0] if scale else ""
    text = text[: len(text) - len(suffix)] if suffix else text
    for pattern in QUESTIONS:
        found = re.match(pattern, text, flags=re.DOTALL)
        if found and found[1]:
            return found[1] + suffix
    return text + suffix


def stem_of_text(text: str) -> str:
    """The question in a text that names an option as well.

    >>> stem_of_text("Ziele: Recht"), stem_of_text("[Recht] Ziele"), stem_of_text("Ziele | Recht")
    ('Ziele', 'Ziele', 'Ziele')
    """
    text = re.sub(r"^(?:\[[^\]]*\]\s*)+(?=\S)", "", " ".join(text.split()))
    match = OPTION.match(text)
    return match[1] if match else text
