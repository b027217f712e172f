"""What was published before: a release is remembered, so that two of them together tell no more than one.

Whoever keeps an earlier release can subtract it. So the study keeps, beside its results, what each release said in
figures and a keyed digest of every municipality's answers then. If, of those whose answers are not open, fewer than
``enough`` came, left or answered otherwise since some release, all figures and the public model are those of the last
one, letter by letter, and so are the types of those who did not change, and the verdicts that all words follow (types
or degrees): they are functions of all answers as well. The same holds until ``enough`` are there whom the others can
hide among: who came or answered anew, or who left or changed *at once*, for of them sums are kept (:mod:`.lost`). Then
each figure must also leave room for a reader who knows everything but the changed ones, and for one who takes it off
the earlier figure and knows everything but what the lost ones had said (:class:`~.public_profiles.Unknown`).
What is open of nobody (the block ``structure``) counts everybody in this, and is left out where those who changed do
not hide each other.

A release is every ``public/`` that a run replaces and that tells of other answers or other types of those listed,
unless its codebook said ``draft``: what is not known to have stayed in the house counts as published. Whoever is no
longer in the survey leaves the record: its digest and its row go, and only how many have gone is kept, and the sums
over those who went together.
"""

from __future__ import annotations

import hashlib
import hmac
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from typology.content.vocabulary import (
    NOT_ASSIGNED,
    AssignmentReason,
    Purpose,
    membership_column,
    membership_types,
)
from typology.publishing.gate.lost import ANSWERS, Lost, Who, no_sums, words
from typology.publishing.gate.rules import RULES, Rules
from typology.tables.package import read_json, read_tables, write_json, write_table
from typology.tables.study_tables import StudyTables
from typology.types.typology import Typology, load_typology

FOLDER, RECORD, DIGESTS, SUMS = "releases", "release.json", "digests.csv", "lost.csv"
FIGURES = (
    "types", "type_sizes", "type_profiles", "instruments", "classes", "naming", "selection", "methods",
    "stability_types", "calibration", "short_form", "quality", "pain_shares", "leaning_goals",
)  # fmt: skip
KEPT = (*FIGURES, "assignments", "leanings")
JUDGED = ("weak", "verdict", "weighting", "types_or_degrees", "degrees")
"""What a study says of itself that is a function of all answers."""
UNPUBLISHED = "typology_of_the_figures.json"
"""Inside: the model behind the published figures, where the answers speak for degrees and no typology is published."""
SIGNS = 16


