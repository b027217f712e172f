"""The gate to the public folder: consent, and counts too small to show."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from typology.clustering.clustering import cluster
from typology.content.catalogue import load_content
from typology.publishing.gate.privacy import public_counts, public_tables
from typology.publishing.gate.public_model import (
    GRIDS,
    LEAST,
    _coarse_tables,
    _short_form,
    grid_of,
    note_model,
    on_grid,
    step_of,
)
from typology.publishing.gate.public_profiles import Unknown, public_type_profiles
from typology.publishing.gate.rules import RULES, Record, Rules
from typology.publishing.gate.steps import Levels, Remainder, share_ranges, with_margins
from typology.publishing.gate.suppression import Room, suppress
from typology.tables.study_tables import StudyTables
from typology.types.naming import name_types

ALONE = Rules(minimum=3, colluding=0)  # nobody tells another
TYPES = ["bedaechtige", "optimierer", "serviceorientierte", "community_manager"]


def make_tables(n: int = 60, seed: int = 0, listed_share: float = 0.5) -> StudyTables:
    rng = np.random.default_rng(seed)
    keys = pd.Index([f"90{i:06d}" for i in range(n)], name="key")
    listed = rng.random(n) < listed_share
    answers = listed & (rng.random(n) < 0.7)
    kinds = rng.choice(TYPES, n, p=[0.4, 0.3, 0.2, 0.1])
    goals = pd.DataFrame({"effizienz": rng.choice(["ja", "nein", ""], n, p=[0.3, 0.65, 0.05])}, index=keys)
    stand = pd.DataFrame({"daten": rng.integers(1, 6, n).astype(float)}, index=keys)
    rows = []
    for kind in [*TYPES, "alle"]:
        mine = goals["effizienz"][(kinds == kind) | (kind == "alle")]
        given = mine[mine != ""]
        rows.append(
            (kind, "goal", "effizienz", "ja", len(given), float((given == "ja").mean()) if len(given) else np.nan)
        )
        value = stand["daten"][(kinds == kind) | (kind == "alle")]
        rows.append((kind, "stand", "daten", "", len(value), float(value.mean()) if len(value) else np.nan))
    profiles = pd.DataFrame(rows, columns=["type", "measure", "item", "level", "n", "estimate"])
    profiles["low"], profiles["high"] = profiles["estimate"] - 0.1, profiles["estimate"] + 0.1
    return StudyTables(
        municipalities=pd.DataFrame(
            {
                "name": [f"Ort {i}" for i in range(n)],
                "kind": rng.choice(["gemeinde", "kreis"], n, p=[0.85, 0.15]),
                "population": rng.choice([5_000.0, 80_000.0], n),
            },
            index=keys,
        ),
        consent=pd.DataFrame(
            {
                "listed": listed,
                "answers": answers,
                "partner": listed,
                "contact": answers,
                "mailbox": ["digital@ort.example"] * n,
            },
            index=keys,
        ),
        goals=goals,
        stand=stand,
        wichtig=pd.DataFrame(index=keys),
        pain_points=pd.DataFrame(index=keys),
        flags=pd.DataFrame({"key": [keys[0]], "flag": ["ticks_everything"], "detail": [""]}),
        assignments=pd.DataFrame(
            {
                "type": kinds,
                **{f"p_{kind}": rng.random(n) for kind in TYPES},
                "second_type": rng.choice(TYPES, n),
                "status": "klar",
                "reason": "",
                "answered": 13,
            },
            index=keys,
        ),
        types=pd.DataFrame({"type": TYPES, "share": [0.4, 0.3, 0.2, 0.1]}),
        type_profiles=profiles,
        municipality_profiles=pd.DataFrame(
            {
                "key": keys,
                "measure": "goal",
                "item": "effizienz",
                "own": goals["effizienz"].to_numpy(),
                "type_value": 0.3,
                "all_value": 0.3,
                "n_type": 10,
                "n_all": n,
                "standing": "",
            }
        ),
        structure=pd.DataFrame({"cdo": ["ja"] * n}, index=keys),
    )


def test_only_listed_municipalities_leave_a_row():
    tables = make_tables()
    public = public_tables(tables)
    listed = set(tables.consent.index[tables.consent["listed"]])
    for name in StudyTables.names():
        table = public.get(name)
        keys = set(table.index) if table.index.name == "key" else set(table.get("key", []))
        assert keys <= listed, name
    assert set(public.municipalities.index) == listed
    assert public.structure.empty and public.flags.empty and public.stability_municipalities.empty


def test_probabilities_and_goals_need_the_consent_to_answers():
    tables = make_tables()
    public = public_tables(tables)
    open_ = tables.consent["listed"] & tables.consent["answers"]
    closed = public.assignments.loc[~public.assignments.index.isin(tables.consent.index[open_])]
    assert len(closed) > 3
    assert closed.filter(like="p_").isna().all(axis=None)
    assert (closed["second_type"] == "").all()
    assert set(public.goals.index) == set(tables.consent.index[open_])
    assert set(public.municipality_profiles["key"]) == set(tables.consent.index[open_])
    no_contact = public.consent[~public.consent["contact"]]
    assert len(no_contact) and (no_contact["mailbox"] == "").all()


def test_consent_to_answers_does_not_open_further_questions():
    tables = make_tables()
    own = tables.municipality_profiles
    more = own.assign(measure="structure", item="cdo", own="ja", type_value=1.0, all_value=1.0)
    public = public_tables(tables.having(municipality_profiles=pd.concat([own, more], ignore_index=True)))
    assert set(public.municipality_profiles["measure"]) == {"goal"}
    assert public.structure.empty


def test_suppress_by_hand():
    # One cell of 2 among unlisted members; its row and column each need a second gap.
    cells = np.array([[2, 10, 9], [8, 12, 7]])
    full = np.vstack([cells, cells.sum(axis=0)])
    full = np.hstack([full, full.sum(axis=1, keepdims=True)])
    hidden = suppress(full, full, rules=ALONE)
    assert hidden[0, 0]
    for line in [*hidden, *hidden.T]:
        assert line.sum() != 1
    assert hidden.sum() == 4 and not hidden[-1].any() and not hidden[:, -1].any()
    assert not suppress(full + 10, full + 10, rules=ALONE).any()


@settings(deadline=None, max_examples=60)
@example(rows=[[0, 0, 3], [0, 0, 2], [2, 2, 2]], seed=0)
@given(
    st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=2, max_size=5),
    st.integers(0, 2**16),
)
def test_suppressed_cells_cannot_be_subtracted(rows, seed):
    """No small remainder follows from the shown ones: each might be 0, or three and more.

    What the network says of a cell is what two linear programmes say, whatever else is hidden.
    """
    cells = np.array(rows)
    rng = np.random.default_rng(seed)
    listed = rng.binomial(cells, 0.4)

    def full(a):
        a = np.vstack([a, a.sum(axis=0)])
        return np.hstack([a, a.sum(axis=1, keepdims=True)])

    counts, known = full(cells), full(listed)
    rest = counts - known
    hidden = suppress(counts, rest, rules=ALONE)
    small = (rest > 0) & (rest < 3)
    small[-1, -1] = False  # how many answered at all is said
    assert hidden[small].all()
    for cell in np.argwhere(small):
        assert may_be_none_or_three(rest, hidden, tuple(cell)), (counts, rest, hidden, cell)
    others = rng.random(rest.shape) < 0.5
    for i, j in np.argwhere(small & others):
        assert Room(rest, ALONE).has((i, j), others) == may_be_none_or_three(rest, others, (i, j))


def may_be_none_or_three(rest, hidden, cell):
    """Whether a cell of a table with margins might be 0, or at least 3, for one who sees all that is not hidden."""
    from scipy.optimize import linprog

    r, c = rest.shape
    places = np.arange(r * c).reshape(r, c)
    equations = np.zeros((r + c, r * c))
    for i in range(r):
        equations[i, places[i, :-1]], equations[i, places[i, -1]] = 1, -1
    for j in range(c):
        equations[r + j, places[:-1, j]], equations[r + j, places[-1, j]] = 1, -1
    bounds = [(0, None) if gone else (value, value) for value, gone in zip(rest.flat, hidden.flat, strict=True)]
    aim = np.zeros(r * c)
    aim[places[cell]] = 1
    low = linprog(aim, A_eq=equations, b_eq=np.zeros(r + c), bounds=bounds)
    assert low.status == 0
    if low.fun < 0.5:
        return True
    high = linprog(-aim, A_eq=equations, b_eq=np.zeros(r + c), bounds=bounds)
    return high.status != 0 or -high.fun > 2.5


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**16), st.integers(2, 4), st.integers(2, 3))
def test_shares_at_their_steps_leave_every_closed_remainder_room(seed, rows, answers):
    """Of whole tables that look the same, some has enough in its place and some leaves enough; programmes say so.

    Whichever of the closed ones tell each other: the rest of a cell without them is never sure to be none, all or few.
    """
    rng = np.random.default_rng(seed)
    closed = rng.integers(0, 10, (rows, answers))
    counts = with_margins(closed + rng.integers(0, 25, (rows, answers)))
    rest = with_margins(closed)
    ranges = share_ranges(counts[:, :-1], counts[:, -1])
    first, cost = np.zeros(counts.shape, dtype=int), np.ones(counts.shape)
    first[:, -2], cost[:, -2:] = len(ranges[0]) - 1, np.inf
    one, rules = Remainder.of(counts, rest, *ranges), Rules(minimum=3, colluding=int(rng.integers(0, 3)))
    level = Levels([one], first, rules).choose(cost)
    i, j = np.indices(level.shape)
    low, high = one.low[level, i, j], one.high[level, i, j]
    told = closed_who_tell(rng, closed, rules.colluding)
    left = rest - told
    assert left.max() > 0
    for cell in [(int(i), int(j)) for i, j in np.argwhere(left[:, :-1] >= 0)]:
        size = int(left[cell[0], -1])
        if not size:
            continue
        least, most = reach(np.maximum(low - told, 0), np.minimum(high - told, left[:, -1:]), left, cell)
        assert most >= min(3, size) - 1e-6 and least <= max(size - 3, 0) + 1e-6, (rest, level, told, cell)


def closed_who_tell(rng, closed, n):
    """A table with margins of ``n`` of the closed ones, drawn anew."""
    every = np.repeat(np.arange(closed.size), closed.ravel())
    drawn = rng.choice(every, min(n, len(every)), replace=False)
    return with_margins(np.bincount(drawn, minlength=closed.size).reshape(closed.shape).astype(int))


def reach(low, high, left, cell):
    """Least and greatest value of a cell of a table with margins whose cells lie between bounds, rows being known."""
    from scipy.optimize import linprog

    rows, columns = left.shape
    places = np.arange(rows * columns).reshape(rows, columns)
    equations = np.zeros((rows + columns, rows * columns))
    for i in range(rows):
        equations[i, places[i, :-1]], equations[i, places[i, -1]] = 1, -1
    for j in range(columns):
        equations[rows + j, places[:-1, j]], equations[rows + j, places[-1, j]] = 1, -1
    low, high = low.copy(), high.copy()
    low[:, -1] = high[:, -1] = left[:, -1]
    aim = np.zeros(rows * columns)
    aim[places[cell]] = 1
    bounds = list(zip(low.ravel(), high.ravel(), strict=True))
    found = [linprog(sign * aim, A_eq=equations, b_eq=np.zeros(rows + columns), bounds=bounds) for sign in (1, -1)]
    assert [one.status for one in found] == [0, 0]
    return found[0].fun, -found[1].fun


def test_public_counts_hide_small_cells_and_keep_the_total():
    tables = make_tables(n=60, seed=3)
    listed = tables.consent.index[tables.consent["listed"]]
    types, sizes = public_counts(tables, listed)
    assert types.loc[types["type"] == "alle", "n"].item() == 60
    kinds = tables.assignments["type"]
    for row in types.itertuples():
        if row.type == "alle" or np.isnan(row.n):
            continue
        unlisted = int(((kinds == row.type) & ~tables.consent["listed"]).sum())
        assert unlisted == 0 or unlisted >= RULES.enough
        assert row.n == (kinds == row.type).sum()
    assert sizes["n"].isna().any()


def test_a_share_in_whole_per_cent_has_enough_closed_ones_on_both_sides():
    n_fine = n_coarse = 0
    for seed in range(12):
        tables = make_tables(n=120, seed=seed)
        open_ = tables.consent.index[tables.consent["answers"]]
        types, _ = public_counts(tables, tables.consent.index[tables.consent["listed"]])
        public, _ = public_type_profiles(tables, types, Unknown(tables.assignments.index.difference(open_)))
        shown = public[(public["measure"] == "goal") & public["estimate"].notna()]
        for row in shown.itertuples():
            mine = tables.assignments["type"].eq(row.type) | (row.type == "alle")
            rest = tables.goals.loc[mine[mine].index.difference(open_), "effizienz"]
            if np.isnan(row.low):
                n_coarse += 1
                continue
            n_fine += 1
            assert min((rest == "ja").sum(), (rest == "nein").sum()) >= RULES.enough, row
    assert n_fine and n_coarse


def test_a_mean_of_those_who_all_gave_the_same_is_not_shown():
    tables = make_tables(n=120, seed=1)
    open_ = tables.consent.index[tables.consent["answers"]]
    types, _ = public_counts(tables, tables.consent.index[tables.consent["listed"]])
    closed = tables.assignments.index.difference(open_)
    stand = tables.stand.copy()
    mine = closed[tables.assignments.loc[closed, "type"] == TYPES[0]]
    stand.loc[mine, "daten"] = 5.0
    for one, shown in ((tables, True), (tables.having(stand=stand), False)):
        public, _ = public_type_profiles(one, types, Unknown(closed))
        row = public[(public["measure"] == "stand") & (public["type"] == TYPES[0])]
        assert row["estimate"].notna().all() == shown


def test_one_unlisted_answer_changes_nothing_of_the_listed():
    tables = make_tables(n=80, seed=5)
    unlisted = tables.consent.index[~tables.consent["listed"]][0]
    goals = tables.goals.copy()
    goals.loc[unlisted, "effizienz"] = "nein" if goals.loc[unlisted, "effizienz"] == "ja" else "ja"
    before, after = public_tables(tables), public_tables(tables.having(goals=goals))
    for name in ("municipalities", "goals", "assignments", "types", "type_sizes"):
        pd.testing.assert_frame_equal(before.get(name), after.get(name))


@pytest.mark.parametrize("purpose", ["listed"])
def test_withdrawn_consent_removes_the_row(purpose):
    tables = make_tables()
    key = tables.consent.index[tables.consent["listed"]][0]
    consent = tables.consent.copy()
    consent.loc[key, purpose] = False
    public = public_tables(tables.having(consent=consent))
    assert key not in public.municipalities.index
    assert key not in public.goals.index
    assert key not in set(public.municipality_profiles["key"])


def test_the_short_form_has_no_small_count_and_none_that_is_the_total_less_the_rest():
    table = pd.DataFrame(
        [(3, "a", 60, 0.9), (3, "b", 2, 0.5), (3, "c", 24, 0.625), (3, "alle", 86, 0.81)],
        columns=["size", "type", "n", "agreement"],
    ).assign(low=0.1, high=0.9)
    types = pd.DataFrame({"type": ["a", "b", "c", "alle"], "n": [60.0, 10.0, 16.0, 86.0]})
    shown = _short_form(StudyTables(short_form=table), types, False, RULES).set_index("type")
    assert shown.loc[["b", "c"], ["n", "low", "high"]].isna().all(axis=None)
    assert shown.loc[["a", "alle"], "n"].tolist() == [60, 86]
    assert np.isnan(shown.at["b", "agreement"]) and shown.at["c", "agreement"] == 0.6  # 15 of 24 in steps of 5 %
    without_total = _short_form(StudyTables(short_form=table), types, True, RULES).set_index("type")
    assert without_total["n"].isna().tolist() == [False, True, False, True]


def rules_noted(tables: StudyTables) -> dict[str, list[str]]:
    """What the record says of the model, rows by rule."""
    record = Record()
    note_model(tables, step_of(tables), RULES, record)
    lines = record.table()
    return {str(rule): part["row"].tolist() for rule, part in lines.groupby("rule")}


@pytest.mark.parametrize(("left", "coarsest"), [(-5, True), (2, True), (3, False), (30, False)])
def test_a_model_with_hardly_more_answers_than_parameters_stands_on_the_coarsest_grid(left, coarsest):
    tables = make_tables(n=400, seed=2)
    used = int((tables.goals["effizienz"] != "").sum()) - int(tables.goals["effizienz"].iloc[0] != "")  # one is flagged
    selection = pd.DataFrame({"k": [1, 4], "n_parameters": [13, used - left]})
    tables = tables.having(selection=selection)
    assert step_of(tables) == (GRIDS[-1] if coarsest else grid_of(400)) and grid_of(400) < GRIDS[-1]
    assert ("freedom" in rules_noted(tables)) == coarsest


def test_no_published_probability_rules_an_answer_out():
    """A class in which nobody chose a goal would tell of each of its members that it did not."""
    rows = [("ja", "nein")] * 40 + [("nein", "ja")] * 40
    goals = pd.DataFrame(rows, columns=["effizienz", "buergernaehe"], dtype=pd.CategoricalDtype(["nein", "ja"]))
    exact = name_types(cluster(goals, 2, n_init=3, prior=0.01), load_content())
    assert min(min(values) for item in exact.types for values in item.probabilities.values()) < LEAST / 2
    for step in GRIDS:
        values = [value for item in on_grid(exact, step).types for value in item.probabilities.values()]
        assert len(values) == 4 and min(map(min, values)) >= LEAST
        assert [sum(value) for value in values] == pytest.approx([1.0] * 4)
    classes = pd.DataFrame(
        {"class": "gruppe_a", "goal": ["a", "b", "c"], "answer": "ja", "probability": [0.0, 0.995, 0.4]}
    )
    tables = make_tables().having(classes=classes)
    shown = _coarse_tables(tables.having(types=tables.types.assign(low=0.1, high=0.5)), GRIDS[0])
    assert shown.classes["probability"].tolist() == [LEAST, 1 - LEAST, 0.4]
    record = Record()
    note_model(tables, GRIDS[0], RULES, record)
    assert record.table().query("rule == 'zero'")["column"].tolist() == ["a ja", "b ja"]


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_type_of_few_is_noted(n):
    tables = make_tables(n=60)
    kinds = np.array([*["selten"] * n, *[""] * 2, *["optimierer"] * (58 - n)], dtype=object)
    tables = tables.having(assignments=tables.assignments.assign(type=kinds))
    assert rules_noted(tables).get("group", []) == (["selten"] if n < RULES.minimum else [])
