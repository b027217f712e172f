"""Two releases together tell no more than one: somebody left, came, answered otherwise, opened or closed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest
from public_attack import Attack
from unknowns import Unknowns
from worlds import OFF, PURPOSES, described, fitted, published

from typology.content.vocabulary import ALL, NOT_ASSIGNED
from typology.publishing.gate.lost import ANSWERS, Who
from typology.publishing.gate.releases import (
    FIGURES,
    KEPT,
    Memory,
    Release,
    carry_releases,
    digests,
    open_keys,
    read_releases,
    write_some,
)
from typology.publishing.gate.rules import RULES
from typology.study.publication import release_sentences
from typology.study.record import Study
from typology.tables.package import write_json
from typology.tables.study_tables import StudyTables

BASE = (70, 4)
INSTRUMENT = "cdo"
SOME = ("rechtliche_vorgaben", "foerdermittel", "effizienz")
KINDS = ("left", "came", "changed", "opened", "closed")


@cache
def made():
    """A survey, its model, and consents under which some are open, some only listed, some neither."""
    return with_consents(fitted(BASE))


def with_consents(made):
    survey, typology = made
    rng, consent = np.random.default_rng(3), survey.consent.copy()
    for purpose in PURPOSES:
        consent[purpose] = rng.random(len(consent)) < 0.75
    return replace(survey, consent=consent), typology


@pytest.fixture
def world():
    return made()


@cache
def whole() -> StudyTables:
    """All tables of that survey."""
    return described(*made())


@cache
def released() -> Release:
    """It, published."""
    return Release.of("1", whole(), *published(whole(), made()[1]))


@cache
def told_by_all() -> StudyTables:
    """What a gate without rules would publish of it."""
    return published(whole(), made()[1], OFF)[0]


def without(keys: pd.Index) -> StudyTables:
    """Of all tables those that memory reads, without the rows of these."""
    tables = whole()
    left = {name: tables.get(name) for name in (*ANSWERS, "assignments", "consent", "municipalities")}
    return StudyTables(**{name: table.drop(index=table.index.intersection(keys)) for name, table in left.items()})


def part_of(survey, keys: pd.Index):
    """The survey of these municipalities only."""
    kept = survey.responses.index.intersection(keys, sort=False)
    return replace(survey, responses=survey.responses.loc[kept], consent=survey.consent.loc[kept],
                   municipalities=survey.municipalities.loc[kept])  # fmt: skip


def with_answers_of_another(survey, keys: pd.Index, seed: int = 0):
    """The survey in which each of these gives the answers of somebody else."""
    responses, rng = survey.responses.copy(), np.random.default_rng(seed)
    columns = [name for name in responses.columns if not name.startswith("consent_")]
    for key in keys:
        responses.loc[key, columns] = survey.responses.loc[rng.choice(responses.index.drop(keys)), columns].to_numpy()
    return replace(survey, responses=responses)


def both(world, kind: str, n: int = 1) -> tuple[StudyTables, StudyTables]:
    """The study before and after ``n`` municipalities left, came, changed, opened or closed their answers."""
    survey, typology = world
    closed = survey.consent.index.difference(open_keys(survey.consent))
    keys = survey.consent.index[~survey.consent["listed"]].union(closed)[:n] if kind != "closed" else open_keys(
        survey.consent)[:n]  # fmt: skip
    rest = part_of(survey, survey.consent.index.drop(keys))
    consent = survey.consent.copy()
    consent.loc[keys, ["listed", "answers"]] = kind == "opened"
    later = {
        "left": rest, "changed": with_answers_of_another(survey, keys), "opened": replace(survey, consent=consent),
        "closed": replace(survey, consent=consent),
    }  # fmt: skip
    if kind == "came":
        return described(rest, typology), whole()
    return whole(), described(later[kind], typology)


def remembered(tables: StudyTables, typology) -> Release:
    return released() if tables is whole() else Release.of("1", tables, *published(tables, typology))


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_of_one_changes_no_figure(world, kind):
    before, after = both(world, kind)
    release = remembered(before, world[1])
    memory = Memory.of([release], after)
    shown, model = published(after, world[1], memory=memory)
    needed = kind in ("left", "came", "changed")
    assert (memory.kept is not None) == needed, "who only opens or closes its answers changes no sum"
    if needed:
        assert model == release.typology
        for name in FIGURES:
            pd.testing.assert_frame_equal(shown.get(name), release.tables.get(name), obj=name)
        assert set(shown.gate["rule"]) == {"release"} and set(shown.gate["table"]) >= {"types", "type_profiles"}
    same = shown.assignments.index.intersection(release.tables.assignments.index)
    kept = same.difference(release.changed(after))
    assert len(kept) > 20
    assert (shown.assignments.loc[kept, "type"] == release.tables.assignments.loc[kept, "type"]).all()
    open_ = open_keys(after.consent)
    assert set(shown.goals.index) == set(open_), "who may be read is what consent says today"
    assert shown.assignments.loc[shown.assignments.index.difference(open_)].filter(like="p_").isna().all(axis=None)
    public_before, public_after = (
        told_by_all() if one is whole() else published(one, world[1], OFF)[0] for one in (before, after)
    )
    without_memory = [n for n in FIGURES if not public_before.get(n).equals(public_after.get(n))]
    assert bool(without_memory) == needed, "without memory the difference would have told"


def test_a_release_of_types_stays_one_where_the_answers_now_speak_for_degrees(world):
    """One changed, and now there are places and nearest leanings: public has the types of the release, and no place."""
    before, after = both(world, "changed")
    release = remembered(before, world[1])
    keys = after.goals.index
    places = pd.DataFrame({"key": keys, "leaning": "neigung_1", "place": 0.5, "error": 0.5})
    other = pd.DataFrame({"leaning": ["neigung_1"], "goal": [after.goals.columns[0]], "loading": [1.0]})
    nearest = after.assignments[["type", "second_type", "status", "reason", "answered"]].assign(
        type="neigung_1", p_neigung_1=0.9
    )
    leaning = after.having(assignments=nearest, leanings=places, leaning_goals=other)
    memory = Memory.of([release], leaning)
    shown = memory.restore(leaning.having(goals=leaning.goals.loc[open_keys(leaning.consent)]), leaning)
    assert not shown.is_made("leanings") and not shown.is_made("leaning_goals")
    assert list(shown.assignments.columns) == list(release.tables.assignments.columns)
    same = release.tables.assignments.index.difference(release.changed(leaning))
    assert (shown.assignments.loc[same, "type"] == release.tables.assignments.loc[same, "type"]).all()
    assert "neigung_1" not in set(shown.assignments["type"])


@pytest.mark.long
def test_of_many_changes_each_figure_leaves_room_for_who_knows_all_others(world):
    """Twenty came: whoever knows all who were there before learns of them no small number, and not that none or all."""
    before, after = both(world, "came", 20)
    release = remembered(before, world[1])
    memory = Memory.of([release], after)
    assert memory.kept is None and [len(keys) for keys in memory.changed] == [20]
    told = []
    for rules, known in ((RULES, memory), (OFF, None)):
        public, model = published(after, world[1], rules, known)
        old = after.assignments.index.difference(memory.changed[0]).difference(public.goals.index)
        profiles = public.type_profiles[public.type_profiles["item"].isin(SOME)]
        few = public.having(type_profiles=profiles, instruments=public.instruments[:0])
        attack = Attack(few, model, after, colluding=old)
        attack.answers_told()
        told.append(attack.told)
    assert not told[0] and told[1]


def test_changes_add_up_until_they_are_enough(world):
    survey, _ = world
    closed = survey.consent.index.difference(open_keys(survey.consent))
    numbers = (1, RULES.enough - 1, RULES.enough)
    rests = [without(closed[:n]) for n in numbers]
    kept = [Memory.of([released().since(whole(), rest)], rest).kept is None for rest in rests]
    assert kept == [False, False, True]


def test_who_leaves_one_by_one_never_makes_new_figures_until_others_can_hide_it(world):
    """Nothing is kept of what each had said: seven gone that way might have been alike, whatever a figure leaves."""
    survey, _ = world
    closed = survey.consent.index.difference(open_keys(survey.consent))
    listed = closed[survey.consent.loc[closed, "listed"].to_numpy()]
    singly, at_once = listed[: RULES.enough + 1], closed.difference(listed)[: RULES.enough]
    release, before = released(), whole()
    for n in range(1, len(singly) + 1):
        after = without(singly[:n])
        release, before = release.since(before, after), after
        assert Memory.of([release], after).kept is release
    assert release.exposed(before) > RULES.enough and release.lost.n() == 0
    after = without(singly.union(at_once))
    release = release.since(before, after)
    assert release.lost.n() == RULES.enough and Memory.of([release], after).kept is None


def test_who_was_not_listed_hides_among_others_who_were_not(world):
    """Types of the listed are public: one unlisted who left would stand alone in the number of its type."""
    survey, _ = world
    listed = survey.consent["listed"]
    closed = survey.consent.index.difference(open_keys(survey.consent))
    alone, others = closed[~listed[closed].to_numpy()][:1], closed[listed[closed].to_numpy()][: RULES.enough]
    assert len(alone) == 1 and len(others) == RULES.enough
    one = without(alone)
    release = released().since(whole(), one)
    after = without(alone.union(others))
    release = release.since(one, after)
    assert release.lost.n() == RULES.enough and release.lost.alone == {"closed": 1, "everybody": 1, "unlisted": 1}
    assert Memory.of([release], after).kept is release


def test_a_release_further_back_counts_as_well(world):
    """Six came and the same six but one left again: to the last release five changed, to the first only one."""
    survey, typology = world
    closed = survey.consent.index.difference(open_keys(survey.consent))
    few, many, now = without(closed[:8]), without(closed[:2]), without(closed[1:8])
    releases = [Release.of(str(number), tables, tables, typology) for number, tables in enumerate((few, many), 1)]
    releases = [release.since(many, now) for release in releases]
    assert [release.exposed(now) for release in releases] == [1, 7]
    assert Memory.of(releases, now).kept is releases[-1]
    assert Memory.of(releases[1:], now).kept is None


def left_at_once(world, goal: str, answer: str, n: int = 8):
    """A survey that closed ones leave at once who all had answered one goal alike, and who they are."""
    survey, typology = world
    closed = survey.consent.index.difference(open_keys(survey.consent))
    keys = closed[whole().goals.loc[closed, goal].eq(answer).to_numpy()][:n]
    assert len(keys) == n
    return keys, described(part_of(survey, survey.consent.index.drop(keys)), typology)


def counts_that_fit(row: pd.Series, n: int) -> np.ndarray:
    """The counts of ``n`` that a printed share might stand for."""
    every = np.arange(n + 1)
    if np.isnan(row["estimate"]):
        return every
    exact = not np.isnan(row["low"])
    # of a coarse share a ten is the nearest 5 %, a five that or the middle of its ten
    step = 0.01 if exact else 0.05 if round(row["estimate"] * 100) % 10 == 0 else 0.1
    return every[np.abs(every / max(1, n) - row["estimate"]) <= step / 2 + 1e-9]


def of_goal(public: StudyTables, goal: str) -> pd.DataFrame:
    """The printed shares that ticked one goal, by type."""
    rows = public.type_profiles
    same = (rows["measure"] == "goal") & (rows["item"] == goal) & (rows["level"] == "ja")
    return rows[same].set_index("type")


def ranges_of_lost(public: StudyTables, keys: pd.Index, goal: str) -> pd.DataFrame:
    """What the printed earlier figure less the printed later one leaves of those who left: ``least, most, size``.

    The reader knows how many of each type left, and that the types add up to all.
    """
    kinds = whole().assignments["type"].replace("", NOT_ASSIGNED)
    kinds = kinds[(whole().goals[goal] != "").reindex(kinds.index)]
    shares = [of_goal(one, goal) for one in (released().tables, public)]
    out = {}
    for kind in shares[0].index:
        then = kinds.index if kind == ALL else kinds.index[kinds == kind]
        sizes = len(then), len(then.difference(keys))
        before, after = (counts_that_fit(one.loc[kind], size) for one, size in zip(shares, sizes, strict=True))
        size = sizes[0] - sizes[1]
        out[kind] = (max(0, before.min() - after.max()), min(size, before.max() - after.min()), size)
    table = pd.DataFrame(out, index=["least", "most", "size"]).T
    parts, everybody = table.drop(index=ALL), table.loc[ALL].copy()
    rest = everybody["size"] - parts["size"].sum()  # of types without a row
    for kind in parts.index:
        others = parts.drop(index=kind)
        table.loc[kind, "least"] = max(parts["least"][kind], everybody["least"] - others["most"].sum() - rest)
        table.loc[kind, "most"] = min(parts["most"][kind], everybody["most"] - others["least"].sum())
    table.loc[ALL, "least"] = max(everybody["least"], parts["least"].sum())
    table.loc[ALL, "most"] = min(everybody["most"], parts["most"].sum() + rest)
    return table[table["size"] > 0]


def unlisted_by_type(public: StudyTables, keys: pd.Index) -> pd.Series:
    """How many unlisted ones of each type left, as far as both releases say: the listed had their type on a page."""
    before, after = (one.types.set_index("type")["n"] for one in (released().tables, public))
    seen = released().tables.assignments["type"].replace("", NOT_ASSIGNED).reindex(keys).value_counts()
    return (before - after - seen.reindex(before.index, fill_value=0)).drop(ALL).dropna()


@pytest.mark.parametrize(("goal", "answer"), [("oertliche_gemeinschaft", "ja"), ("effizienz", "nein")])
def test_of_many_who_leave_at_once_alike_no_difference_tells(world, goal, answer):
    """Eight left who had all answered alike: without their sums the difference of two releases says just that."""
    keys, after = left_at_once(world, goal, answer)
    release = released().since(whole(), after)
    memory = Memory.of([release], after)
    assert memory.kept is None and [lost.n() for lost in memory.lost] == [len(keys)]
    told = {}
    for name, known in (("sums", memory), ("none", replace(memory, lost=()))):
        public, _ = published(after, world[1], memory=known)
        found = pd.concat([ranges_of_lost(public, keys, str(goal)) for goal in after.goals])
        least = np.minimum(RULES.minimum, found["size"])
        few = unlisted_by_type(public, keys)
        assert name == "none" or not RULES.small(few.to_numpy()).any()
        told[name] = int(((found["most"] < least) | (found["least"] > found["size"] - least)).sum())
    assert told["sums"] == 0 and told["none"] > 0


@pytest.mark.long
def test_who_only_gets_another_type_cannot_be_read_off_the_difference():
    """Answers and listed types are as public as before; a type now less the same type then is who moved.

    The first type of the second model is three times as frequent, so that some move to it.
    """
    survey, typology = with_consents(fitted((200, 7)))
    first, *others = typology.types
    other = replace(typology, types=(first.model_copy(update={"share": 3 * first.share}), *others))
    before, after = described(survey, typology), described(survey, other)
    release = Release.of("1", before, *published(before, typology))
    moved, open_ = release.moved(after), open_keys(after.consent)
    closed = moved.difference(open_)
    assert len(release.changed(after)) == 0 and 0 < len(closed) < RULES.enough
    memory = Memory.of([release], after)
    assert memory.kept is None and set(memory.changed[0]) == set(closed) and memory.lost[0].n() == len(closed)
    told = {}
    for name, known in (("known", memory), ("unknown", None)):
        public, _ = published(after, typology, memory=known)
        pairs = ((release.tables, before), (public, after))
        found = [one for goal in after.goals for one in said_by_the_moved(*pairs, str(goal), moved, closed)]
        few = [(least, most, n, min(RULES.minimum, n)) for least, most, n in found]
        told[name] = sum(most < small - 0.5 or least > n - small + 0.5 for least, most, n, small in few)
    assert told["known"] == 0 and told["unknown"] > 0


def said_by_the_moved(
    first: tuple[StudyTables, StudyTables], second: tuple[StudyTables, StudyTables], goal: str, moved: pd.Index,
    closed: pd.Index,
) -> Iterator[tuple[float, float, int]]:  # fmt: skip
    """How many of the closed ones that moved ticked a goal, by their types then and now: least, greatest, of how many.

    The reader puts the figures of all types of both divisions into one system, sums over several types among them.

    ``first``, ``second``: what is public, and all tables.
    """
    unknown, sides = Unknowns(), []
    ticked = second[1].goals.index[second[1].goals[goal] == "ja"]
    for key in closed:
        unknown.between({key: 1}, 0, 1)
    for side, (public, tables) in enumerate((first, second)):
        kinds, rows = tables.assignments["type"].replace("", NOT_ASSIGNED), of_goal(public, goal)
        names = sorted(set(kinds))
        for kind in (*names, ALL):
            n = len(kinds) if kind == ALL else int((kinds == kind).sum())
            counts = counts_that_fit(rows.loc[kind], n) if kind in rows.index else np.arange(n + 1)
            unknown.between({(side, kind): 1}, counts.min(), counts.max())
        unknown.between({(side, ALL): 1} | {(side, kind): -1 for kind in names}, 0, 0)
        sides.append(kinds)
    for kind in sorted(set(sides[0]) | set(sides[1])):
        here = [moved[(kinds[moved] == kind).to_numpy()] for kinds in sides]
        known = [len(keys.difference(closed).intersection(ticked)) for keys in here]
        terms: dict[object, float] = dict.fromkeys(here[0].intersection(closed), 1.0)
        terms |= dict.fromkeys(here[1].intersection(closed), -1.0)
        terms |= {(side, kind): float(2 * side - 1) for side in (0, 1) if (side, kind) in unknown.names}
        unknown.between(terms, known[1] - known[0], known[1] - known[0])
    for kinds in sides:
        for mine in closed.groupby(kinds[closed]).values():
            yield *unknown.solve(dict.fromkeys(mine, 1)), len(mine)


def with_an_instrument(public: StudyTables, tables: StudyTables) -> dict[str, np.ndarray]:
    """By type the numbers that the printed shares of one instrument might stand for; all are told who was asked."""
    asked = tables.structure.index[tables.structure[INSTRUMENT].ne("").to_numpy()]
    kinds = tables.assignments["type"].replace("", NOT_ASSIGNED)[asked]
    rows = public.instruments.set_index("type")
    sizes = {kind: len(kinds) if kind == ALL else int((kinds == kind).sum()) for kind in rows.index}
    return {kind: counts_that_fit(rows.loc[kind], n) for kind, n in sizes.items()}


def told_of_instruments(releases: list[tuple[StudyTables, StudyTables]], sizes: dict[str, int]) -> int:
    """How many sums over the changed ones are told as nearly none or nearly all; ``sizes``: how many they are by type.

    ``releases``: what is public of the one without them and of the one with them, each with all its tables.
    """
    if any(public.instruments.empty for public, _ in releases):
        return 0
    without_them, with_them = (with_an_instrument(*one) for one in releases)
    told = 0
    for kind in without_them.keys() & with_them.keys():
        least = max(0, with_them[kind].min() - without_them[kind].max())
        most = min(sizes[kind], with_them[kind].max() - without_them[kind].min())
        small = min(RULES.minimum, sizes[kind])
        told += int(sizes[kind] > 0 and (most < small or least > sizes[kind] - small))
    return told


@pytest.mark.parametrize("kind", ["left", "came"])
@pytest.mark.parametrize("n", [2, 8])
def test_of_open_ones_who_change_the_instruments_tell_nothing(world, kind, n):
    """What they say of instruments is open of nobody, so their open goals and fields do not count as known here."""
    survey, typology = world
    tables = whole()
    keys = open_keys(tables.consent)
    keys = keys[tables.structure.loc[keys, INSTRUMENT].eq("nein").to_numpy()][:n]
    rest = described(part_of(survey, survey.consent.index.drop(keys)), typology)
    before, after = (tables, rest) if kind == "left" else (rest, tables)
    release = remembered(before, typology).since(before, after)
    memory = Memory.of([release], after)
    assert memory.kept is None and memory.silent == (n < RULES.enough or kind == "left")
    said = release_sentences(cast(Study, SimpleNamespace(tables=after, run={})), [release])
    assert [one.key for one in said] == (["study.release_without_instruments"] if memory.silent else [])
    # it names what would be enough, and no number of those who changed: eight open ones that leave are not enough
    assert all(set(re.findall(r"\d+", one)) == {str(RULES.enough)} for one in said)
    sizes = tables.assignments["type"].replace("", NOT_ASSIGNED)[keys].value_counts().to_dict() | {ALL: n}
    told = {}
    for name, known in (("new", memory), ("former", replace(memory, silent=False, everybody=()))):
        public, _ = published(after, typology, memory=known)
        mine = [(remembered(before, typology).tables, before), (public, after)]
        told[name] = told_of_instruments(mine[::-1] if kind == "left" else mine, Counter(sizes))
        gone = public.gate["rule"] == "open_of_nobody"
        assert gone.any() == (name == "new" and memory.silent) and public.instruments.empty == gone.any()
        assert len(public.types) and set(public.gate.loc[gone, "table"]) <= {"instruments"}
    assert told["new"] == 0 and told["former"] > 0


def test_what_is_forgotten_leaves_the_record_and_still_counts(world, tmp_path):
    survey, _ = world
    gone = survey.consent.index.difference(open_keys(survey.consent))[:2]
    rest = without(gone)
    write_study_of(whole(), released(), tmp_path / "old")
    kept = carry_releases(tmp_path / "old", tmp_path / "new", rest)
    assert [(one.gone_open, one.gone_closed) for one in kept] == [(0, 2)] and kept[0].lost.n() == 0
    assert kept[0].lost.alone["closed"] == 2
    assert not any(key in path.read_text("utf-8-sig") for key in gone for path in (tmp_path / "new").rglob("*.*"))
    again = read_releases(tmp_path / "new")
    assert [one.exposed(rest) for one in again] == [2]
    pd.testing.assert_frame_equal(again[0].digests, kept[0].digests, check_dtype=False)
    for name in FIGURES:
        pd.testing.assert_frame_equal(again[0].tables.get(name), kept[0].tables.get(name), check_dtype=False, obj=name)


def test_sums_of_those_who_left_at_once_stand_in_the_record_and_no_row(world, tmp_path):
    survey, _ = world
    gone = survey.consent.index.difference(open_keys(survey.consent))[: RULES.enough + 1]
    rest = without(gone)
    write_study_of(whole(), released(), tmp_path / "old")
    kept = carry_releases(tmp_path / "old", tmp_path / "new", rest)[0].lost
    assert kept.n() == len(gone) and not kept.alone
    said = kept.said(Who.CLOSED, "type", "goals", SOME[0]).groupby("answer")["n"].sum()
    pd.testing.assert_series_equal(
        said, whole().goals.loc[gone, SOME[0]].value_counts().sort_index(), check_names=False, check_index_type=False
    )
    again = read_releases(tmp_path / "new")[0].lost
    pd.testing.assert_frame_equal(again.sums, kept.sums, check_dtype=False)
    assert Memory.of([replace(released(), lost=again)], rest).lost[0].n() == len(gone)
    cells = {
        cell for path in (tmp_path / "new").rglob("*.csv") for cell in re.split("[;\n]", path.read_text("utf-8-sig"))
    }
    assert rest.assignments.index[0] in cells and not cells.intersection(gone)


def write_study_of(tables: StudyTables, release: Release, folder) -> None:
    """What the record reads of a study that a run replaces."""
    write_some(tables, (*ANSWERS, "consent", "assignments", "municipalities"), folder / "internal")
    write_some(release.tables, KEPT, folder / "public")
    release.typology.save(folder / "public" / "typology.json")
    write_json({"settings": {"draft": False}}, folder / "internal" / "run.json")


@pytest.mark.parametrize("record", [{"settings": {"draft": True}}, {"settings": {}, "figures_of_release": True}])
def test_a_draft_and_figures_that_were_only_kept_are_no_release(tmp_path, record):
    write_study_of(whole(), released(), tmp_path / "old")
    write_json(record, tmp_path / "old" / "internal" / "run.json")
    rest = without(whole().assignments.index[:1])
    assert carry_releases(tmp_path / "old", tmp_path / "new", rest) == []


def test_equal_answers_have_different_digests_and_the_same_answers_the_same(world):
    survey, typology = world
    one = digests(whole())
    twin = with_answers_of_another(survey, survey.consent.index[:1])
    two = digests(described(twin, typology))
    assert one["goals"].is_unique and two["goals"].is_unique
    differ = (one != two).any(axis=1)
    assert list(one.index[differ]) == [survey.consent.index[0]]
