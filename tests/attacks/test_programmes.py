"""Nobody can work out a small remainder from all public numbers together.

The surveys are the same in every run; ``benchmarks/consent.py`` draws new ones, larger ones too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd
import pytest
from miniature import seeds
from public_attack import Attack
from worlds import OFF, Case, fitted, published, study_of

from typology.publishing.gate.privacy import listed_keys
from typology.publishing.gate.public_model import grid_of, hides_a_total, public_typology
from typology.publishing.gate.rules import RULES, Rules
from typology.tables.study_tables import StudyTables
from typology.types.typology import Typology
from typology.types.typology_file import dump, fingerprint, parse

SMALL: Case = (60, 0)  # one type has two municipalities
LARGER: Case = (70, 4)
SHARES = (0.3, 0.6, 0.85, 0.96)  # of those who are listed
FEW_AND_MANY = (SHARES[0], SHARES[-1])
ATTACKED = [(LARGER, 3)]  # with the place of a share
DRAWN = [((n, seed), place) for seed in seeds() for n in (45, 70, 150) for place in range(len(SHARES))]


@pytest.fixture(params=(LARGER, SMALL), ids=lambda case: f"n{case[0]}")
def base(request) -> Case:
    return request.param


@cache
def shown_of(base: Case, share: float, seed: int) -> tuple[StudyTables, StudyTables, Typology]:
    """All tables of a study, the public ones, and the public typology."""
    tables = study_of(base, share, seed)
    return tables, *published(tables, fitted(base)[1])


def studies(base: Case) -> Iterator[tuple[StudyTables, StudyTables, Typology]]:
    """The same answers with consents of few and of nearly all."""
    for seed, share in enumerate(FEW_AND_MANY):
        yield shown_of(base, share, seed)


@pytest.mark.long
@pytest.mark.parametrize(("base", "place"), DRAWN or ATTACKED, ids=str)
def test_no_small_remainder_can_be_worked_out(base, place):
    typology = fitted(base)[1]
    tables = study_of(base, SHARES[place], place)
    attack = Attack(*published(tables, typology), tables, colluding=three_of(tables, place))
    for tell in (attack.counts_told, attack.ticks_told, attack.sums_told, attack.answers_told):
        assert tell() == []


# Drawn by benchmarks/consent.py when a share of a pain point by size class, or a count of a type, could be worked out.
@pytest.mark.parametrize(("base", "place", "of"), [((150, 120710), 1, "pains"), ((150, 644078), 0, "counts")])
def test_what_was_once_told_is_no_longer(base, place, of):
    tables, (_, typology) = study_of(base, SHARES[place], place), fitted(base)
    public, model = published(tables, typology)
    if of == "pains":
        profiles = public.type_profiles[public.type_profiles["measure"] == "pain_point"]
        public = public.having(type_profiles=profiles, instruments=public.instruments[:0])
        assert len(profiles) and len(public.pain_shares)
    attack = Attack(public, model, tables, colluding=three_of(tables, place))
    assert (attack.answers_told() if of == "pains" else attack.counts_told()) == []


def of_goals(public: StudyTables, n: int = 6) -> StudyTables:
    """The public tables with the figures of ``n`` goals alone."""
    profiles = public.type_profiles[public.type_profiles["measure"] == "goal"]
    profiles = profiles[profiles["item"].isin(profiles["item"].unique()[:n])]
    return public.having(type_profiles=profiles, instruments=public.instruments[:0])


def three_of(tables: StudyTables, seed: int) -> pd.Index:
    """Three municipalities with closed answers that tell the reader theirs."""
    closed = tables.assignments.index.difference(listed_keys(tables.consent, "answers"))
    return closed[np.random.default_rng(seed).choice(len(closed), min(3, len(closed)), replace=False)]


@pytest.mark.long
def test_three_who_tell_each_other_learn_what_a_rule_for_none_lets_through():
    """Were nobody expected to collude, three would learn small remainders, or that none or all of the rest did it."""
    tables, typology = study_of(SMALL, 0.6, 1), fitted(SMALL)[1]
    told = []
    for rules in (Rules(minimum=3, colluding=0), RULES):
        public, model = published(tables, typology, rules)
        attack = Attack(of_goals(public, 20), model, tables, colluding=three_of(tables, 5))
        attack.counts_told()
        attack.answers_told()
        told.append(attack.told)
    assert told[0] and not told[1]


def test_the_attack_finds_what_is_not_suppressed():
    """Without suppression the same attack tells small remainders of counts, shares and the model."""
    tables, typology = study_of(SMALL, 0.9, 3), fitted(SMALL)[1]
    public, model = published(tables, typology, OFF)
    attack = Attack(of_goals(public), model, tables)
    attack.counts_told()
    attack.ticks_told()
    told = attack.answers_told()
    assert {"type", "goal"} <= {found.what[0] for found in told}
    assert [found for found in told if found.true == 0 and found.greatest < 0.5], "that none did is told as well"
    for found in told:
        assert found.least - 0.5 <= found.true <= found.greatest + 0.5


def test_the_exact_model_alone_would_tell_a_hidden_total():
    """Shares and probabilities with six digits add up to how many chose a goal, shown or not."""
    told, hidden = [], 0
    typology = fitted(SMALL)[1]
    for tables, public, shown in studies(SMALL):
        if not hides_a_total(public.type_profiles):
            continue
        hidden += 1
        assert shown.types != typology.types
        attack = Attack(of_goals(public), typology, tables)
        attack.answers_told()
        told += [found for found in attack.told if found.what[0] == "goal"]
    assert hidden and told


def test_a_coarse_typology_is_a_whole_one(base):
    n_coarse = 0
    typology = fitted(base)[1]
    for tables, public, shown in studies(base):
        assert parse(dump(shown.to_dict()), "typology.json").version == shown.version
        assert shown.version.endswith(fingerprint(shown.to_dict()))
        if shown.types == typology.types:
            continue
        n_coarse += 1
        step = shown.provenance["rounded_to"]
        assert step == grid_of(len(tables.assignments))
        assert "log_likelihood" not in shown.provenance and "n_rows" not in shown.provenance
        for mine, exact in zip(shown.types, typology.types, strict=True):
            assert sum(shown.probabilities(goal).sum() for goal in shown.goal_keys) == pytest.approx(
                len(shown.types) * len(shown.goal_keys)
            )
            for goal, values in mine.probabilities.items():
                assert np.abs(np.array(values) - exact.probabilities[goal]).max() <= 1.5 * step
                assert min(values) > 0
        # what is typed clearly stays what it was
        goals = tables.goals[list(typology.goal_keys)].replace("", None)
        one, two = typology.assign(goals), shown.assign(goals)
        sure = one["status"] == "klar"
        assert (one.loc[sure, "type"] == two.loc[sure, "type"]).mean() > 0.97
        # memberships with six digits would give the exact model back
        chances = public.assignments.filter(like="p_")
        pd.testing.assert_frame_equal(chances, chances.round(2))
    assert n_coarse


def test_no_figure_is_a_count_with_another_name(base):
    n_hidden = 0
    for _, public, _ in studies(base):
        quality = public.quality.set_index("name")
        n_hidden += int(public.types["n"].isna().sum())
        n = public.types.set_index("type")["n"]
        if np.isnan(n["nicht_zuzuordnen"]):
            assert "share_none" not in quality.index
        for row in public.quality.itertuples():
            assert row.value == round(row.value, int(row.digits)), row
        hidden = [kind for kind in n.index if np.isnan(n[kind])]
        for table in (public.type_profiles, public.instruments):
            mine = table[table["type"].isin(hidden)]
            assert mine["n"].isna().all() and mine["low"].isna().all() and mine["high"].isna().all()
    assert n_hidden


def test_who_answered_a_part_of_the_list_counts_as_left_out(base):
    """One closed municipality with a gap is missing in the model's number of rows, which may then not stand there."""
    (tables, public, _), typology = next(studies(base)), fitted(base)[1]
    assert typology.ticks is not None
    open_ = tables.assignments.index
    assert public_typology(typology, tables, public, open_) == typology or hides_a_total(public.type_profiles)
    answered = tables.goals.index[(tables.goals != "").all(axis=1)]
    goals = tables.goals.copy()
    goals.loc[answered[0], goals.columns[0]] = ""
    gap = tables.having(goals=goals)
    closed = gap.assignments.index.drop(answered[0])
    shown = public_typology(typology, gap, public, closed)
    assert "n_rows" not in shown.provenance and shown.version != typology.version
    assert public_typology(typology, gap, public, closed, own=False) == typology
