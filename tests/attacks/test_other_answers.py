"""The gate proven by doing: change one hidden municipality's answers and see what becomes different in public.

The surveys are the same in every run; ``benchmarks/consent.py`` draws a hundred new ones.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from miniature import few_columns, seeds
from proofs import every_third

from typology.clustering.goals import goals_matrix
from typology.publishing.gate.privacy import listed_keys, public_tables
from typology.publishing.gate.public_model import OF_ANSWERS
from typology.publishing.gate.public_profiles import public_profiles
from typology.publishing.gate.rules import RULES
from typology.simulation.survey import simulate_survey
from typology.study.describe import describe_all
from typology.study.estimate import fit_typology
from typology.study.match import match_tables
from typology.survey.survey import read_survey
from typology.tables.figures import quality_table
from typology.tables.settings import Settings
from typology.tables.study_tables import StudyTables
from typology.types.profiles.pain_points import pain_shares

# In each a minimum of 1, or of 2 without anybody who tells, gives something away: a figure of a profile (10, 93),
# how many are of a type (46).
SEEDS = (10, 46, 93)
MATCHED = (0,)
AGGREGATES = {"types", "type_sizes", "type_profiles", "instruments", "pain_shares", "quality"}
INSIDE = {"gate"}  # the record of what was held back is not published


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("raw") / "klein"
    simulate_survey(folder, n=70, random_state=4, key="klein")
    survey = few_columns(read_survey(folder))
    return survey, fit_typology(survey, Settings(n_init=20, degrees=False))


def with_consent(survey, rng):
    """Random consents, from nearly nobody to nearly everybody."""
    consent = survey.consent.copy()
    share = rng.uniform(0.1, 0.95)
    for purpose in ("listed", "answers", "partner", "contact"):
        consent[purpose] = rng.random(len(consent)) < (share if purpose == "listed" else 0.7)
    return replace(survey, consent=consent)


def with_other_answers(survey, key, rng):
    """The same survey in which one municipality gives the answers of another."""
    responses = survey.responses.copy()
    donor = rng.choice(responses.index.drop(key))
    columns = [name for name in responses.columns if not name.startswith("consent_")]
    for name in columns:
        responses.loc[key, name] = responses.loc[donor, name]
    return replace(survey, responses=responses)


def tables_of(survey, typology) -> StudyTables:
    tables = describe_all(survey, typology, goals_matrix(survey))
    shares = pain_shares(tables.pain_points, tables.assignments, tables.municipalities)
    return tables.having(pain_shares=shares, quality=quality_table(tables, typology))


def differing(one: pd.DataFrame, two: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``one`` in which any cell differs."""
    assert list(one.columns) == list(two.columns)
    assert one.index.equals(two.index)
    same = (one == two) | (one.isna() & two.isna())
    return one[~same.all(axis=1)]


@pytest.mark.parametrize("seed", every_third(seeds(*SEEDS)))
def test_only_safe_aggregates_may_differ(base, seed):
    survey, typology = base
    rng = np.random.default_rng(seed)
    survey = with_consent(survey, rng)
    hidden = survey.consent.index[~survey.consent["listed"]]
    if hidden.empty:
        survey.consent.iloc[0, survey.consent.columns.get_loc("listed")] = False
        hidden = survey.consent.index[:1]
    victim = rng.choice(hidden)
    tables = tables_of(survey, typology), tables_of(with_other_answers(survey, victim, rng), typology)
    one, two = (public_tables(part) for part in tables)
    for name in StudyTables.names():
        if name in AGGREGATES | INSIDE or one.get(name).empty:
            continue
        left, right = one.get(name), two.get(name)
        if name == "municipality_profiles":  # the rest stands beside the published means and follows from them
            shown = ["key", "measure", "item", "own"]
            left, right = left[shown], right[shown]
        pd.testing.assert_frame_equal(left, right, obj=name)
    for changed, public in ((differing(one.type_profiles, two.type_profiles), tables[0]),
                            (differing(two.type_profiles, one.type_profiles), tables[1])):  # fmt: skip
        check_profiles(changed, public, survey)
    assert len(one.instruments) > 0
    for changed, public in ((differing(one.instruments, two.instruments), tables[0]),
                            (differing(two.instruments, one.instruments), tables[1])):  # fmt: skip
        check_profiles(changed.assign(measure="structure"), public, survey)
    for shown, other, public in ((one.types, two.types, tables[0]), (two.types, one.types, tables[1])):
        changed = differing(shown[["type", "n"]], other[["type", "n"]])
        for row in changed[changed["n"].notna()].itertuples():
            # a type whose members are all listed may be counted; if a hidden one joins them, the count is empty
            joined = np.isnan(other.set_index("type")["n"][row.type])
            assert unlisted_of(public, survey, row.type) in ([0] if joined else []) or (
                unlisted_of(public, survey, row.type) >= RULES.minimum
            ), row
    for row in pd.concat([one.types, two.types]).dropna(subset=["share"]).itertuples():
        exact = next(item.share for item in typology.types if item.key == row.type)
        assert row.share in (pytest.approx(exact), pytest.approx(round(exact / 0.05) * 0.05))
    hidden = ~survey.consent["listed"]
    for changed, public in ((differing(one.pain_shares, two.pain_shares), tables[0]),
                            (differing(two.pain_shares, one.pain_shares), tables[1])):  # fmt: skip
        check_sizes(changed[changed["grouping"] == "groessenklasse"], public, survey)
    if RULES.small(int(hidden.sum())):
        assert not set(one.quality["table"]) & set(OF_ANSWERS)


