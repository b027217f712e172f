"""What is published, at its borders: cells just too small, steps just fine enough, numbers as they are printed."""

from __future__ import annotations

import io
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pypdf
import pytest
import views

from typology.content.catalogue import load_content
from typology.content.colours import contrast
from typology.content.instruments import load_instruments
from typology.content.shown import table_html
from typology.content.trainings import load_job_families, load_trainings
from typology.errors import PublishingError
from typology.matching.action.competences import competence_gaps
from typology.matching.action.trainings import match_trainings
from typology.publishing.gate.privacy import size_band
from typology.publishing.gate.public_model import _weights_tell, grid_of
from typology.publishing.gate.rules import RULES, Rules
from typology.publishing.gate.suppression import suppress
from typology.publishing.sheets.handed import printed
from typology.publishing.sheets.text import _facts, sheet_data
from typology.publishing.sheets.typesetting import set_pdf
from typology.publishing.site.build import _check_listed, _teams
from typology.publishing.site.data import readable
from typology.publishing.site.search import register_data
from typology.publishing.views.action import PARTS, Actions
from typology.publishing.views.agenda_text import _Page
from typology.publishing.views.learning import Learning
from typology.publishing.views.overview import limit_sentences
from typology.publishing.views.partners import Partners
from typology.publishing.views.type_figures import instruments
from typology.publishing.views.workshop import SMALL, _rows
from typology.study.export import with_names
from typology.tables.package import StudyTables
from typology.writing import chance, number

CONTENT = load_content()


def test_one_and_two_are_few_none_and_three_are_not() -> None:
    assert RULES.few(np.array([0, 1, 2, 3, 4])).tolist() == [False, True, True, False, False]
    assert Rules(minimum=2).few(np.array([0, 1, 2, 3, 4])).tolist() == [False, True, False, False, False]


def test_of_a_remainder_those_who_tell_each_other_are_taken_off() -> None:
    assert RULES.small(np.array([0, 1, 5, 6])).tolist() == [False, True, True, False]
    assert Rules(minimum=3, colluding=0).small(np.array([0, 2, 3])).tolist() == [False, True, False]


def test_a_table_without_small_cells_hides_nothing_and_one_with_them_hides_more_than_these() -> None:
    def hidden(cells: list[list[int]]) -> list[list[bool]]:
        whole = np.array(cells)
        whole = np.vstack([whole, whole.sum(axis=0)])
        whole = np.hstack([whole, whole.sum(axis=1, keepdims=True)])
        return suppress(whole, whole, rules=Rules(minimum=3, colluding=0)).tolist()

    assert not np.any(hidden([[3, 4], [5, 0]]))
    # The 2 alone would follow from its margins: a rectangle with it goes.
    assert hidden([[2, 4], [5, 6]]) == [[True, True, False], [True, True, False], [False, False, False]]
    assert np.array(hidden([[2, 4, 9], [5, 6, 9], [9, 9, 9]]))[:2, :2].all()


@pytest.mark.parametrize(
    ("n", "minimum", "step"),
    [(300, 3, 0.01), (299, 3, 0.02), (150, 3, 0.02), (149, 3, 0.05), (60, 3, 0.05), (59, 3, 0.1), (5, 3, 0.1),
     (500, 5, 0.01), (499, 5, 0.02)],
)  # fmt: skip
def test_a_step_leaves_as_many_open_as_a_small_cell_would_have(n: int, minimum: int, step: float) -> None:
    assert grid_of(n, Rules(minimum=minimum)) == step


@pytest.mark.parametrize(
    ("without", "unlisted", "tells"),
    [(9, 1, True), (9, 5, True), (9, 6, False), (2, 0, True), (3, 0, False), (0, 0, False)],
)
def test_a_summary_of_weights_tells_where_few_have_none_or_few_of_these_are_not_listed(
    without: int, unlisted: int, tells: bool
) -> None:
    keys = [str(place) for place in range(10)]
    weights = pd.DataFrame({"weight": [np.nan] * without + [1.0] * (10 - without)}, index=keys)
    tables: Any = SimpleNamespace(
        weights=weights, weight_margins=pd.DataFrame(), municipalities=pd.DataFrame(index=keys)
    )
    assert _weights_tell(tables, pd.Index(keys[unlisted:]), RULES) is tells


