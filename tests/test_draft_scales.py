"""Answer scales in words: known ones are ordered with the right end up, unknown ones are asked for."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from typology.survey.blocks import ChoiceBlock, RatingBlock
from typology.survey.codebook import read_codebook
from typology.survey.draft.codebook_draft import draft_codebook
from typology.survey.draft.known_scales import KNOWN_LADDERS, KNOWN_WHOLE
from typology.survey.draft.scales import text_scale, turned_labels

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


def test_codes_that_rise_while_their_answers_fall() -> None:
    labels = {"1": "sehr wichtig", "2": "wichtig", "3": "eher unwichtig", "4": "unwichtig", "9": "keine Angabe"}
    assert turned_labels(labels, ["1", "3"])
    assert not turned_labels({"1": "unwichtig", "2": "eher wichtig", "3": "wichtig"}, ["1"])
    assert not turned_labels({"1": "rot", "2": "gelb", "3": "grün"}, ["1"])


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
    assert asked.strip().startswith("# Sind das Stufen?")
    turned = words[2:] + words[:2]
    _, (other,), _ = drafted(tmp_path / "b", {"Stand [Netz]": turned, "Stand [Amt]": turned[::-1]})
    assert other == block
