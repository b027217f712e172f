"""Instruments by type: derived from the profiles, gated for the public, shown where they have a name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from typology.content.catalogue import load_content
from typology.content.instruments import load_instruments
from typology.errors import ContentError
from typology.publishing.gate.public_profiles import Unknown, public_instruments
from typology.publishing.gate.rules import Rules
from typology.tables.study_tables import StudyTables
from typology.types.profiles.instruments import INSTRUMENT_COLUMNS, instrument_shares

FILE = load_instruments()
TYPES = ("bedaechtige", "optimierer")


def profiles(**shares: dict[str, float]) -> pd.DataFrame:
    """Profile rows of one type and of all for items with the share of each answer."""
    rows = [
        (kind, "structure", item, level, 20, share, share - 0.05, share + 0.1)
        for item, levels in shares.items() for kind in ("optimierer", "alle") for level, share in levels.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["type", "measure", "item", "level", "n", "estimate", "low", "high"])


def test_having_is_one_answer_or_all_answers_but_one() -> None:
    table = instrument_shares(
        profiles(eid={"eigen": 0.3, "land": 0.2, "keine": 0.5}, cdo={"ja": 0.4, "nein": 0.6}), FILE
    )
    assert list(table.columns) == list(INSTRUMENT_COLUMNS)
    assert table["item"].tolist() == ["cdo", "cdo", "eid", "eid"]
    row = table[(table["item"] == "eid") & (table["type"] == "optimierer")].iloc[0]
    assert row[["estimate", "low", "high"]].tolist() == pytest.approx([0.5, 0.4, 0.55])
    assert table[table["item"] == "cdo"]["estimate"].tolist() == [0.4, 0.4]


def test_what_has_no_name_or_other_answers_is_left_out() -> None:
    assert instrument_shares(profiles(glasfaser={"ja": 0.7}, strategie={"fertig": 0.3}), FILE).empty
    assert list(instrument_shares(pd.DataFrame(), FILE).columns) == list(INSTRUMENT_COLUMNS)


def test_shares_of_the_demo_are_those_of_its_answers(demo_study) -> None:
    tables = demo_study.tables
    assert set(tables.instruments["item"]) == {item.key for item in FILE.instruments}
    mine = tables.assignments.index[tables.assignments["type"] == "optimierer"]
    table = tables.instruments[tables.instruments["type"] == "optimierer"].set_index("item")
    for item, missing in (("eid", "keine"), ("eakte", "keine")):
        answers = tables.structure.loc[mine, item]
        assert table.loc[item, "estimate"] == pytest.approx((answers[answers != ""] != missing).mean(), abs=1e-6)


def gate(answers: list[str], listed: list[bool], item: str = "eid", kinds: list[str] | None = None) -> pd.DataFrame:
    """Public rows for two types, unless ``kinds`` says so the first half of ``answers`` belonging to the first."""
    keys = pd.Index([f"9010{place:04d}" for place in range(len(answers))], name="key")
    kinds = np.repeat(TYPES, len(answers) // 2) if kinds is None else np.array(kinds)
    given = pd.Series(answers, index=keys)
    shares = [
        (kind, item, "keine", True, 0, (part[part != ""] != "keine").mean(), 0.1, 0.9)
        for kind, part in (*((kind, given[kinds == kind]) for kind in TYPES), ("alle", given))
    ]
    tables = StudyTables(
        municipalities=pd.DataFrame({"population": 5000.0, "kind": "gemeinde"}, index=keys),
        assignments=pd.DataFrame({"type": kinds}, index=keys),
        structure=given.to_frame(item),
        instruments=pd.DataFrame(shares, columns=list(INSTRUMENT_COLUMNS)),
    )
    types = pd.DataFrame({"type": [*TYPES, "alle"], "n": [10.0, 10.0, 20.0]})
    unknown = Unknown(keys[~np.array(listed)])
    return public_instruments(tables, types, unknown, rules=Rules(minimum=3, colluding=0)).set_index("type")


def test_few_hidden_answers_empty_the_row_and_one_more() -> None:
    answers = ["keine"] * 5 + ["land"] * 5 + ["eigen"] * 5 + ["keine"] * 5
    some = [True] * 20
    assert gate(answers, some)["estimate"].tolist() == [0.5, 0.5, 0.5]
    one_hidden = [False] + [True] * 19
    shown = gate(answers, one_hidden)
    assert shown.loc["bedaechtige", ["estimate", "low", "high"]].isna().all()
    assert shown.loc["alle", ["low", "high"]].isna().all()
    assert shown.loc["alle", "estimate"] == pytest.approx(0.5, abs=0.051), "all stand more coarsely"
    assert shown.loc["optimierer", "estimate"] == 0.5, "nobody of this type hides an answer"
    three_of_each = ([False] * 3 + [True] * 2) * 4
    assert gate(answers, three_of_each)["estimate"].notna().all()


def test_three_hidden_answers_of_one_type_leave_no_difference_to_subtract() -> None:
    answers = ["keine"] * 5 + ["land"] * 5 + ["eigen"] * 5 + ["keine"] * 5
    hidden = [True] * 20
    hidden[0] = hidden[5] = False  # one of each answer in the first type
    hidden[10] = hidden[11] = hidden[15] = hidden[16] = False  # two of each in the second
    shown = gate(answers, hidden)
    assert shown.loc[list(TYPES), "estimate"].isna().all()
    assert shown.loc["alle", "estimate"] == 0.5, "three hidden answers of each kind stand behind all"


def test_empty_rows_that_hold_few_hidden_answers_together_make_all_coarser() -> None:
    kinds = ["bedaechtige"] * 8 + ["optimierer"] * 8 + [""] * 8
    answers = (["keine"] * 4 + ["land"] * 4) * 3
    hidden = {0, 16}  # one hidden answer, and one of a municipality without a type
    listed = [place not in hidden for place in range(24)]
    shown = gate(answers, listed, kinds=kinds)["estimate"]
    assert shown["optimierer"] == 0.5 and np.isnan(shown["bedaechtige"])
    assert shown["alle"] == pytest.approx(0.55), "all less the shown type would tell two hidden answers: only in tens"


def test_few_who_have_it_are_not_shown() -> None:
    answers = ["keine"] * 8 + ["land"] * 2 + ["eigen"] * 5 + ["keine"] * 5
    shown = gate(answers, [False] * 20)
    assert np.isnan(shown.loc["bedaechtige", "estimate"])
    assert shown["n"].tolist() == [10.0, 10.0, 20.0]


def test_the_file_is_strict_and_reports_everything(tmp_path: Path) -> None:
    text = (
        "quelle: typen\ninstruments:\n"
        "  - {key: eid, label: {de: a, en: a}}\n"
        "  - {key: cdo, level: ja, without: nein, label: {de: a, en: a}}\n"
    )
    (tmp_path / "instruments.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_instruments(tmp_path)
    assert len(caught.value.problems) == 2
    twice = "quelle: typen\ninstruments:\n" + "  - {key: eid, level: ja, label: {de: a, en: a}}\n" * 2
    (tmp_path / "doppelt").mkdir()
    (tmp_path / "doppelt" / "instruments.yaml").write_text(twice, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_instruments(tmp_path / "doppelt")
    assert caught.value.problems[0].column == "eid"


def test_the_view_of_a_type_names_its_instruments(demo_study) -> None:
    from typology.publishing.views.maker import ViewMaker

    view = ViewMaker(demo_study.tables, demo_study.info, load_content()).type("optimierer")
    rows = {row["key"]: row for row in view["instruments"]}
    assert list(rows) == [item.key for item in FILE.instruments]
    assert rows["eakte"]["label"] == {"de": "E-Akte", "en": "Electronic records"}
    assert all(0 <= row["low"] <= row["type"] <= row["high"] <= 1 for row in view["instruments"])
    withheld = demo_study.tables.instruments.assign(estimate=float("nan"))
    assert not ViewMaker(demo_study.tables.having(instruments=withheld), demo_study.info, load_content()).type(
        "optimierer"
    )["instruments"]
