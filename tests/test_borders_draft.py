"""The drafter's rules at their borders: how many answers tell a scale, a footer, a second heading, a stray word."""

from __future__ import annotations

import pandas as pd
import pytest

from typology.files.table import Table
from typology.survey.draft.guess import guess_columns
from typology.survey.draft.layout import cut_footer, heading_rows, title_rows
from typology.survey.draft.missing import missing_tokens
from typology.survey.draft.scales import even_steps, numbered_ends, ordered, scale_words, shared_steps


def table(columns: dict[str, list[str]]) -> Table:
    """An export with these columns; row 1 is the heading."""
    frame = pd.DataFrame(columns, dtype=str)
    return Table(frame.set_axis(range(2, len(frame) + 2)), "export.csv", {})


@pytest.mark.parametrize(
    ("values", "n", "steps"),
    [
        (["0", "4,5", "9"], 20, {"0": "1", "4,5": "2", "9": "3"}),
        (["0", "4,5", "9"], 19, {}),  # too few answers
        (["0", "5"], 20, {}),
        (["0", "2", "4", "6", "8"], 20, {"0": "1", "2": "2", "4": "3", "6": "4", "8": "5"}),
        (["0", "2", "4", "6", "8", "10"], 20, {}),
        (["0", "1", "2"], 20, {}),  # an ordinary scale
        (["2", "4", "6"], 20, {}),  # points begin at none
        (["0", "2", "5"], 20, {}),  # no equal distances
        (["0", "2", "2.0", "4"], 20, {}),  # one number in two spellings
        (["0", "2", "x"], 20, {}),
    ],
)
def test_points_are_steps_if_three_to_five_values_at_equal_distances_begin_at_none(
    values: list[str], n: int, steps: dict[str, str]
) -> None:
    assert even_steps(values, n) == steps


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["wenig 1", "2", "3", "4", "viel 5"], True),
        (["2", "3", "4", "viel 5"], True),
        (["2", "3", "viel 4"], False),  # two plain numbers tell no scale
        (["1", "2", "3", "viel 3"], False),  # one number twice
        (["1", "2", "mittel 3", "4", "5"], False),  # the words stand inside
        (["0", *map(str, range(1, 11)), "viel 11"], True),
        (["0", *map(str, range(1, 12)), "viel 12"], False),  # no scale is that long
        (["wenig 1", "2", "3", "4", "eher 5", "viel 6"], False),  # three with words
    ],
)
def test_words_at_the_ends_of_three_plain_numbers_or_more(values: list[str], found: bool) -> None:
    assert bool(numbered_ends(values)) is found


def test_words_of_a_scale_and_their_number() -> None:
    assert ordered({"1": "sehr wichtig", "2": "wichtig", "3": "weniger wichtig", "4": "gar nicht wichtig"})
    assert not ordered({"1": "sehr wichtig", "2": "wichtig", "3": "gar nicht wichtig"})
    assert scale_words(["a", "b"]) == {} and scale_words(list("abcdef")) == {}
    assert shared_steps([{"0": "1", "3": "2"}, {"0": "1", "5": "2"}]) == {"0": "1", "3": "2", "5": "2"}
    assert shared_steps([{"0": "1", "3": "2"}, {"3": "1", "6": "2"}]) == {}  # 3 would be two steps
    assert shared_steps([{"0": "1", "3": "2"}, {"0": "1"}]) == {}


@pytest.mark.parametrize(("n", "blank", "last", "n_rows"), [
    (20, 0, ["", "", "Summe"], 1),
    (19, 0, ["", "", "Summe"], 0),  # too few keys to judge by
    (20, 1, ["", "", "Summe"], 0),  # the form of the keys would leave out a respondent without one
    (20, 0, ["", "x", "y"], 0),  # who leaves the key out but answers is a respondent
    (20, 0, ["Neuort", "", ""], 0),  # something else where the key belongs
    (20, 0, ["Summe", "", ""], 1),
])  # fmt: skip
def test_a_footer_has_no_key_and_at_most_half_of_what_rows_have(
    n: int, blank: int, last: list[str], n_rows: int
) -> None:
    keys = [*([""] * blank), *(f"{1001000 + place}" for place in range(n))]
    rows = {"ags": [*keys, last[0]], "z1": [*["x"] * len(keys), last[1]], "z2": [*["y"] * len(keys), last[2]]}
    cut, footer = cut_footer(table(rows))
    assert (footer.n_rows if footer else 0) == n_rows
    assert len(cut.frame) == len(keys) + 1 - n_rows
    assert footer is None or (footer.column, footer.first) == ("ags", len(keys) + 2)