def test_25_000_inhabitants_begin_the_upper_band() -> None:
    bodies = pd.DataFrame(
        [("gemeinde", 24_999), ("gemeinde", 25_000), ("kreisfrei", 25_000), ("kreis", 24_999), ("verband", 24_999),
         ("gemeinde", None)],
        columns=["kind", "population"],
    )  # fmt: skip
    assert size_band(bodies).tolist() == ["unter_25000", "ab_25000", "ab_25000", "kreise", "kreise", ""]


def test_the_workshop_is_for_the_size_classes_below_25_000() -> None:
    below = [item.key for item in CONTENT.size_classes if item.scale == "gemeinde" and (item.upper or 1e9) <= 25_000]
    assert sorted(SMALL) == sorted(below)
    assert "25.000" in CONTENT.say("action_workshop_lead")


@pytest.mark.parametrize(
    ("probability", "printed"),
    [
        (0.0, "< 1"),
        (0.0049, "< 1"),
        (0.005, "1"),
        (0.01, "1"),
        (0.99, "99"),
        (0.9949, "99"),
        (0.995, "> 99"),
        (1.0, "> 99"),
    ],
)
def test_no_probability_is_printed_as_impossible_or_certain(probability: float, printed: str) -> None:
    assert chance(probability, "en") == f"{printed}%"
    assert chance(probability, "de") == f"{printed}\u00a0%"


def test_what_stands_under_a_name_in_its_order_and_each_once() -> None:
    view = {"kind": "municipality", "key": "90101003", "name_long": "Au", "kind_label": "Gemeinde",
            "kreis_name": "Kreis Au", "land_name": "Neuland", "population": 5000, "area_km2": 12.25}  # fmt: skip
    assert _facts(view, "en", CONTENT)[:3] == ["Gemeinde", "Kreis Au", "Neuland"]
    assert len(_facts(view, "en", CONTENT)) == 6  # inhabitants, area and key
    bare = view | {"kreis_name": None, "land_name": "Au", "population": None, "area_km2": 0}
    assert _facts(bare, "en", CONTENT)[:1] == ["Gemeinde"] and len(_facts(bare, "en", CONTENT)) == 2


def test_a_name_that_says_its_kreis_already_does_not_say_it_twice() -> None:
    page = _Page({}, CONTENT, "de")
    assert page.name({"name": "Au", "kreis_name": "Kreis Au"}) == "Au (Kreis Au)"
    assert page.name({"name": "Au (Kreis Au)", "kreis_name": "Kreis Au"}) == "Au (Kreis Au)"
    assert page.name({"name": "Au", "kreis_name": ""}) == "Au"


def test_the_agenda_names_strong_and_weak_fields_and_current_pain_points_alone() -> None:
    field = {"wichtig": 3, "all": 3.0}
    fields = [field | {"label": label, "own": own, "standing": standing}
              for label, own, standing in (("Daten", 5, "stark"), ("Wissen", 1, "schwach"), ("Prozesse", 3, ""),
                                           ("Offen", None, "stark"))]  # fmt: skip
    pains = [{"label": "Zeit", "state": "aktuell"}, {"label": "Geld", "state": "geloest"}]
    text = _Page({"fields": fields, "pain_points": pains, "standing_rule": "Regel."}, CONTENT, "de").status_quo()
    assert "Stark: Daten. Schwach: Wissen. Regel." in text
    assert CONTENT.say("agenda_pains_one", "de", pains="Zeit") in text and "Geld" not in text and "Offen" not in text
    plain = _Page({"fields": fields[2:3], "pain_points": [], "standing_rule": "Regel."}, CONTENT, "de").status_quo()
    assert CONTENT.say("agenda_status_none", "de") in plain and "| Prozesse | 3 | 3 | 3,0 |" in plain


@pytest.mark.parametrize(("measures", "said"), [(["goal", "stand"], True), (["goal"], False), ([], False)])
def test_limits_of_profiles_are_said_where_there_are_profiles_beside_the_goals(measures: list[str], said: bool) -> None:
    maker: Any = SimpleNamespace(
        tables=SimpleNamespace(type_profiles=pd.DataFrame({"measure": measures}), types=pd.DataFrame()),
        info=SimpleNamespace(synthetic=True, sample="", weak=False),
        content=CONTENT,
        say=lambda key, **_: key,
    )
    assert ("overview_limit_profiles" in limit_sentences(maker)) is said


