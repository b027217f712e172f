"""The survey before this one on the site: who may be named, what is counted, and what every sentence says."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pypdf
import pytest
from miniature import QUICK
from planted import draw_answers, planted_typology
from test_compare import with_other_answers

from typology.content.catalogue import load_content
from typology.content.vocabulary import ALL, Wave, WaveChange
from typology.errors import StudyError
from typology.publishing.gate.public_waves import WAVE_TABLES, public_waves
from typology.publishing.gate.rules import RULES
from typology.publishing.sheets.render import render_sheet
from typology.publishing.views.maker import ViewMaker
from typology.publishing.views.waves import Waves
from typology.register.successors import SUCCESSOR_COLUMNS, Successors
from typology.study.store import public_study
from typology.study.waves import PUBLISHED, Former, former_mark, former_tables, read_former
from typology.study.workflow import read_study, run_study
from typology.tables.package import read_tables
from typology.tables.schema import check_tables
from typology.tables.study_tables import StudyTables
from typology.types.waves import compare_waves

pytestmark = pytest.mark.long

CONTENT = load_content()
LATER = ("date: '2026-06-30'", "date: '2028-06-30'\n  former: alt")


@pytest.fixture(scope="module")
def data(practice_folder: Path, practice_processed: Path, once: Callable[..., Path]) -> Path:
    """The practice survey as ``alt``, and ``neu`` two years later, in which a half answers otherwise."""

    def waves(root: Path) -> None:
        shutil.copytree(practice_folder, root / "raw" / "neu")
        with_other_answers(root / "raw" / "neu")
        book = root / "raw" / "neu" / "codebook.yaml"
        text = book.read_text(encoding="utf-8")
        assert LATER[0] in text
        book.write_text(text.replace(*LATER), encoding="utf-8")
        (root / "processed").mkdir()
        (root / "processed" / "alt").symlink_to(practice_processed)
        run_study(
            root / "raw" / "neu", root / "processed" / "neu", QUICK, sheets=False,
            frozen=read_study(practice_processed, only=()).typology, progress=lambda _: None,
        )  # fmt: skip

    return once("former", waves)


def edition(data: Path, name: str = "neu") -> StudyTables:
    return read_tables(data / "processed" / name / "public", public=True)


def page(data: Path, name: str, study: str = "neu") -> str:
    return " ".join((data / "processed" / study / "public" / name).read_text(encoding="utf-8").split())


# A study that names a former one -------------------------------------------------------------------------------------


def test_only_who_is_named_in_both_editions_is_named(data: Path) -> None:
    now, then = edition(data), edition(data, "alt")
    moves = now.wave_moves
    assert set(moves["key"]) == set(now.assignments.index) & set(then.assignments.index) and len(moves) > 20
    both_open = set(now.goals.index) & set(then.goals.index)
    assert now.waves["n"].tolist() == [len(both_open)] and now.waves["outcome"].tolist() == [Wave.COMPARED]
    told = moves["change"].isin(["gewechselt", "zufall"]) | moves["cause"].ne("")
    assert set(moves.loc[told, "key"]) <= both_open < set(moves["key"])
    for column, tables, key in (("type_then", then, "key_before"), ("type_now", now, "key")):
        assert moves[column].tolist() == tables.assignments.loc[moves[key], "type"].tolist()
    assert not {"chance", "own_change", "model_change"} & set(moves)


def test_small_counts_are_not_published(data: Path) -> None:
    inside, public = read_study(data / "processed" / "neu").tables, edition(data)
    for name, column in (("wave_movement", "moved"), ("wave_flows", "n")):
        few = inside.get(name)[column].between(1, RULES.minimum - 1)
        assert few.any() and public.get(name).loc[few, column].isna().all()
        assert public.get(name)[column].notna().any()
    assert public.wave_movement["share"].isna().sum() >= public.wave_movement["moved"].isna().sum() > 0


def test_nothing_but_both_public_editions_is_read(data: Path, tmp_path: Path) -> None:
    """Without a line of what stays inside the former study, every figure is the same."""
    source, bare = data / "processed" / "alt", tmp_path / "alt"
    (bare / "internal").mkdir(parents=True)
    shutil.copytree(source / "public", bare / "public", ignore=shutil.ignore_patterns("gemeinde", "sheets", "en"))
    shutil.copy(source / "internal" / "run.json", bare / "internal")
    study = read_study(data / "processed" / "neu")
    about: Any = SimpleNamespace(former="alt", date="2028-06-30", synthetic=True)
    former = read_former(about, tmp_path / "neu")
    assert former is not None
    again = former_tables(public_study(study), former)
    assert set(again) == set(WAVE_TABLES)
    for name, table in again.items():
        pd.testing.assert_frame_equal(table, study.tables.get(name), check_dtype=False, atol=1e-6)


def test_the_site_made_again_says_the_same_without_the_former_study(data: Path) -> None:
    shown, public = public_study(read_study(data / "processed" / "neu")).tables, edition(data)
    assert len(WAVE_TABLES) == 6 and len(shown.wave_moves) == len(public.wave_moves) > 20
    for name in WAVE_TABLES:
        pd.testing.assert_frame_equal(shown.get(name), public.get(name), check_dtype=False)


def test_pages_say_what_the_tables_say_in_both_languages(data: Path) -> None:
    now = edition(data)
    key = now.wave_moves.query("change == 'gleich'")["key"].iloc[0]
    name = now.municipalities.at[key, "name"]
    title = {"de": now.waves["title"].iloc[0], "en": now.waves["title_en"].iloc[0]}
    for language, folder, date in (("de", "", "30.06.2026"), ("en", "en/", "2026-06-30")):
        values = {"title": title[language], "date": date, "name": name, "n": str(now.waves["n"].iloc[0])}
        said = escape(CONTENT.say("wave_own_same", language, **values), quote=False)
        assert said in page(data, f"{folder}gemeinde/{key}.html")
        assert escape(CONTENT.say("wave_intro", language, **values), quote=False) in page(data, f"{folder}method.html")
        heading = CONTENT.say("wave_heading", language)
        types = sorted((data / "processed" / "neu" / "public" / folder / "typ").glob("*.html"))
        assert len(types) > 2
        assert all(heading in page(data, f"{folder}typ/{path.name}") for path in types)


def test_without_a_former_survey_nothing_is_said(data: Path) -> None:
    then = edition(data, "alt")
    assert not [name for name in WAVE_TABLES if then.is_made(name)]
    pages = ["method.html", "en/method.html", f"gemeinde/{then.assignments.index[0]}.html"]
    pages += [f"typ/{key}.html" for key in then.types["type"] if key not in (ALL, "nicht_zuzuordnen")]
    words = {CONTENT.say("wave_heading", language) for language in ("de", "en")} | {"In der Befragung „"}
    assert not [name for name in pages for word in words if word in page(data, name, "alt")]


def test_another_edition_of_the_former_study_makes_another_study(data: Path, tmp_path: Path) -> None:
    about: Any = SimpleNamespace(former="alt")
    for name in PUBLISHED:
        (tmp_path / "alt" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "alt" / name).write_text("1", encoding="utf-8")
    first = former_mark(about, tmp_path / "neu")
    marks = {first}
    for name in PUBLISHED:
        (tmp_path / "alt" / name).write_text("2", encoding="utf-8")
        marks.add(former_mark(about, tmp_path / "neu"))
    assert len(marks) == 4 and former_mark(SimpleNamespace(former=""), tmp_path) == ""  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"former": "weg"}, "in .* liegt keine Studie von ihr"),
        ({"date": "2026-06-30"}, "nicht älter als diese vom 2026-06-30"),
        ({"synthetic": False}, "hat nur eine erfundene Antworten"),
    ],
)
def test_a_former_study_that_cannot_be_one_is_refused(data: Path, change: dict[str, Any], said: str) -> None:
    about: Any = SimpleNamespace(**{"former": "alt", "date": "2028-06-30", "synthetic": True} | change)
    with pytest.raises(StudyError, match=said):
        read_former(about, data / "processed" / "neu")


# Planted waves ------------------------------------------------------------------------------------------------------

OLD = planted_typology()
BEFORE = draw_answers(OLD, 120, random_state=1).drop(columns="truth")


def shown_of(answers: pd.DataFrame, closed: tuple[str, ...] = ()) -> Any:
    """A public study of these answers; ``closed`` are listed only."""
    tables = StudyTables(
        goals=answers.drop(index=list(closed)).astype(object), assignments=OLD.assign(answers).rename_axis("key")
    )
    return SimpleNamespace(tables=tables, typology=OLD, content=CONTENT)


def former_of(answers: pd.DataFrame, **change: Any) -> Former:
    info: Any = SimpleNamespace(survey="alt", title={"de": "Erste", "en": "First"}, date="2024-06-30")
    return Former(**{"info": info, "tables": shown_of(answers).tables, "typology": OLD} | change)


def moved_answers() -> tuple[pd.DataFrame, pd.Index]:
    """All that are not of one type answer as it does."""
    keys = BEFORE.index[OLD.assign(BEFORE)["type"] != "community_manager"]
    later = BEFORE.copy()
    later.loc[keys] = "nein"
    later.loc[keys, ["daseinsvorsorge", "oertliche_gemeinschaft"]] = "ja"
    return later, keys


def views_of(tables: dict[str, pd.DataFrame]) -> Waves:
    return Waves(StudyTables(**tables), CONTENT)


def german(sentences: list[dict[str, str]]) -> str:
    return " ".join(sentence["de"] for sentence in sentences)


def test_moves_beyond_chance_are_told_with_their_cause_where_answers_are_open() -> None:
    later, keys = moved_answers()
    closed = keys[:2]
    tables = former_tables(shown_of(later, tuple(closed)), former_of(BEFORE))
    moves = tables["wave_moves"].set_index("key")
    assert (moves.loc[closed, "change"] == WaveChange.UNCLEAR).all() and (moves.loc[closed, "cause"] == "").all()
    told = moves[moves["change"] == WaveChange.MOVED]
    assert len(told) > 50 and set(told["cause"]) == {"own"} and set(told.index) <= set(keys)
    check_tables(StudyTables(**tables), list(tables))
    views = views_of(tables)
    text = german(views.municipality(told.index[0], "Au"))
    assert "war Au dem Typ" in text and "heute dem Typ Die Community Manager" in text
    assert "Die eigenen Antworten haben sich geändert. Es haben mehr Kommunen den Typ gewechselt" in text
    assert "woran es liegt, lässt sich" in german(views.municipality(closed[0], "Au"))
    overview = views.overview()
    assert overview is not None and "Das sind mehr, als ohne jeden Wechsel" in german(overview["sentences"])
    assert len(overview["movement"]) == 4 == len(overview["shares"])


def test_consent_that_is_gone_today_takes_row_and_cause_away() -> None:
    later, _ = moved_answers()
    tables = StudyTables(**former_tables(shown_of(later), former_of(BEFORE)))
    told = tables.wave_moves.query("change == 'gewechselt'")["key"]
    gone, closed = told.iloc[0], told.iloc[1]
    everybody = pd.Index(later.index)
    public = public_waves(tables, everybody.drop(gone), everybody.drop([gone, closed]), rules=RULES)
    moves = public["wave_moves"].set_index("key")
    assert gone in set(tables.wave_moves["key"]) and gone not in moves.index
    assert (moves.at[closed, "change"], moves.at[closed, "cause"]) == (WaveChange.UNCLEAR, "")
    assert moves["cause"].eq("own").sum() == len(told) - 2


def test_degrees_in_one_of_both_count_no_moves() -> None:
    leaning = shown_of(BEFORE)
    leaning.content = SimpleNamespace(leanings={})
    for shown, former in ((shown_of(BEFORE), former_of(BEFORE, typology=None)), (leaning, former_of(BEFORE))):
        tables = former_tables(shown, former)
        assert set(tables) == {"waves"} and tables["waves"]["outcome"].tolist() == [Wave.DEGREES]
        views = views_of(tables)
        assert views.municipality(BEFORE.index[0], "Au") == [] and views.type("optimierer") == []
        overview = views.overview()
        assert overview is not None and set(overview) == {"sentences"}
        assert "werden deshalb nicht gezählt" in german(overview["sentences"])


def test_nobody_who_is_open_both_times_is_no_comparison() -> None:
    tables = former_tables(shown_of(BEFORE, tuple(BEFORE.index)), former_of(BEFORE))
    assert set(tables) == {"waves"} and tables["waves"]["outcome"].tolist() == [Wave.NOBODY]
    overview = views_of(tables).overview()
    assert overview is not None and "deshalb wird nicht verglichen" in german(overview["sentences"])


@pytest.mark.parametrize(("date", "merged"), [("2025-01-01", True), ("2023-01-01", False)])
def test_what_was_merged_since_is_not_compared(date: str, merged: bool) -> None:
    key = str(BEFORE.index[0])
    row = dict.fromkeys(SUCCESSOR_COLUMNS, "") | {
        "date": date, "key": "99999999", "change": "aufgeloest", "successor": key,
    }  # fmt: skip
    changes = Successors(pd.DataFrame([row]))
    tables = former_tables(shown_of(BEFORE), former_of(BEFORE), changes)
    moves = tables["wave_moves"].set_index("key")
    assert (moves.at[key, "change"] == WaveChange.BORDERS) is merged
    since = compare_waves(OLD, OLD, BEFORE, BEFORE, successors=changes, since="2024-06-30", n_draws=9)
    assert (key not in since.moves.index) is merged, "typology compare has the same rule"
    assert tables["waves"]["n"].tolist() == [len(BEFORE) - merged]
    text = german(views_of(tables).municipality(key, "Au"))
    assert ("mehrere Gebiete zu Au zusammengeschlossen" in text) is merged
    overview = views_of(tables).overview()
    assert overview is not None
    assert ("Wegen geänderter Grenzen nicht verglichen" in german(overview["sentences"])) is merged


def test_a_changed_key_is_followed_and_said() -> None:
    key = str(BEFORE.index[0])
    row = dict.fromkeys(SUCCESSOR_COLUMNS, "") | {
        "date": "2025-01-01", "key": key, "change": "schluessel", "successor": "01999999",
    }  # fmt: skip
    now = BEFORE.rename(index={key: "01999999"})
    tables = former_tables(shown_of(now), former_of(BEFORE), Successors(pd.DataFrame([row])))
    moves = tables["wave_moves"].set_index("key")
    assert moves.at["01999999", "key_before"] == key and moves.at["01999999", "borders"] == "nachfolger"
    assert f"von {key} in 01999999" in german(views_of(tables).municipality("01999999", "Au"))


MOVE = {
    "key": "01001000", "key_before": "01001000", "type_then": "optimierer", "type_before": "optimierer",
    "type_now": "bedaechtige", "change": "gleich", "cause": "", "borders": "gleich",
}  # fmt: skip
ABOUT = {"survey": "alt", "title": "Erste", "title_en": "First", "date": "2024-06-30", "outcome": "verglichen", "n": 9}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"type_now": "optimierer"}, "Schon in der Befragung „Erste“ (Stand 30.06.2024) war Au diesem Typ zugeordnet."),
        ({}, "war Au diesem Typ zugeordnet; er hieß damals Die Optimierer"),
        ({"change": "zufall"}, "So oft werden Kommunen auch dann anders zugeordnet, wenn keine wechselt."),
        ({"change": "ungeklaert"}, "lässt sich aus den veröffentlichten Angaben nicht sagen"),
        ({"change": "andere_gruppe", "type_before": "optimierer_frueher"}, "gibt es nur in einer der Befragungen"),
        ({"change": "ohne_typ", "type_then": "", "type_before": ""}, "war Au keinem Typ zugeordnet."),
        ({"change": "ohne_typ", "type_now": ""}, "war Au dem Typ"),
        ({"change": "ohne_typ", "type_then": "", "type_now": ""}, "Auch in der Befragung"),
        ({"change": "gewechselt", "cause": "model"}, "Das Modell hat sich geändert."),
        ({"change": "gewechselt", "cause": "both"}, "Eigene Antworten und Modell haben sich geändert."),
        ({"change": "grenzen", "borders": "aufteilung", "type_now": ""}, "ist das Gebiet aufgeteilt worden"),
    ],
)
def test_every_case_of_a_municipality_has_its_sentence(change: dict[str, str], said: str) -> None:
    views = views_of({"waves": pd.DataFrame([ABOUT]), "wave_moves": pd.DataFrame([MOVE | change])})
    found = views.municipality("01001000", "Au")
    assert said in german(found)
    assert all(sentence["en"] and "{" not in sentence["en"] + sentence["de"] for sentence in found)
    assert views.municipality("01002000", "Bu") == []


@pytest.mark.parametrize(("change", "chance", "told"), [
    ("gewechselt", 0.3, "mit einer Wahrscheinlichkeit von 30\u00a0%"), ("zufall", 0.004, "von < 1\u00a0%"),
    ("gleich", 0.3, ""), ("ungeklaert", float("nan"), ""), ("gewechselt", float("nan"), ""),
])  # fmt: skip
def test_how_often_chance_does_as_much_is_told_of_another_type_only(change: str, chance: float, told: str) -> None:
    move = MOVE | {"change": change, "cause": "own", "chance": chance}
    views = views_of({"waves": pd.DataFrame([ABOUT]), "wave_moves": pd.DataFrame([move])})
    found = german(views.chance("01001000", "Au"))
    assert (told in found and "Auch ohne jeden Wechsel bekäme Au" in found) if told else found == ""
    assert views.chance("01002000", "Bu") == []


def test_the_full_sheet_says_what_became_of_the_municipality_and_the_public_one_no_inner_figure(data: Path) -> None:
    study = read_study(data / "processed" / "neu")
    moves = study.tables.wave_moves
    key = moves.loc[moves["type_then"].ne("") & moves["borders"].eq("gleich"), "key"].iloc[0]
    row = moves["key"] == key
    moved = moves.assign(
        change=moves["change"].where(~row, "gewechselt"), cause=moves["cause"].where(~row, "own"),
        chance=moves["chance"].astype(float).where(~row, 0.25),
    )  # fmt: skip
    tables = study.tables.having(wave_moves=moved)
    for audience, figures in (("self", True), ("public", False)):
        view = ViewMaker(tables, study.info, study.content, audience).municipality(key)
        sheets = pypdf.PdfReader(io.BytesIO(render_sheet(view, kind="full", content=study.content))).pages
        words = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
        assert "Seit der Befragung davor" in words and "Die eigenen Antworten haben sich geändert." in words
        assert ("mit einer Wahrscheinlichkeit von 25" in words) == figures


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (None, "nicht als dieselbe Gruppe"),
        ((0, 0, False), "keine diesem Typ zugeordnet"),
        ((9, None, False), "Es sind zu wenige"),
        ((9, 4, False), "gehören heute 4 zu einem anderen Typ. Das sind nicht mehr, als auch"),
        ((9, 8, True), "gehören heute 8 zu einem anderen Typ. Das sind mehr, als ohne"),
    ],
)
def test_every_case_of_a_type_has_its_sentence(row: tuple[Any, ...] | None, said: str) -> None:
    movement = [("optimierer", *row[:2], 0.1, 0.1, 0.0, 0.3, row[2])] if row else []
    names = ["type", "n", "moved", "share", "expected", "low", "high", "beyond"]
    views = views_of({"waves": pd.DataFrame([ABOUT]), "wave_movement": pd.DataFrame(movement, columns=names)})
    assert said in german(views.type("optimierer"))
