"""Answer scales in words: known ones are ordered with the right end up, unknown ones are asked for."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from typology.errors import Severity
from typology.survey.blocks import ChoiceBlock, RatingBlock
from typology.survey.codebook import read_codebook
from typology.survey.draft.codebook_draft import draft_codebook
from typology.survey.draft.known_scales import KNOWN_LADDERS, KNOWN_WHOLE
from typology.survey.draft.scales import labelled_steps, legend_steps, text_scale
from typology.survey.open_places import open_places_in

SCALES = [  # from low to high
    "trifft nicht zu|trifft eher nicht zu|trifft eher zu|trifft zu",
    "trifft überhaupt nicht zu|trifft eher nicht zu|teils, teils|trifft eher zu|trifft voll und ganz zu",
    "stimme überhaupt nicht zu|stimme nicht zu|weder noch|stimme zu|stimme voll und ganz zu",
    "stimme gar nicht zu|stimme nicht zu|stimme eher nicht zu|teils/teils|stimme eher zu|stimme zu|stimme voll zu",
    "lehne stark ab|lehne ab|unentschieden|stimme zu|stimme stark zu",
    "sehr schlecht|schlecht|mittelmäßig|gut|sehr gut",
    "sehr schlecht|eher schlecht|eher gut|sehr gut",
    "mangelhaft|ausreichend|befriedigend|gut|sehr gut",
    "ungenügend|mangelhaft|ausreichend|befriedigend|gut|sehr gut",
    "sehr niedrig|niedrig|mittel|hoch|sehr hoch",
    "sehr gering|gering|eher gering|eher hoch|hoch|sehr hoch",
    "nie|selten|gelegentlich|häufig|immer",
    "nie|sehr selten|selten|manchmal|oft|sehr oft|immer",
    "nie|jährlich|monatlich|wöchentlich|täglich",
    "gar nicht wichtig|weniger wichtig|wichtig|sehr wichtig",
    "völlig unwichtig|unwichtig|eher unwichtig|teils teils|eher wichtig|wichtig|äußerst wichtig",
    "sehr unzufrieden|unzufrieden|teils/teils|zufrieden|sehr zufrieden",
    "gar nicht|wenig|mittel|ziemlich|sehr",
    "gar nicht hilfreich|wenig hilfreich|hilfreich|sehr hilfreich",
    "auf keinen Fall|eher nein|vielleicht|eher ja|auf jeden Fall",
    "Strongly disagree|Disagree|Neither agree nor disagree|Agree|Strongly agree",
    "strongly disagree|disagree|somewhat disagree|neutral|somewhat agree|agree|strongly agree",
    "very poor|poor|fair|good|very good",
    "poor|fair|good|very good|excellent",
    "very low|low|medium|high|very high",
    "never|rarely|sometimes|often|always",
    "never|almost never|rarely|sometimes|often|very often|almost always|always",
    "never|yearly|monthly|weekly|daily",
    "not at all important|slightly important|moderately important|important|very important",
    "very dissatisfied|dissatisfied|neutral|satisfied|very satisfied",
    "not at all|slightly|moderately|very|extremely",
    "stimmt nicht|stimmt eher nicht|stimmt eher|stimmt genau",
    "stimmt überhaupt nicht|stimmt eher nicht|teils teils|stimmt eher|stimmt voll und ganz",
    "volle Ablehnung|Ablehnung|neutral|Zustimmung|volle Zustimmung",
    "kein Bedarf|geringer Bedarf|mittlerer Bedarf|großer Bedarf|sehr großer Bedarf",
    "sehr niedrige Priorität|niedrige Priorität|mittlere Priorität|hohe Priorität|sehr hohe Priorität",
    "nicht genügend|genügend|befriedigend|gut|sehr gut",
    "ungeeignet|wenig geeignet|geeignet|sehr geeignet",
    "gar nicht|etwas|mäßig|stark|sehr stark",
    "nie|mehrmals im Jahr|mehrmals im Monat|mehrmals in der Woche|täglich",
    "noch nicht begonnen|geplant|in Umsetzung|umgesetzt",
    "deutlich schlechter|etwas schlechter|gleich geblieben|etwas besser|deutlich besser",
    "in geringem Maße|in mittlerem Maße|in hohem Maße|in sehr hohem Maße",
    "keine|wenige|einige|viele|alle",
    "nein, gar nicht|eher nein|eher ja|ja, voll und ganz",
    "not at all|a little|somewhat|quite a bit|very much",
    "much worse|worse|about the same|better|much better",
    "not a priority|low priority|medium priority|high priority",
    "never|less than once a month|monthly|weekly|daily",
    "very unlikely|unlikely|neutral|likely|very likely",
]
FORMS = {
    "words": lambda text, step, n: text,
    "capitals": lambda text, step, n: text[0].upper() + text[1:],
    "number before": lambda text, step, n: f"{step} - {text}",
    "number behind": lambda text, step, n: f"{text} ({step})",
    "falling number": lambda text, step, n: f"{n + 1 - step} = {text}",
    "ends only": lambda text, step, n: f"{step} {text}" if step in (1, n) else str(step),
    "falling ends": lambda text, step, n: f"{n + 1 - step} - {text}" if step in (1, n) else str(n + 1 - step),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scale", SCALES)
def test_known_scales_rise_from_the_lowest_answer(scale: str, form: str) -> None:
    words = scale.split("|")
    n = len(words)
    if "ends" in form and n < 5:
        words, n = [words[0], *["dazwischen"] * 3, words[-1]], 5
    answers = [FORMS[form](word, step, n) for step, word in enumerate(words, start=1)]
    shuffled = random.Random(form + scale).sample(answers, n)
    found = text_scale(shuffled)
    assert found is not None and found.n_steps == n
    assert {answer: int(found.codes[answer]) for answer in answers} == dict(zip(answers, range(1, n + 1), strict=True))


def test_a_step_that_nobody_chose_keeps_its_place() -> None:
    assert text_scale(["sehr gut", "gut", "sehr schlecht"]).codes == {"sehr gut": "5", "gut": "4", "sehr schlecht": "1"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "values",
    [
        ["rot", "gelb", "grün"],
        ["Gruppe 1", "Gruppe 2", "Gruppe 3"],
        ["1 Person", "2-3 Personen", "mehr"],
        ["sehr gut", "gut", "geht so"],
        ["hoch", "gut", "oft"],
        ["oft", "häufig", "selten"],  # two words for one step
        ["1 - rot", "2 - gelb", "3 - grün"],
        ["gut", "schlecht"],
        ["1", "2", "3"],
        [],
    ],
)
def test_what_is_no_known_scale(values: list[str]) -> None:
    assert text_scale(values) is None


def test_each_ladder_has_steps_of_its_own() -> None:
    assert len(KNOWN_LADDERS) >= 20 and len(KNOWN_WHOLE) > 25
    for places in (*KNOWN_LADDERS, *KNOWN_WHOLE):
        assert sorted(set(places.values())) == list(range(1, max(places.values()) + 1))
        assert max(places.values()) >= 4


def test_codes_that_rise_while_their_answers_fall_are_turned() -> None:
    labels = {"1": "sehr wichtig", "2": "wichtig", "3": "eher unwichtig", "4": "unwichtig", "9": "keine Angabe"}
    assert labelled_steps(labels) == {"1": "4", "2": "3", "3": "2", "4": "1"}
    assert labelled_steps({"0": "unwichtig", "1": "eher wichtig", "2": "wichtig"}) == {"0": "0", "1": "1", "2": "2"}
    assert labelled_steps({"A1": "nie", "A2": "selten", "A3": "oft"}) == {"A1": "1", "A2": "2", "A3": "3"}
    assert not labelled_steps({"1": "rot", "2": "gelb", "3": "grün"})
    assert not labelled_steps({"1": "hoch", "2": "niedrig", "3": "mittel"})  # the codes are no steps


@pytest.mark.parametrize(
    ("text", "lowest", "n"),
    [
        ("Wie weit sind Sie? (1 = sehr schlecht … 5 = sehr gut)", 1, 5),
        ("Wie weit sind Sie? (1 = sehr gut … 6 = ungenügend)", 6, 6),
        ("Auf einer Skala von 1 (gar nicht) bis 4 (sehr): das Netz", 1, 4),
        ("Auf einer Skala von 1 – sehr wichtig bis 5 – unwichtig", 5, 5),
        ("Bitte in Schulnoten: das Netz", 6, 6),
        ("Scale from 1 (strongly agree) to 7 (strongly disagree)", 7, 7),
        ("1: trifft zu; 4: trifft nicht zu; 9: weiß nicht", 4, 4),
    ],
)
def test_a_question_may_explain_its_numbers(text: str, lowest: int, n: int) -> None:
    steps = legend_steps(text)
    assert steps[str(lowest)] == "1" and steps[str(n + 1 - lowest)] == str(n) and len(steps) == n


@pytest.mark.parametrize(
    "text", ["Netz (1 = rot, 3 = blau)", "Bis 1 km, 5 Ämter", "1 = ja, 2 = nein", "Bis 2027: 1. Quartal (ja) 4. (nein)"]
)
def test_what_explains_no_scale(text: str) -> None:
    assert legend_steps(text) == {}


def drafted(folder: Path, columns: dict[str, list[str]]) -> tuple[list[RatingBlock], list[ChoiceBlock], str]:
    folder.mkdir(exist_ok=True)
    n = max(map(len, columns.values()))
    head = ["Kommune", *columns, *(f"Welche Ziele? [{name}]" for name in ("Recht", "Netz", "Amt"))]
    rows = [
        [
            f"Ort {i:02}",
            *(values[i % len(values)] for values in columns.values()),
            *("x" * ((i + j) % 2) for j in range(3)),
        ]
        for i in range(3 * n)
    ]
    (folder / "e.csv").write_text("\n".join(";".join(row) for row in [head, *rows]), encoding="utf-8")
    text = draft_codebook(folder / "e.csv")
    (folder / "codebook.yaml").write_text(text, encoding="utf-8")
    blocks = read_codebook(folder / "codebook.yaml").blocks
    ratings = [block for block in blocks if isinstance(block, RatingBlock)]
    return ratings, [block for block in blocks if isinstance(block, ChoiceBlock)], text


def test_items_of_one_question_share_the_scale_whatever_was_chosen(tmp_path: Path) -> None:
    steps = ["trifft nicht zu", "trifft eher nicht zu", "teils/teils", "trifft eher zu", "trifft zu"]
    ratings, choices, _ = drafted(
        tmp_path,
        {
            "Stand [Netz]": steps,
            "Stand [Amt]": ["trifft zu", "trifft nicht zu"],
            "Stand [Portal]": [steps[3], steps[2]],
        },
    )
    assert not choices and len(ratings) == 1
    assert list(ratings[0].columns.values()) == ["Stand [Netz]", "Stand [Amt]", "Stand [Portal]"]
    assert ratings[0].scale == (1, 5) and ratings[0].codes == {step: i for i, step in enumerate(steps, start=1)}


def test_statements_without_a_common_question_share_the_scale_too(tmp_path: Path) -> None:
    steps = ["sehr niedrig", "niedrig", "mittel", "hoch", "sehr hoch"]
    ratings, choices, _ = drafted(tmp_path, {"Netz": steps, "Portal": ["hoch", "mittel"], "Amt": steps[::-1]})
    assert not choices and len(ratings) == 1 and len(ratings[0].columns) == 3
    assert ratings[0].codes["sehr niedrig"] == 1 and ratings[0].codes["sehr hoch"] == 5


def test_an_unknown_scale_is_asked_for_and_does_not_depend_on_who_comes_first(tmp_path: Path) -> None:
    words = ["Kür", "Pflicht", "Spitze", "Mut zur Lücke"]
    ratings, (block,), text = drafted(tmp_path / "a", {"Stand [Netz]": words, "Stand [Amt]": words[::-1]})
    assert not ratings and list(block.codes) == sorted(words)  # type: ignore[arg-type]
    (asked,) = [line for line in text.splitlines() if "Sind das Stufen?" in line]
    assert asked.strip().startswith("# Sind das Stufen?") and "scale: [1, 4]" in asked
    open_answers = [place for place in open_places_in(tmp_path / "a" / "codebook.yaml") if ".codes." in place.column]
    assert [place.column.rsplit(".", 1)[-1] for place in open_answers] == sorted(words)
    assert all(place.severity == Severity.ERROR for place in open_answers)
    turned = words[2:] + words[:2]
    _, (other,), _ = drafted(tmp_path / "b", {"Stand [Netz]": turned, "Stand [Amt]": turned[::-1]})
    assert other == block


def test_a_legend_in_the_heading_turns_the_numbers_and_names_what_is_no_answer(tmp_path: Path) -> None:
    grades = [str(1 + i % 4) for i in range(12)] + ["9"]
    ratings, _, _ = drafted(
        tmp_path, {"Netz (1 = sehr gut, 6 = ungenügend, 9 = keine Angabe)": grades, "Amt von 1 bis 6": grades[:12]}
    )
    turned, plain = sorted(ratings, key=lambda block: len(block.codes), reverse=True)
    assert turned.scale == (1, 6) and turned.codes == {str(n): 7 - n for n in range(1, 7)}
    assert turned.missing == {"9": "keine_angabe"}
    assert not plain.codes and plain.scale == (1, 4)