@pytest.mark.parametrize(
    ("types", "said"),
    [
        ({"share": [0.4, 0.6, np.nan], "low": [np.nan, np.nan, np.nan]}, True),
        ({"share": [0.4, 0.6, np.nan], "low": [0.3, 0.5, np.nan]}, False),
        ({"share": [0.4, 0.6, np.nan]}, False),  # a frozen typology: no interval was looked for
        ({"share": [np.nan], "low": [np.nan]}, False),  # leanings have no shares
    ],
)
def test_a_missing_interval_is_explained_where_one_was_looked_for(types: dict[str, list[float]], said: bool) -> None:
    maker: Any = SimpleNamespace(
        tables=SimpleNamespace(type_profiles=pd.DataFrame({"measure": ["goal"]}), types=pd.DataFrame(types)),
        info=SimpleNamespace(synthetic=True, sample="", weak=False),
        content=CONTENT,
        say=lambda key, **_: key,
    )
    assert ("overview_limit_no_interval" in limit_sentences(maker)) is said


def test_the_first_five_pages_too_many_or_too_few_are_named_in_their_order() -> None:
    pages: Any = [{"key": key, "audience": "public"} for key in "654321"]
    nobody = pd.DataFrame({"key": list("123456"), "listed": False})
    with pytest.raises(PublishingError, match=r"mit Seite: 1, 2, 3, 4, 5\."):
        _check_listed(pages, nobody)
    with pytest.raises(PublishingError, match=r"ohne Seite: 1, 2, 3, 4, 5\."):
        _check_listed([], nobody.assign(listed=True))
    _check_listed(pages, nobody.assign(listed=True))


def test_a_result_in_a_notebook_has_no_lines_round_its_cells_and_no_markup_of_its_own() -> None:
    html = table_html("<b>", pd.DataFrame({"x": ["<i>", np.nan]}))
    assert "border=" not in html and "–" in html
    assert "&lt;b&gt;" in html and "&lt;i&gt;" in html and "<b>" not in html and "<i>" not in html


def test_an_instrument_is_shown_if_one_of_its_two_shares_is() -> None:
    names = [item.key for item in load_instruments().instruments[:4]]
    shares = [(0.5, 0.4), (None, 0.4), (0.5, None), (None, None)]

    def rows(place: int) -> list[dict[str, Any]]:
        return [{"item": name, "estimate": pair[place], "low": None, "high": None, "n": 9}
                for name, pair in zip(names, shares, strict=True)]  # fmt: skip

    shown = instruments(CONTENT, rows(0), rows(1))
    assert [row["key"] for row in shown] == names[:3]
    assert [(row["type"], row["all"]) for row in shown] == shares[:3]


def test_contrast_is_that_of_wcag() -> None:
    # Black on white is 21 to 1, a colour on itself 1 to 1, whichever is named first.
    black, white = (0, 0, 0), (255, 255, 255)
    assert contrast(black, white) == pytest.approx(21) == contrast(white, black)
    assert contrast(white, white) == pytest.approx(1)
    assert contrast((119, 119, 119), white) == pytest.approx(4.48, abs=0.005)  # #777777, just below 4.5


def test_a_number_as_short_as_it_is_has_six_digits_at_most() -> None:
    assert (number(1.2345678, "en", None), number(0.5, "en", None)) == ("1.234568", "0.5")