@dataclass(frozen=True)
class Release:
    """One release: its figures and types, its model, and what the municipalities had answered.

    ``digests``: index ``key``, one column per block of answers, ``open``. ``columns``: of each block. ``gone_open``,
    ``gone_closed``: how many have left the survey since, by whether their answers were open. ``n``: respondents then.
    ``judged``: what the study then said of all answers, by the names in ``JUDGED``. ``lost``: what those had said who
    have left or answered otherwise since, as sums.
    """

    name: str
    n: int
    tables: StudyTables
    typology: Typology
    digests: pd.DataFrame
    columns: dict[str, list[str]]
    gone_open: int = 0
    gone_closed: int = 0
    judged: dict[str, Any] = field(default_factory=dict)
    lost: Lost = field(default_factory=Lost)

    @classmethod
    def of(
        cls,
        name: str,
        tables: StudyTables,
        public: StudyTables,
        typology: Typology,
        info: Mapping[str, Any] = MappingProxyType({}),
    ) -> Release:
        """A release: all tables of a study, what of them was published with which model, the ``info`` of its record."""
        columns = {block: list(map(str, tables.get(block).columns)) for block in ANSWERS if len(tables.get(block))}
        kept = StudyTables(**{one: public.get(one) for one in KEPT})
        judged = {item: info[item] for item in JUDGED if item in info}
        return cls(name, len(tables.assignments), kept, typology, digests(tables), columns, judged=judged)

    @property
    def leans(self) -> bool:
        """Whether it spoke of leanings and not of types."""
        return self.tables.is_made("leanings")

    def changed(self, tables: StudyTables) -> pd.Index:
        """Those in the survey who came or answered otherwise since, in what was asked then as now."""
        everybody = tables.assignments.index
        known = everybody.intersection(self.digests.index)
        now = digests(tables, only=self.columns)
        same = [name for name in self.columns if self.columns[name] == list(map(str, tables.get(name).columns))]
        other = (now.loc[known, same] != self.digests.loc[known, same]).any(axis=1)
        return everybody.difference(self.digests.index, sort=False).append(known[other.to_numpy()])

    def moved(self, tables: StudyTables) -> pd.Index:
        """Those who answered as then and have another type now, by a model that is another: both are on their pages.

        Whoever takes the figures of a type then and now off each other has theirs.
        """
        then, now = self.tables.assignments, tables.assignments
        listed = tables.consent.index[tables.consent[Purpose.LISTED].to_numpy(dtype=bool)]
        same = then.index.intersection(now.index).intersection(listed).difference(self.changed(tables))
        return same[(then.loc[same, "type"] != now.loc[same, "type"]).to_numpy(dtype=bool)]

    def left_their_type(self, tables: StudyTables) -> Lost:
        """What those who moved add to the figures of the type that they had then."""
        moved = self.moved(tables)
        then = tables.assignments.loc[moved].assign(type=self.tables.assignments.loc[moved, "type"])
        keys = {Who.CLOSED: moved.difference(open_keys(tables.consent)), Who.EVERYBODY: moved}
        return Lost.over(tables.having(assignments=then), keys) if len(moved) else Lost()

    def exposed(self, tables: StudyTables) -> int:
        """How many changed whose answers then or now are not open: the rest of any difference between both."""
        changed = self.changed(tables)
        open_ = open_keys(tables.consent)
        before = self.digests.index[self.digests["open"]].union(changed.difference(self.digests.index))
        gone = self.digests.index.difference(tables.assignments.index)
        left = int((~self.digests.loc[gone, "open"]).sum()) + self.gone_closed
        return left + len(changed) - len(changed.intersection(open_).intersection(before))

    def hides(self, tables: StudyTables, rules: Rules = RULES) -> bool:
        """Whether nobody changed, or enough did for everyone of them to hide among.

        Enough came or answered anew whose answers are closed, or enough left or changed whose sums are kept: among
        these those hide of whom nothing is kept. Of those who were not listed the same is asked: their number is not
        public.
        """
        if not (n := self.exposed(tables)):
            return True
        changed, consent = self.changed(tables), tables.consent
        listed = consent.index[consent[Purpose.LISTED].to_numpy(dtype=bool)]
        among = {
            Who.CLOSED: max(len(changed.difference(open_keys(consent))), self.lost.n()),
            Who.UNLISTED: max(len(changed.difference(listed)), self.lost.n(Who.UNLISTED)),
        }
        alone = [who for who in among if self.lost.alone.get(who)]
        return n >= rules.enough and min(among[who] for who in (Who.CLOSED, *alone)) >= rules.enough

    def hides_everybody(self, tables: StudyTables, rules: Rules = RULES) -> bool:
        """The same for answers that are open of nobody: whoever changed, open or closed, hides among all who did.

        Enough came or answered anew, or of enough who left or changed sums are kept; of open ones alone there are none.
        """
        changed = len(self.changed(tables))
        gone = self.gone_open + self.gone_closed + len(self.digests.index.difference(tables.assignments.index))
        return not changed + gone or max(changed, self.lost.n(Who.EVERYBODY)) >= rules.enough

    def since(self, before: StudyTables, tables: StudyTables, rules: Rules = RULES) -> Release:
        """The release as it is remembered after the study ``before`` gave way to the study ``tables``.

        Without digests and rows of those who are no longer in the survey; how many they are stays, and of those who
        were lost just now – in ``before`` they still had said the same as in the release – the sums.
        """
        everybody = tables.assignments.index
        same = self.digests.index.intersection(before.assignments.index).difference(self.changed(before))
        now = same.difference(everybody).union(same.intersection(self.changed(tables)))
        listed, closed = self.tables.assignments.index, self.digests.index[~self.digests["open"]]
        keys = {
            Who.CLOSED: now.intersection(closed), Who.UNLISTED: now.difference(listed), Who.EVERYBODY: now,
        }  # fmt: skip
        gone = self.digests.loc[self.digests.index.difference(everybody)]
        rows, places = self.tables.assignments, self.tables.leanings
        places = places[places["key"].isin(everybody)] if "key" in places else places
        return replace(
            self,
            digests=self.digests.loc[self.digests.index.intersection(everybody)],
            tables=self.tables.having(assignments=rows.loc[rows.index.intersection(everybody)], leanings=places),
            gone_open=self.gone_open + int(gone["open"].sum()),
            gone_closed=self.gone_closed + int((~gone["open"]).sum()),
            lost=self.lost.with_more(Lost.of(before, keys, rules)),
        )


