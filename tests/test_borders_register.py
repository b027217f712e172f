"""Registers and surveys at their borders: size classes, keys, changes of territory, answers that are no choice."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from typology.clustering.engine.question import GoalQuestion
from typology.content.catalogue import load_content
from typology.errors import Findings
from typology.files.labelled import _declared_missing, _inside
from typology.register.bodies import size_classes
from typology.register.gvisys import _heading_rows
from typology.register.keys import KeyBook, key_candidates
from typology.register.names import NameIndex
from typology.register.official_keys import LAENDER
from typology.register.successors import SUCCESSOR_COLUMNS, Successors
from typology.survey.blocks import Goals
from typology.survey.codebook import Respondent
from typology.survey.flags import flag_answers, note_everything
from typology.survey.report import Journal
from typology.survey.rows import one_per_key, own_keys
from typology.survey.values import MAX_VALUES, Reader
from typology.survey.weighting import rake
from typology.types.intervals import shares_are_blurred

CONTENT = load_content()


@pytest.mark.parametrize(
    ("kind", "borders"),
    [
        ("gemeinde", [(0, "GK7"), (10_000, "GK6"), (25_000, "GK5"), (50_000, "GK4"), (100_000, "GK3"),
                      (200_000, "GK2"), (400_000, "GK1")]),
        ("kreisfrei", [(0, "GK7"), (10_000, "GK6"), (25_000, "GK5"), (50_000, "GK4"), (100_000, "GK3"),
                       (200_000, "GK2"), (400_000, "GK1")]),
        ("kreis", [(0, "LK3"), (150_000, "LK2"), (250_000, "LK1")]),
    ],
)  # fmt: skip
def test_a_size_class_holds_its_lower_border_and_not_its_upper_one(kind: str, borders: list[tuple[int, str]]) -> None:
    at = pd.Series([float(border) for border, _ in borders])
    names = [name for _, name in borders]
    assert size_classes(at, pd.Series(kind, at.index), CONTENT).tolist() == names
    assert size_classes(at[1:] - 1, pd.Series(kind, at.index[1:]), CONTENT).tolist() == names[:-1]


def test_bodies_of_no_scale_and_unknown_inhabitants_have_no_size_class() -> None:
    people, kinds = pd.Series([5000.0, 5000.0, float("nan")]), pd.Series(["verband", "gemeindefrei", "gemeinde"])
    assert size_classes(people, kinds, CONTENT).tolist() == ["", "", ""]


def test_there_are_sixteen_laender() -> None:
    assert (LAENDER[0], LAENDER[-1], len(LAENDER)) == ("01", "16", 16)


def moved(*rows: tuple[str, str, str, str]) -> Successors:
    """A table of changes: date, old key, kind of change, new key."""
    return Successors(
        pd.DataFrame(
            [(date, old, "", change, new, "", float("nan"), "") for date, old, change, new in rows],
            columns=list(SUCCESSOR_COLUMNS),
        )
    )


def test_a_key_that_was_given_twice_follows_its_latest_change() -> None:
    # Dissolved in 2010, given to a new body, dissolved again in 2020: whoever writes it means the last one.
    table = moved(("2010-01-01", "1", "aufgeloest", "2"), ("2020-01-01", "1", "aufgeloest", "3"))
    assert table.follow("1", {"2", "3"}).keys == ("3",)


def test_parts_that_meet_again_are_one_and_parts_that_do_not_are_a_split() -> None:
    split = moved(("2010-01-01", "1", "aufgeloest", "2"), ("2010-01-01", "1", "aufgeloest", "3"))
    assert split.follow("1", {"2", "3"}).keys == ("2", "3")
    met = moved(*split.table[["date", "key", "change", "successor"]].itertuples(index=False),
                ("2015-01-01", "2", "aufgeloest", "3"))  # fmt: skip
    assert met.follow("1", {"3"}).keys == ("3",) and met.follow("1", {"3"}).lost == ()
    assert split.follow("1", {"3"}) == type(split.follow("1", set()))(("3",), ("2",), ("1", "2", "3"))


@pytest.mark.parametrize(
    ("change", "keys"), [("aufgeloest", ("2",)), ("schluessel", ("2",)), ("teil", ()), ("name", ())]
)
def test_only_what_ends_a_key_moves_it(change: str, keys: tuple[str, ...]) -> None:
    assert moved(("2010-01-01", "1", change, "2")).follow("1", {"2"}).keys == keys


def test_a_lost_zero_is_put_back_only_where_nothing_else_can_be_meant() -> None:
    kinds = {"01001000": "kreisfrei", "01051": "kreis", "010515163": "verband", "11051000": "kreisfrei"}
    book = KeyBook(kinds, {"010010000000": "01001000"}, {})
    for written, key in (("1001000", "01001000"), ("1051", "01051"), ("10515163", "010515163"),
                         ("10010000000", "01001000")):  # fmt: skip
        assert (book.normalise(written).key, book.normalise(written).repaired) == (key, "leading_zero")
    assert book.normalise("11051").key == "11051000"  # as written it is the Kreis key of a kreisfreie Stadt
    assert book.normalise("051000").problem.startswith("6 Stellen")
    assert key_candidates("1001000") == ("01001000", "001001000")  # a municipality, then a Verband without two zeros
    assert key_candidates("001000") == ()


def test_without_a_register_names_become_keys_and_alike_ones_are_one() -> None:
    frame = pd.DataFrame({"ort": ["Bad Au", "bad au", "Neustadt/Öst", "Ulm", "BAD AU", "Bad Au"]}, index=range(2, 8))
    found = Findings("responses.csv")
    keys = own_keys(frame, Respondent(name="ort"), {"ort": "ort"}, found)
    assert keys.tolist() == ["bad_au", "bad_au", "neustadt_oest", "Ulm", "bad_au", "bad_au"]
    assert [(item.kind, item.row, item.value) for item in found] == [
        ("schluessel_schreibweise", 3, "BAD AU | Bad Au | bad au")
    ]
    assert own_keys(frame, Respondent(), {}, found).tolist()[:2] == ["zeile_2", "zeile_3"]


def test_only_the_latest_answer_asks_for_the_time_of_two() -> None:
    keys = pd.Series(["a", "a", "b"], index=[2, 3, 4])
    everything, enough = pd.Series([3, 3, 1], keys.index), pd.Series(True, keys.index)
    for rule, warnings in (("latest", 1), ("most_complete", 0)):
        found = Journal("responses.csv")
        rows = one_per_key(keys, rule, pd.Series(["1", "1", "1"], keys.index, name="n"), everything, enough, found)
        assert rows.tolist() == [3, 4]  # a tie goes to the later row
        assert sum(problem.severity == "warnung" for problem in found) == warnings


def test_a_range_of_missing_values_holds_both_its_ends() -> None:
    assert [_inside(text, -99.0, -97.0) for text in ("-99", "-98", "-97", "-96", "-100", "x")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
    assert [_inside(text, "k", "w") for text in ("k", "m", "w")] == [True, False, True]  # words have no range


def pick(n: int, kind: str = "pick", limit: int | None = None, levels: int = 0) -> Any:
    """A question with that many goals."""
    return Goals.model_construct(
        kind=kind, limit=limit, columns={f"z{place}": f"Z{place}" for place in range(n)},
        levels=[type("Level", (), {"key": str(level)}) for level in range(levels)],
    )  # fmt: skip


def flagged(question: Any, ticks: int, n: int, value: str = "ja") -> list[str]:
    row = [value] * ticks + ["nein" if value == "ja" else "0"] * (n - ticks)
    return flag_answers(pd.DataFrame([row], index=["90101003"]), question)["flag"].tolist()


@pytest.mark.parametrize(
    ("goals", "ticked", "everything"),
    [
        (10, 9, True), (10, 8, False),  # exactly 90 %
        (15, 14, True), (15, 13, False),  # 13.5 is rounded up: 13 of 15 are 87 %
        (5, 5, True), (5, 4, False),  # 4.5 is rounded up
        (4, 4, False),  # of so few, all says little
    ],
)  # fmt: skip
def test_ninety_percent_of_at_least_five_goals_is_ticking_everything(goals: int, ticked: int, everything: bool) -> None:
    assert flagged(pick(goals), ticked, goals) == (["ticks_everything"] if everything else [])


@pytest.mark.parametrize(("goals", "everything"), [(8, True), (7, False)])
def test_eight_goals_all_rated_highest_are_no_choice_where_the_codebook_says_so(goals: int, everything: bool) -> None:
    question = pick(goals, "rating", levels=3)
    assert flagged(question, goals, goals, "2") == []
    question = question.model_copy(update={"flag_ticks_everything": True})
    assert flagged(question, goals, goals, "2") == (["ticks_everything"] if everything else [])
    assert flagged(question, goals, goals, "1") == []


@pytest.mark.parametrize(
    ("n", "kind", "flags", "warned"),
    [(50, "yes_no", "auto", True), (51, "yes_no", "auto", False), (50, "rating", "auto", True),
     (50, "yes_no", True, False), (50, "pick", False, False)],
)  # fmt: skip
def test_one_in_fifty_who_agrees_to_everything_is_told_where_it_takes_part(
    n: int, kind: str, flags: bool | str, warned: bool
) -> None:
    question = pick(8, kind, levels=2 if kind == "rating" else 0).model_copy(update={"flag_ticks_everything": flags})
    low, high = ("0", "1") if kind == "rating" else ("nein", "ja")
    values = pd.DataFrame([[high] * 8] + [[low] * 7 + [high]] * (n - 1))
    found = Findings()
    note_everything(values, question, found)
    said = [problem.message for problem in found]
    assert len(said) == warned and all("1 von 50" in text and "kein Intervall" in text for text in said)
    # and the shares of types have no interval exactly then, of those who take part
    asked = GoalQuestion(kind, None)
    goals = values.astype(pd.CategoricalDtype([low, high], ordered=True))
    assert shares_are_blurred(goals[1:] if flags is True else goals, asked) == warned


def test_yes_to_every_question_is_an_answer_unless_the_codebook_says_otherwise() -> None:
    question = pick(10, "yes_no")
    assert flagged(question, 10, 10) == []
    assert flagged(question.model_copy(update={"flag_ticks_everything": True}), 10, 10) == ["ticks_everything"]
    assert flagged(pick(10).model_copy(update={"flag_ticks_everything": False}), 10, 10) == []


def test_as_many_as_the_limit_is_within_it() -> None:
    assert flagged(pick(10, limit=3), 3, 10) == []
    assert flagged(pick(10, limit=3), 4, 10) == ["over_limit"]
    assert flagged(pick(5, limit=5), 5, 5) == []  # the question allows it
    assert flagged(pick(10, limit=3), 9, 10) == ["over_limit", "ticks_everything"]


def test_no_weight_exceeds_the_limit_and_what_is_cut_goes_to_the_others() -> None:
    # One of four stands for half: weight 2, the others 2/3. With a limit of 1.5 it keeps 1.5, the others (4 - 1.5) / 3.
    sample = pd.DataFrame({"kind": ["kreis", "gemeinde", "gemeinde", "gemeinde"]})
    target = {"kind": pd.Series({"kreis": 50, "gemeinde": 50})}
    assert rake(sample, target).weights.tolist() == pytest.approx([2, 2 / 3, 2 / 3, 2 / 3])
    margins = rake(sample, target).margins.set_index("category")
    assert margins.loc["kreis", ["n", "target_share", "sample_share", "weighted_share"]].tolist() == [1, 0.5, 0.25, 0.5]
    held = rake(sample, target, trim=1.5)
    assert held.weights.tolist() == pytest.approx([1.5, 2.5 / 3, 2.5 / 3, 2.5 / 3])
    assert (held.trimmed, rake(sample, target).trimmed) == (1, 0)
    assert rake(sample, target).design_effect == pytest.approx(4 * (4 + 4 / 3) / 16)  # n · Σw² / (Σw)²


def test_missing_is_what_lies_in_one_of_the_ranges_or_is_named_and_nothing_else() -> None:
    labels = {"-99": "keine Angabe", "1": "ja"}
    column = {"labels": labels, "missing": [], "ranges": [(-99.0, -98.0), (7.0, 7.0)]}
    values = ["1", "-98", "7", "", "6", "x"]
    unnamed = {"-98": "als fehlend vereinbart", "7": "als fehlend vereinbart"}
    assert _declared_missing(column, values) == {"-99": "keine Angabe"} | unnamed
    assert _declared_missing(column | {"missing": ["x"], "ranges": []}, values) == {"x": "als fehlend vereinbart"}
    assert _declared_missing(column | {"ranges": []}, values) == {}


def test_a_heading_names_two_columns_at_least_and_one_of_them_the_key() -> None:
    below = ["01001000", "Flensburg"]
    assert _heading_rows([["Stand 2026", ""], ["AGS", "Name"], below]) == (1, 2)
    assert _heading_rows([["AGS", ""], below]) == (0, 0)  # a word alone is no heading
    assert _heading_rows([["Name", "Kreis"], below]) == (0, 0)
    assert _heading_rows([["AGS", "Name"], ["", "ohne Schlüssel"]]) == (0, 0)


def test_of_alike_names_the_larger_body_stands_first_then_the_one_named_earlier() -> None:
    names = ["Neukirchen"] * 4
    index = NameIndex(names, names, ["gemeinde"] * 4, [""] * 4, [5.0, float("nan"), 9.0, 5.0])
    assert index.find("Neukirhcen") == [(2, "similar"), (0, "similar"), (3, "similar"), (1, "similar")]
    assert [position for position, _ in index.find("Neukirchen")] == [2, 0, 3, 1]


@pytest.mark.parametrize(("more", "last"), [(0, "50"), (1, "")])
def test_fifty_strange_values_are_listed_and_of_more_only_the_number(more: int, last: str) -> None:
    values = [str(number) for number in range(1, MAX_VALUES + more + 1)]
    found = Findings("x.csv")
    Reader(found, pd.Series("", index=range(len(values))), {}).read(pd.Series(values, name="a"), {"ja": 1}, "ja")
    assert len(found.problems) == 50 + more and found.problems[-1].value == last
    assert [problem.message for problem in found.problems[50:]] == [
        "1 weitere Werte der Spalte sind nicht erklärt"
    ] * more


def test_held_weights_have_settled_when_all_of_them_have() -> None:
    sample = pd.DataFrame({"a": list("xxxxyyyy"), "b": list("pppqpqqq")})
    target = {"a": pd.Series({"x": 1, "y": 3}), "b": pd.Series({"p": 3, "q": 1})}
    # The fifth, alone in y and p, stands at the limit from the first pass on, the others still move.
    passes = [rake(sample, target, trim=2, max_iter=number) for number in (1, 2, 500)]
    assert [found.weights[4] for found in passes] == pytest.approx([2.0, 2.0, 2.0])
    assert [found.converged for found in passes] == [False, False, True]