def test_the_packed_register_says_nothing_for_a_step_of_one() -> None:
    rows = [("01051001", True), ("01051002", False), ("01051038", True), ("01053001", False), ("zeile_7", False)]
    table = pd.DataFrame(rows, columns=["key", "partner"]).assign(
        name="Au", kind_label="Gemeinde", size_class="GK7", kreis_name="Kreis", land_name="Land", listed=True,
        kind="gemeinde", population=[9.0, 10.0, float("nan"), 10.0, 8.0],
    )  # fmt: skip
    packed = register_data(table)
    # 1001 − 0 = 1001 is rt in base 36, then 1, then 36 = 10; every Kreis begins anew; other keys stand in raw.
    assert packed["keys"] == ";rt,,10;rt" and packed["groups"] == ",01051,01053"
    assert packed["raw"] == "zeile_7\tKreis\tLand" and packed["laender"] == {"00": "Land", "01": "Land"}
    assert packed["listed"] == [0, 1, 2, 3, 4] and packed["partners"] == [1, 3]
    # the rows by key, the one of another kind of key first: 8, 9, 10, unknown, 10
    assert packed["larger"] == [2, 4, 1, 0, 3] and packed["sizes"] == [1, 3, 1]


def test_a_name_stands_right_of_its_key_and_never_alone() -> None:
    names = pd.DataFrame({"name": ["Au", "Bad Au"]}, index=["1", "2"])
    table = pd.DataFrame({"rank": [1, 2], "key": ["1", "2"], "partner": ["2", "9"], "score": [0.5, 0.4]})
    named = with_names(table, names)
    assert list(named) == ["rank", "key", "name", "partner", "partner_name", "score"]
    assert named["name"].tolist() == ["Au", "Bad Au"] and named["partner_name"].tolist() == ["Bad Au", ""]


def test_the_largest_gap_comes_first_and_its_path_says_what_stays_open() -> None:
    levels = [("verwaltung", "sicherheit", 5.0, 1.0), ("kita", "sicherheit", 8.0, 2.0), ("kita", "inhalte", 4.0, 3.0)]
    table = pd.DataFrame([("1", *row) for row in levels], columns=["key", "family", "area", "soll", "ist"])
    gaps = competence_gaps(table, load_job_families())
    tables = StudyTables(
        municipalities=pd.DataFrame({"kind": "gemeinde", "name": "Au"}, index=pd.Index(["1"], name="key")),
        competence_gaps=gaps,
        trainings=match_trainings(gaps, load_trainings()),
    )
    shown = Learning(tables, CONTENT, Actions(tables, CONTENT, Partners(tables, CONTENT)).named)
    paths = shown.trainings("1")
    assert [path["gap"] for path in paths] == [row["gap"] for row in shown.gaps("1")] == [6.0, 4.0, 1.0]
    # One course leads from 2 to 4 of 8; two lead from 1 over 3 to 5, and nothing is left.
    assert [len(path["steps"]) for path in paths] == [1, 2, 1]
    assert paths[0]["closing"] == {
        lang: CONTENT.say("action_training_rest", lang, start="4", end="8") for lang in ("de", "en")
    }
    assert paths[1]["closing"] is None and (paths[1]["ist"], paths[1]["soll"]) == (1.0, 5.0)


def test_of_a_partner_a_sheet_says_nothing_that_its_view_leaves_out() -> None:
    view = views.municipality() | {"similar": [{"name_long": "Au", "key": "90101009"}], "complementary": None}
    filled = sheet_data(view, "full", "de", CONTENT)["view"]
    empty = dict.fromkeys(
        ("kreis_name", "land_name", "topic", "likeness", "difference", "closeness", "mailbox", "ask"), ""
    )  # fmt: skip
    assert filled["similar"] == [
        empty | dict.fromkeys(("type", "population", "distance_km", "reach"))
        | {"name_long": "Au", "key": "90101009", "mutual": False, "levels": []}
    ]  # fmt: skip
    assert filled["complementary"] == []


@pytest.mark.parametrize("kind", ["short", "full", "council"])
def test_what_a_template_is_not_handed_it_does_not_print(kind: str) -> None:
    whole = sheet_data(views.municipality(), kind, "de", CONTENT)
    less = printed(whole)
    assert len(less["view"]) < len(whole["view"])
    assert set_pdf(less, datetime(2026, 6, 30)) == set_pdf(whole, datetime(2026, 6, 30))


def test_signs_that_mean_something_to_the_typesetter_are_printed_as_they_are() -> None:
    name = 'A "b" \\ c #d $e$ *f*'
    sheet = set_pdf(
        sheet_data(views.municipality() | {"name_long": name}, "short", "de", CONTENT), datetime(2026, 6, 30)
    )
    told = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(sheet)).pages)
    assert 'A "b" \\ c' in told and "#d $e$" in told and "*f*" in told


