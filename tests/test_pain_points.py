"""Shares of pain points by hand, their small cells at the gate, and the workshop page."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from typology.content.catalogue import load_content
from typology.publishing.gate.privacy import public_tables
from typology.publishing.views.maker import ViewMaker
from typology.publishing.views.workshop import workshop_view
from typology.study.match import match_actions
from typology.tables.info import StudyInfo
from typology.tables.study_tables import StudyTables
from typology.types.profiles.pain_points import SHARE_COLUMNS, pain_shares

TYPES = ("bedaechtige", "optimierer", "serviceorientierte", "community_manager")


def make_tables(n: int = 160, seed: int = 0, change: str = "") -> StudyTables:
    """Invented answers; ``change`` is the key of one municipality whose answer is another one."""
    rng = np.random.default_rng(seed)
    keys = pd.Index([f"90{i:06d}" for i in range(n)], name="key")
    listed = rng.random(n) < 0.5
    answers = listed & (rng.random(n) < 0.7)
    sizes = rng.choice(["GK4", "GK5", "GK6", "GK7"], n, p=[0.05, 0.1, 0.35, 0.5])
    pains = pd.DataFrame(
        {name: rng.choice(["aktuell", "geloest", "nie", ""], n, p=[0.45, 0.25, 0.25, 0.05])
         for name in ("ressourcen", "veraenderungsbereitschaft", "vorgehen")}, index=keys,
    )  # fmt: skip
    if change:
        pains.loc[change] = ["geloest" if value == "aktuell" else "aktuell" for value in pains.loc[change]]
    kinds = rng.choice(TYPES, n)
    assignments = pd.DataFrame(
        {"type": kinds, **{f"p_{kind}": (kinds == kind) * 1.0 for kind in TYPES}, "second_type": "", "status": "klar",
         "reason": "", "answered": 3}, index=keys,
    )  # fmt: skip
    municipalities = pd.DataFrame(
        {
            "name": [f"Ort {key}" for key in keys], "base_name": [f"Ort {key}" for key in keys], "kind": "gemeinde",
            "kreis": "90001", "kreis_name": "Kreis", "land": "90", "land_name": "Land", "verband": "",
            "size_class": sizes, "population": 8_000.0,
            "longitude": rng.uniform(9, 11, n), "latitude": rng.uniform(50, 52, n),
        }, index=keys,
    )  # fmt: skip
    consent = pd.DataFrame(
        {"listed": listed, "answers": answers, "partner": answers, "contact": False, "mailbox": ""}, index=keys
    )
    shares = pain_shares(pains, assignments, municipalities)
    profiles = (
        shares[shares["grouping"] != "groessenklasse"].rename(columns={"group": "type"}).assign(measure="pain_point")
    )
    return StudyTables(
        municipalities=municipalities, consent=consent, pain_points=pains, assignments=assignments, pain_shares=shares,
        types=pd.DataFrame({"type": TYPES, "share": 0.25}),
        type_profiles=profiles[["type", "measure", "item", "level", "n", "estimate", "low", "high"]],
        goals=pd.DataFrame(index=keys), stand=pd.DataFrame(index=keys), wichtig=pd.DataFrame(index=keys),
    )  # fmt: skip


NONE = {"de": "", "en": ""}
INFO = StudyInfo(
    survey="probe", title={"de": "Probe", "en": "Probe"}, date="2026-06-30", synthetic=True, source="Probe",
    licence="CC0", sample=NONE, retention=NONE, model="probe", n=160, question_kind="pick", question_limit=3,
    question=NONE,
)  # fmt: skip


def test_shares_by_hand():
    keys = pd.Index(["90101001", "90101002", "90101003", "90101"], name="key")
    pains = pd.DataFrame({"vorgehen": ["aktuell", "geloest", "", "aktuell"]}, index=keys)
    assignments = pd.DataFrame(
        {"type": ["optimierer", "", "optimierer", "optimierer"], "p_optimierer": 1.0}, index=keys
    )
    municipalities = pd.DataFrame({"size_class": ["GK7", "GK7", "GK7", "LK3"]}, index=keys)
    table = pain_shares(pains, assignments, municipalities)
    assert list(table.columns) == list(SHARE_COLUMNS)
    found = table.set_index(["grouping", "group", "level"])[["n", "count", "estimate"]]
    bands = table.loc[table["grouping"] == "groessenklasse", "group"].unique().tolist()
    assert bands == sorted(bands) and len(bands) > 1
    assert found.loc[("alle", "alle", "aktuell")].tolist() == [3, 2, pytest.approx(2 / 3)]
    assert found.loc[("groessenklasse", "GK7", "aktuell")].tolist() == [2, 1, 0.5]
    assert found.loc[("groessenklasse", "LK3", "geloest")].tolist() == [1, 0, 0]
    assert found.loc[("typ", "nicht_zuzuordnen", "geloest")].tolist() == [1, 1, 1]
    # Wilson (1927) for 2 of 3 at 95 %: 0.208 to 0.939
    row = table[(table["grouping"] == "alle") & (table["level"] == "aktuell")].iloc[0]
    assert (row["low"], row["high"]) == (pytest.approx(0.208, abs=1e-3), pytest.approx(0.939, abs=1e-3))


def cells(tables: StudyTables, who: pd.Index, item: str) -> pd.DataFrame:
    state = tables.pain_points[item].where(tables.pain_points[item].isin(["aktuell", "geloest"]), "sonst")
    return pd.crosstab(tables.municipalities["size_class"].loc[who], state.loc[who])


@pytest.mark.parametrize("without", [1, 40], ids=["one", "many"])
def test_a_body_without_a_size_class_is_no_row_that_the_gate_held_back(without):
    """A Verband answers like others and belongs to no size class."""
    tables = make_tables()
    sizes = tables.municipalities["size_class"].copy()
    sizes.iloc[:without] = ""
    tables = tables.having(municipalities=tables.municipalities.assign(size_class=sizes, kind="verband"))
    shares = pain_shares(tables.pain_points, tables.assignments, tables.municipalities)
    held = public_tables(tables.having(pain_shares=shares)).gate
    rows = held.loc[held["table"] == "pain_shares", "row"]
    assert len(rows) and set(rows) <= set(sizes) - {""}


@pytest.mark.parametrize("seed", range(5))
def test_shown_cells_and_what_remains_of_them_are_none_or_three(seed):
    tables = make_tables(seed=seed)
    public = public_tables(tables)
    consent = tables.consent
    open_ = consent.index[consent["listed"] & consent["answers"]]
    shown = public.pain_shares[public.pain_shares["grouping"] == "groessenklasse"]
    assert shown["estimate"].notna().any() and public.pain_shares["count"].isna().all()
    for item, part in shown.groupby("item"):
        every, known = cells(tables, consent.index, item), cells(tables, open_, item)
        rest = every - known.reindex(index=every.index, columns=every.columns, fill_value=0)
        for row in part.dropna(subset=["low"]).itertuples():  # a coarse share leaves room by itself
            for table in (every, rest):
                assert table.loc[row.group].get(row.level, 0) not in (1, 2), (row.group, item, row.level)
        total = public.pain_shares[(public.pain_shares["grouping"] == "alle") & (public.pain_shares["item"] == item)]
        total = total.set_index("level")["estimate"]
        for level, rows in part.groupby("level"):
            gaps = rows.loc[rows["estimate"].isna(), "group"]
            if len(gaps) and not np.isnan(total[level]) and rows["low"].notna().sum() + len(gaps) == len(rows):
                # total less the shown classes tells the sum of the gaps
                assert rest.reindex(columns=[level], fill_value=0).loc[gaps, level].sum() >= 3


@pytest.mark.long
def test_another_answer_of_one_hidden_municipality_changes_only_safe_cells():
    one = make_tables()
    hidden = one.consent.index[~one.consent["listed"]]
    before = public_tables(one).pain_shares
    before = before[before["grouping"] == "groessenklasse"].reset_index(drop=True)
    n_changed = 0
    for key in hidden[:12]:
        after = public_tables(make_tables(change=key)).pain_shares
        after = after[after["grouping"] == "groessenklasse"].reset_index(drop=True)
        changed = before["estimate"].notna() & after["estimate"].notna() & (before["estimate"] != after["estimate"])
        for row in before[changed].itertuples():
            rest = cells(one, one.consent.index[~one.consent["answers"]], row.item)
            assert rest.loc[row.group, row.level] >= 2  # three before or after
            n_changed += 1
    assert n_changed >= 12


def test_no_answers_give_no_public_shares():
    tables = make_tables()
    assert len(public_tables(tables).pain_shares)
    assert public_tables(tables.having(pain_shares=pd.DataFrame())).pain_shares.empty


def test_the_workshop_page_shows_small_municipalities_only():
    tables = match_actions(make_tables(), load_content())
    view = workshop_view(ViewMaker(tables, INFO, load_content()))
    json.dumps(view, allow_nan=False)
    assert [point["key"] for point in view["pain_points"]] == ["ressourcen", "veraenderungsbereitschaft", "vorgehen"]
    small = tables.municipalities["size_class"].isin(["GK6", "GK7"])
    for point in view["pain_points"]:
        assert [row["key"] for row in point["sizes"]] == ["GK6", "GK7"]
        assert point["source"] and point["way_out"]["text"]["de"]
        for group in point["groups"]:
            assert any(small[member["key"]] for member in group["members"])
    first = view["pain_points"][0]["sizes"][1]
    mine = tables.pain_points.loc[tables.municipalities["size_class"] == "GK7", "ressourcen"]
    mine = mine[mine != ""]
    assert first["n"] == len(mine) and first["aktuell"]["estimate"] == pytest.approx(
        (mine == "aktuell").mean(), abs=0.005
    )