@dataclass(frozen=True)
class Memory:
    """What the releases before mean for the next one.

    ``kept``: the release whose figures stay, if few changed; ``changed``: else, by release, who of those with closed
    answers changed since or have another type, ``everybody`` the same with those whose answers are open, and ``lost``
    what those had said who have left or changed, or now have another type. ``silent``: what is open of nobody is not
    told this time, for those who changed, open or closed, do not hide each other.
    """

    kept: Release | None = None
    changed: tuple[pd.Index, ...] = ()
    lost: tuple[Lost, ...] = ()
    everybody: tuple[pd.Index, ...] = ()
    silent: bool = False

    @classmethod
    def of(cls, releases: list[Release], tables: StudyTables, rules: Rules = RULES) -> Memory:
        """``releases``: from the first to the last."""
        if releases and releases[-1].exposed(tables) and not all(one.hides(tables, rules) for one in releases):
            return cls(kept=releases[-1])
        closed = tables.assignments.index.difference(open_keys(tables.consent), sort=False)
        sets = [one.changed(tables).union(one.moved(tables), sort=False) for one in releases]
        lost = [one for release in releases for one in (release.lost, release.left_their_type(tables))]
        told = [one for one in releases if len(one.tables.instruments)]
        return cls(
            changed=tuple(mine for keys in sets if len(mine := keys.intersection(closed))),
            lost=tuple(one for one in lost if one.n(Who.EVERYBODY)),
            everybody=tuple(keys for keys in sets if len(keys)),
            silent=not all(one.hides_everybody(tables, rules) for one in told),
        )

    def restore(self, public: StudyTables, tables: StudyTables) -> StudyTables:
        """The public tables with the figures of the release that stays, and the types of all who did not change.

        Who came or changed since has the type that the published model gives it. A place on leanings is a function of
        all answers, so there is none until the next figures.
        """
        if self.kept is None:
            return public
        release = self.kept
        listed, changed = public.assignments.index, release.changed(tables)
        rows, places = release.tables.assignments, release.tables.leanings
        assigned = _without_place(rows, tables, listed) if release.leans else _typed(release.typology, tables, listed)
        same = rows.index.intersection(listed).difference(changed)
        known = same[rows.loc[same, "answered"].notna().to_numpy()]
        own = [name for name in rows if name != "answered"] if release.leans else ["type", "status"]
        for keys, columns in ((known, list(assigned.columns)), (same.difference(known), own)):
            shared = [name for name in columns if name in rows]
            assigned.loc[keys, shared] = rows.loc[keys, shared].to_numpy(dtype=object)
        figures = {name: release.tables.get(name) for name in FIGURES}
        if release.leans:
            open_ = public.goals.index.difference(changed)
            places = places[places["key"].isin(open_)].reset_index(drop=True)
        return public.having(assignments=assigned.infer_objects(), leanings=places, **figures)


def _typed(typology: Typology, tables: StudyTables, keys: pd.Index) -> pd.DataFrame:
    """The types that a published model gives to these municipalities."""
    goals = tables.goals.loc[keys, [key for key in typology.goal_keys if key in tables.goals]]
    return typology.assign(goals.replace("", None), flags=tables.flags).astype(object)


def _without_place(rows: pd.DataFrame, tables: StudyTables, keys: pd.Index) -> pd.DataFrame:
    """Assignments, with the columns of ``rows``, of municipalities whose answers are newer than the leanings."""
    chances = [membership_column(name) for name in membership_types(rows.columns)]
    values = {
        "type": "", **dict.fromkeys(chances, np.nan), "second_type": "", "status": NOT_ASSIGNED,
        "reason": AssignmentReason.NEWER.value,
    }  # fmt: skip
    frame = pd.DataFrame(values, index=keys).assign(answered=tables.assignments.loc[keys, "answered"])
    return frame[list(rows.columns)].astype(object)


def open_keys(consent: pd.DataFrame) -> pd.Index:
    """Keys whose answers are open."""
    both = consent[Purpose.LISTED].astype(bool) & consent[Purpose.ANSWERS].astype(bool)
    return consent.index[both.to_numpy()]