def test_teams_of_the_site_stand_once_in_the_order_of_their_names() -> None:
    teams = [{"team": {"name": name}} for name in ("b-01", "a-02", "a-01", "b-01")]
    assert _teams([*teams, {"team": None}, {}]) == [{"name": "a-01"}, {"name": "a-02"}, {"name": "b-01"}]


def test_what_is_shown_of_an_agenda_has_two_digits_levels_one_kilometres_none() -> None:
    keys = pd.Index(["90101001", "90101002"], name="key")
    step = {"key": keys[0], "rank": 1, "step": "sicherheit_bestand", "score": 0.456, "trigger": "", "partners": "",
            "partner_reason": "", "done": "", "running": ""}  # fmt: skip
    group = {"topic": "ressourcen", "group": "g", "host": keys[0], "n": 2, "past": "", "score": 1.236} | {
        f"part_{name}": 0.123 for name in PARTS
    }
    member = {"topic": "ressourcen", "group": "g", "host": False, "distance_km": 12.6, "reason": ""}
    levels = pd.DataFrame(
        [(keys[0], "kita", "sicherheit", 7.26, 2.04)], columns=["key", "family", "area", "soll", "ist"]
    )
    gaps = competence_gaps(levels, load_job_families())
    tables = StudyTables(
        municipalities=pd.DataFrame({"kind": "gemeinde", "name": ["Au", "Bad Au"]}, index=keys),
        consent=pd.DataFrame({"contact": False, "listed": True}, index=keys),
        assignments=pd.DataFrame({"type": ""}, index=keys),
        agenda=pd.DataFrame([step]),
        pain_points=pd.DataFrame({"ressourcen": "aktuell"}, index=keys),
        cooperation=pd.DataFrame([group]),
        cooperation_members=pd.DataFrame([member | {"key": key} for key in keys]),
        competence_gaps=gaps,
        trainings=match_trainings(gaps, load_trainings()),
    )
    shown = Actions(tables, CONTENT, Partners(tables, CONTENT), public=False)
    assert [row["score"] for row in shown.agenda(keys[0])] == [0.46]
    (joined,) = shown.cooperation(keys[0])
    assert joined["score"] == 1.24 and set(joined["parts"].values()) == {0.12}
    assert [other["km"] for other in joined["members"]] == [13]
    levels = {"soll": 7.3, "ist": 2.0, "gap": 5.2}
    shown = Learning(tables, CONTENT, shown.named)
    assert [{name: row[name] for name in levels} for row in shown.gaps(keys[0])] == [levels]
    assert [{name: row[name] for name in levels} for row in shown.trainings(keys[0])] == [levels]


def test_a_colour_moves_in_twentieths_towards_white_or_black_until_it_is_read() -> None:
    # Grey 128 on black has 5.3 to 1 and stays for 4.8; for 6 it moves by 127/20 each step: two steps, 140.7.
    assert readable("#808080", "#000000", 4.8) == "#808080"
    assert readable("#808080", "#000000", 6.0) == "#8d8d8d"
    assert readable("#808080", "#ffffff", 21) == "#000000" and readable("#808080", "#000000", 21) == "#ffffff"


def test_groups_of_the_workshop_stand_in_the_order_of_the_table_with_two_digits() -> None:
    columns = ["grouping", "group", "item", "level", "n", "estimate", "low", "high"]
    rows = [("typ", group, "vorgehen", "aktuell", 9, 0.123, 0.016, 0.456) for group in ("visionaere", "optimierer")]
    maker = SimpleNamespace(
        tables=SimpleNamespace(pain_shares=pd.DataFrame(rows, columns=columns)), label=lambda _, group: group
    )
    shown = _rows(maker, "vorgehen", "typ")  # type: ignore[arg-type]
    assert [row["key"] for row in shown] == ["visionaere", "optimierer"]
    assert shown[0]["aktuell"] == {"estimate": 0.12, "low": 0.02, "high": 0.46} and shown[0]["geloest"] is None
    assert _rows(maker, "vorgehen", "alle") == []  # type: ignore[arg-type]