@pytest.mark.parametrize(("columns", "answers", "rows"), [(3, 6, 2), (2, 6, 1), (3, 5, 2), (3, 4, 1)])
def test_three_columns_with_words_above_numbers_are_a_second_heading(columns: int, answers: int, rows: int) -> None:
    numbers = [str(1 + place % 5) for place in range(answers)]
    assert heading_rows(table({f"v{place}": [f"Ziel {place}?", *numbers] for place in range(columns)})) == rows
    # who does not know says the same everywhere
    assert heading_rows(table({f"v{place}": ["weiß ich nicht", *numbers] for place in range(columns)})) == 1


def test_no_more_than_three_rows_are_heading() -> None:
    words = ["Wie wichtig", "Erste Frage", "Zweite Frage"]
    columns = {
        f"v{place}": [*(f"{word} {place}" for word in words), *"123451234512345123451234512345"] for place in range(4)
    }
    assert heading_rows(table(columns)) == 3


def test_a_title_stands_alone_above_a_row_of_different_words() -> None:
    def rows(*lines: list[str]) -> Table:
        width = len(lines[0])
        names = ["Befragung 2026", *(f"(Spalte {place})" for place in range(2, width + 1))]
        return table({name: [line[place] for line in lines] for place, name in enumerate(names)})

    assert title_rows(rows(["", "", ""], ["ags", "name", "z1"], ["1", "2", "3"])) == 2
    assert title_rows(rows(["ags", "name", "name"], ["1", "2", "3"])) == 0  # a word twice
    assert title_rows(rows(["ags", "name", "7"], ["1", "2", "3"])) == 0  # a number
    assert title_rows(rows(["ags", "name"], ["1", "2"])) == 0  # too few columns to tell
    # Four of five cells are 80 %; three are not.
    assert title_rows(rows(["a", "b", "c", "d", ""], list("12345"))) == 1
    assert title_rows(rows(["a", "b", "c", "", ""], list("12345"))) == 0


@pytest.mark.parametrize(
    ("items", "levels", "kind"), [(3, 5, "rating"), (3, 6, "rating"), (2, 5, "choice"), (3, 4, "choice")]
)
def test_three_items_with_the_same_five_codes_or_more_are_a_scale(items: int, levels: int, kind: str) -> None:
    columns = {
        f"Z1[SQ00{item}]": [f"A{1 + row * (item + 1) % levels}" for row in range(8 * levels)] for item in range(items)
    }
    guesses = guess_columns(table(columns), [], [])
    assert {guess.kind for guess in guesses} == {kind}
    if kind == "rating":
        assert guesses[0].scale == (1, levels)
        assert guesses[0].codes == {f"A{step}": str(step) for step in range(1, levels + 1)}


def test_one_word_among_numbers_in_two_columns_is_a_code_for_missing() -> None:
    def words(*columns: list[str]) -> dict[str, str]:
        width = max(map(len, columns))
        padded = {f"v{place}": [*values, *[""] * (width - len(values))] for place, values in enumerate(columns)}
        return missing_tokens(table(padded))[0]

    assert words(["1", "2", "3", "wn"], ["4", "5", "6", "wn"]) == {"wn": "TODO_grund"}
    assert words(["1", "2", "3", "wn"], ["4", "5", "6", "7"]) == {}  # in one column only
    assert words(["1", "2", "wn"], ["4", "5", "wn"]) == {}  # two numbers tell no column of numbers
    assert words(["1", "2", "3", "x" * 15], ["4", "5", "6", "x" * 15]) == {"x" * 15: "TODO_grund"}
    assert words(["1", "2", "3", "x" * 16], ["4", "5", "6", "x" * 16]) == {}  # an answer, no code


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["rot", "blau", "grün"] * 3, "choice"),  # three answers to each value
        ((["rot", "blau", "grün"] * 3)[:-1], "text"),
        ([f"{'a' * 119}{letter}" for letter in "xy"] * 3, "choice"),
        ([f"{'a' * 120}{letter}" for letter in "xy"] * 3, "text"),  # nobody ticks a text that long
        ([f"Farbe {letter}" for letter in "abcdefghijkl"] * 3, "choice"),
        ([f"Farbe {letter}" for letter in "abcdefghijklm"] * 3, "text"),
    ],
)
def test_up_to_twelve_short_values_given_three_times_each_are_a_choice(values: list[str], kind: str) -> None:
    guesses = guess_columns(table({"Farbe": values}), [], [])
    assert [guess.kind for guess in guesses] == [kind]