def digests(tables: StudyTables, only: Iterable[str] = ANSWERS) -> pd.DataFrame:
    """Of every respondent a keyed digest of each block of answers, and whether they are open.

    The key of a digest is the municipality, so that equal answers do not look equal.
    """
    keys, out = tables.assignments.index, {}
    for name in ANSWERS:
        block = tables.get(name)
        if block.empty or name not in only:
            continue
        block = block.reindex(keys)
        said = pd.DataFrame({str(column): words(block[column]) for column in block.columns}, index=keys)
        lines = said.agg("\x1f".join, axis=1)
        out[name] = [
            hmac.new(str(key).encode(), line.encode(), hashlib.sha256).hexdigest()[:SIGNS]
            for key, line in lines.items()
        ]
    return pd.DataFrame(out, index=keys).assign(open=keys.isin(open_keys(tables.consent)))


def read_releases(internal: Path) -> list[Release]:
    """The releases that a study remembers, from the first to the last.

    Raises
    ------
    StudyError : what is remembered cannot be read.
    """
    folders = sorted((internal / FOLDER).glob("[0-9]*"), key=lambda path: int(path.name))
    return [_read(path) for path in folders]


def _read(folder: Path) -> Release:
    record = read_json(folder / RECORD)
    marks = pd.read_csv(folder / DIGESTS, sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    marks = marks.set_index("key")
    # a record without sums says nothing of those who had left by then
    unknown = {who.value: int(record["gone_closed"]) for who in (Who.CLOSED, Who.UNLISTED)}
    return Release(
        name=folder.name,
        n=int(record["n"]),
        tables=read_tables(folder, KEPT, public=True),
        typology=load_typology(folder / "typology.json"),
        digests=marks.assign(open=marks["open"] == "true"),
        columns={name: list(columns) for name, columns in record["columns"].items()},
        gone_open=int(record["gone_open"]),
        gone_closed=int(record["gone_closed"]),
        judged=record.get("judged", {}),
        lost=Lost(_read_sums(folder / SUMS), record.get("alone", unknown)),
    )


def _read_sums(path: Path) -> pd.DataFrame:
    if not path.is_file():
        return no_sums()
    return pd.read_csv(path, sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig").astype({"n": int})


def write_release(release: Release, folder: Path) -> None:
    """Write one release into a folder of its own."""
    write_some(release.tables, KEPT, folder)
    release.typology.save(folder / "typology.json")
    write_table(release.digests.rename_axis("key"), folder / DIGESTS)
    if len(release.lost.sums):
        write_table(release.lost.sums, folder / SUMS)
    told: dict[str, Any] = {"n": release.n, "columns": release.columns, "gone_open": release.gone_open,
                            "gone_closed": release.gone_closed, "judged": release.judged,
                            "alone": release.lost.alone}  # fmt: skip
    write_json(told, folder / RECORD)


def write_some(tables: StudyTables, names: Iterable[str], folder: Path) -> None:
    """Write some tables of a study, so that :func:`typology.tables.package.read_tables` reads them."""
    made = [name for name in names if tables.is_made(name)]
    resources = [write_table(tables.get(name), folder / "tables" / f"{name}.csv") for name in made]
    write_json({"resources": resources}, folder / "datapackage.json")


def carry_releases(before: Path, internal: Path, tables: StudyTables, *, rules: Rules = RULES) -> list[Release]:
    """Write into a new study what the one before it remembers, without those who have gone, and itself if it counts.

    Parameters
    ----------
    before : the folder of the study that is replaced; it need not be there.
    internal : ``internal/`` of the new study, with the tables ``tables``.
    """
    if not (before / "internal" / "run.json").is_file():
        return []
    releases = read_releases(before / "internal")
    then = read_tables(before / "internal", (*ANSWERS, "consent", "assignments", "municipalities"))
    if (last := _published(before, then, tables, len(releases))) is not None:
        releases.append(last)
    kept = [release.since(then, tables, rules) for release in releases]
    shutil.rmtree(internal / FOLDER, ignore_errors=True)
    for release in kept:
        write_release(release, internal / FOLDER / release.name)
    return kept


def _published(before: Path, then: StudyTables, tables: StudyTables, n: int) -> Release | None:
    """The public part of a study as a release, if it counts as one and tells of other answers than these."""
    record = read_json(before / "internal" / "run.json")
    made = record.get("settings", {})
    if made.get("draft") or record.get("figures_of_release") or not (before / "public" / "datapackage.json").is_file():
        return None
    public, model = read_tables(before / "public", KEPT, public=True), before / "public" / "typology.json"
    typology = load_typology(model if model.is_file() else before / "internal" / UNPUBLISHED)
    release = Release.of(str(n + 1), then, public, typology, record.get("info", {}))
    gone = release.digests.index.difference(tables.assignments.index)
    return release if len(gone) or len(release.changed(tables)) or len(release.moved(tables)) else None