def check_sizes(changed: pd.DataFrame, tables: StudyTables, survey) -> None:
    """Behind a shown share of a size class that differs stand no closed answers of that kind, or three and more."""
    closed = ~(survey.consent["listed"] & survey.consent["answers"])
    for row in changed.dropna(subset=["estimate"]).itertuples():
        mine = closed & (tables.municipalities["size_class"] == row.group)
        assert int((tables.pain_points.loc[mine, row.item] == row.level).sum()) not in (1, 2), row


def unlisted_of(tables: StudyTables, survey, kind: str) -> int:
    """How many unlisted municipalities stand behind the count of a type."""
    kinds = tables.assignments["type"].replace("", "nicht_zuzuordnen")
    return int(((kinds == kind) & ~survey.consent["listed"]).sum())


def check_profiles(changed: pd.DataFrame, tables: StudyTables, survey) -> None:
    """Every shown figure that differs has at least three closed answers behind it, or none at all."""
    closed = ~(survey.consent["listed"] & survey.consent["answers"])
    kinds = tables.assignments["type"]
    for row in changed.dropna(subset=["estimate"]).itertuples():
        blocks = {"goal": tables.goals, "stand": tables.stand, "wichtig": tables.wichtig, "structure": tables.structure}
        block = blocks.get(row.measure, tables.pain_points)
        mine = closed if row.type == "alle" else closed & (kinds == row.type)
        answers = block.loc[mine, row.item].astype(object)
        answered = int((answers.notna() & (answers.astype(str) != "")).sum())
        # where the only closed one has left the type, the figure is made of open answers alone
        assert answered == 0 or answered >= RULES.minimum, row


@pytest.mark.parametrize("seed", seeds(*MATCHED))
def test_public_matches_do_not_depend_on_hidden_answers(base, seed):
    survey, typology = base
    rng = np.random.default_rng(1000 + seed)
    survey = with_consent(survey, rng)
    hidden = survey.consent.index[~survey.consent["listed"]]
    victim = rng.choice(hidden)
    before, after = (tables_of(part, typology) for part in (survey, with_other_answers(survey, victim, rng)))
    one, two = public_tables(before), public_tables(after)
    # What is strong and weak follows from the published means; those may differ, and nothing else.
    open_ = listed_keys(survey.consent, "answers")
    own = public_profiles(after.municipality_profiles, one.type_profiles, two.assignments, open_)
    one, two = match_tables(one, survey.content), match_tables(two.having(municipality_profiles=own), survey.content)
    # of a municipality whose answers are closed nothing is said about what it lacks
    lists = pd.concat([one.similar, one.complementary])
    closed = ~lists["key"].isin(open_)
    of_answers = lists["difference"].str.startswith(("diff_goal", "diff_strong"))
    assert seed not in MATCHED or (closed.any() and (of_answers & ~closed).any())  # not every survey has both
    assert not (of_answers & closed).any()
    for name in ("similar", "complementary", "teams", "team_members", "cooperation_members", "agenda"):
        left, right = one.get(name), two.get(name)
        assert victim not in set(left.get("key", [])) | set(left.get("partner", []))
        shared = [column for column in left.columns if column not in ("type_value", "all_value")]
        pd.testing.assert_frame_equal(left[shared], right[shared], obj=name)
