"""The single gate to ``public/``: who consents to what, and which counts are too small to show.

Everything public is made from the tables that :func:`public_tables` returns and from nothing else. Rules:

- A municipality without ``listed`` leaves no row. ``answers`` opens its goals, fields, pain points and
  probabilities (they would give the answers away); ``partner`` lets it stand in other lists; ``contact``
  opens its functional mailbox.
- Places on leanings tell answers like probabilities do: ``answers`` opens them, to one digit.
- Of a former survey stands only what both public editions tell (:mod:`.public_waves`).
- Statistics come from a fixed list: one-way by type, type by two size bands (Kreise apart), pain points by size
  class. Behind each stand enough municipalities that no reader knows (:mod:`typology.publishing.gate.rules`); further
  figures go, or stand on coarser steps, where a gap could be filled from others, the model's and the quality figures
  among them. Each leaves a line in the record that :func:`public_tables` returns.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from typology.content.vocabulary import (
    ALL,
    NOT_ASSIGNED,
    AssignmentReason,
    Purpose,
    Rule,
    membership_column,
    membership_types,
)
from typology.publishing.gate.bands import BANDS, size_band
from typology.publishing.gate.lost import BAND, BODY, TYPE, Who
from typology.publishing.gate.public_model import public_figures
from typology.publishing.gate.public_pains import public_pain_shares
from typology.publishing.gate.public_profiles import (
    Unknown,
    counted,
    public_instruments,
    public_profiles,
    public_type_profiles,
)
from typology.publishing.gate.public_waves import public_waves
from typology.publishing.gate.releases import FIGURES, Memory
from typology.publishing.gate.rules import RULES, Record, Rules
from typology.publishing.gate.steps import with_margins
from typology.publishing.gate.suppression import suppress
from typology.tables.study_tables import StudyTables

# What an empty cell costs the reader: the count of a type most; nobody misses the size of a band, which no table shows.
COST_TYPE, COST_CELL, COST_NONE, COST_BAND = 8.0, 1.0, 0.3, 0.6


def listed_keys(consent: pd.DataFrame, *purposes: str) -> pd.Index:
    """Keys that consent to being listed and to every further purpose named."""
    keep = consent[Purpose.LISTED].to_numpy(dtype=bool).copy()
    for purpose in purposes:
        keep &= consent[purpose].to_numpy(dtype=bool)
    return consent.index[keep]


def public_tables(tables: StudyTables, *, rules: Rules = RULES, memory: Memory | None = None) -> StudyTables:
    """The part of a study that may be published; matches are left out and made anew from what remains.

    Parameters
    ----------
    tables : all tables of the study.
    rules : how much must stand behind a figure.
    memory : what was published before of these municipalities, if anything was.

    Returns
    -------
    The public tables; ``gate``, which stays inside, says line by line what they do not show.
    """
    consent, record = tables.consent, Record()
    listed, open_ = listed_keys(consent), listed_keys(consent, Purpose.ANSWERS)
    shown = consent.loc[listed].copy()
    shown["mailbox"] = shown["mailbox"].where(shown[Purpose.CONTACT], "")
    assignments = _assignments(tables.assignments, listed, open_)
    closed = tables.assignments.index.difference(open_, sort=False)
    unknown = Unknown(closed, memory.changed, memory.lost, memory.everybody) if memory else Unknown(closed)
    types, type_sizes, hidden_bands = _counts_shown(tables, listed, rules, record, unknown)
    type_profiles, totals = public_type_profiles(tables, types, unknown, rules=rules, record=record)
    if memory is not None and memory.silent and len(tables.instruments):
        instruments = tables.instruments[:0]
        record.note("instruments", ALL, ALL, Rule.OPEN_OF_NOBODY)
    else:
        instruments = public_instruments(tables, types, unknown, rules=rules, record=record)
    public = StudyTables(
        municipalities=_rows(tables.municipalities, listed),
        consent=shown,
        goals=_rows(tables.goals, open_),
        stand=_rows(tables.stand, open_),
        wichtig=_rows(tables.wichtig, open_),
        pain_points=_rows(tables.pain_points, open_),
        projects=_rows(tables.projects, open_),
        # who is proposed to whom is published by the same consent, and that somebody is proposed to nobody
        capacity=_rows(tables.capacity, listed_keys(consent, Purpose.PARTNER)),
        assignments=assignments,
        leanings=_public_leanings(tables.leanings, open_),
        leaning_goals=tables.leaning_goals.round(1),
        types=types,
        type_sizes=type_sizes,
        type_profiles=type_profiles,
        instruments=instruments,
        municipality_profiles=public_profiles(tables.municipality_profiles, type_profiles, assignments, open_),
        pain_shares=public_pain_shares(
            tables,
            type_profiles,
            totals,
            listed,
            unknown,
            bands=size_band(tables.municipalities),
            hidden_bands=hidden_bands,
            rules=rules,
            record=record,
        ),
    )
    out = public_figures(tables, public, listed, open_, unknown, rules=rules, record=record)
    out = out.having(**public_waves(tables, listed, open_, rules=rules))
    if memory is None or memory.kept is None:
        return out.having(gate=record.table())
    out = memory.restore(out, tables)
    assignments = _assignments(out.assignments, listed, open_)
    profiles = public_profiles(tables.municipality_profiles, out.type_profiles, assignments, open_)
    kept = Record()
    for name in FIGURES:
        if out.is_made(name):
            kept.note(name, ALL, ALL, Rule.RELEASE)
    return out.having(assignments=assignments, municipality_profiles=profiles, gate=kept.table())


def _assignments(assignments: pd.DataFrame, listed: pd.Index, open_: pd.Index) -> pd.DataFrame:
    """The types of those who are listed; how sure they are, and what else they might be, of open answers only."""
    out = assignments.loc[assignments.index.intersection(listed)].copy()
    closed = ~out.index.isin(open_)
    memberships = [membership_column(name) for name in membership_types(out.columns)]
    for column in out.columns:
        if column in memberships:
            # in whole per cent: from six digits and open answers the exact model could be worked out
            out[column] = out[column].astype(float).round(2).where(~closed)
        elif column == "answered":
            out[column] = out[column].astype(float).where(~closed)
        elif column in ("second_type", "reason"):  # that answers are newer than the figures tells none of them
            out[column] = out[column].where(~closed | out[column].eq(AssignmentReason.NEWER), "")
    return out


def _public_leanings(leanings: pd.DataFrame, open_: pd.Index) -> pd.DataFrame:
    """The places of those who open their answers, to one digit: from more the exact model could be worked out."""
    if "key" not in leanings:
        return leanings
    return leanings[leanings["key"].isin(open_)].round({"place": 1, "error": 1}).reset_index(drop=True)


def _rows(table: pd.DataFrame, keys: pd.Index) -> pd.DataFrame:
    return table.loc[table.index.intersection(keys)]


def count_types(tables: StudyTables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts before any suppression: by type (``type, share, n``) and by type and band (``type, band, n``)."""
    kinds = tables.assignments["type"].replace("", NOT_ASSIGNED)
    order = [str(value) for value in tables.types["type"]] if "type" in tables.types else sorted(set(kinds))
    rows = [*[key for key in order if key not in (NOT_ASSIGNED, ALL)], NOT_ASSIGNED]
    bands = size_band(tables.municipalities).reindex(kinds.index)
    cross = pd.crosstab(kinds, bands).reindex(index=rows, columns=list(BANDS), fill_value=0)
    counts = kinds.value_counts().reindex(rows, fill_value=0)
    one_way = pd.DataFrame({"type": [*rows, ALL], "n": [*counts.tolist(), len(kinds)]})
    two_way = cross.rename_axis("type").reset_index().melt("type", var_name="band", value_name="n")
    return one_way, two_way


def public_counts(tables: StudyTables, listed: pd.Index, *, rules: Rules = RULES) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts by type, and by type and size band, with cells too small to show left empty.

    A cell is empty in both tables together: margins that would give it away are empty too.
    """
    return _counts_shown(tables, listed, rules, Record())[:2]


def _counts_shown(
    tables: StudyTables, listed: pd.Index, rules: Rules, record: Record, unknown: Unknown | None = None
) -> tuple[pd.DataFrame, pd.DataFrame, set[str]]:
    """Both tables of counts, and the bands whose sum they do not tell."""
    rows, counts, hidden, needed = _count_gaps(tables, listed, rules, unknown)
    n = np.where(hidden, np.nan, counts.astype(float))
    for row, column in np.argwhere(hidden[:-1]):
        table, where = ("types", "n") if column == len(BANDS) else ("type_sizes", BANDS[column])
        record.note(table, rows[row], where, Rule.FEW if needed[row, column] else Rule.BESIDE)
    known_shares = tables.types.set_index("type").reindex(columns=["share", "low", "high"])
    shares = known_shares.reindex([*rows, ALL]).reset_index(drop=True)
    types = pd.DataFrame({"type": [*rows, ALL]}).join(shares).assign(n=n[:, -1])
    sizes = pd.DataFrame(n[:-1, :-1], index=pd.Index(rows, name="type"), columns=list(BANDS))
    gone = {band for band, gap in zip(BANDS, hidden[-1, :-1], strict=True) if gap}
    return types, sizes.reset_index().melt("type", var_name="band", value_name="n"), gone


def _count_gaps(
    tables: StudyTables, listed: pd.Index, rules: Rules, unknown: Unknown | None = None
) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Types with counts by band, which stay empty, and which of these for themselves; margins last."""
    kinds = tables.assignments["type"].replace("", NOT_ASSIGNED)
    one_way, _ = count_types(tables)
    rows = [str(key) for key in one_way["type"] if key != ALL]
    bands = size_band(tables.municipalities).reindex(kinds.index)
    # Who has no band stands in a column of its own that is never shown, so that margins are whole.
    before = unknown.lost if unknown else ()
    without = (bands == "").any() or any(
        "" in set(lost.said(Who.UNLISTED, TYPE, BODY, BAND)["answer"]) for lost in before
    )
    columns = [*BANDS, ""] if without else list(BANDS)

    def cross(keys: pd.Index) -> np.ndarray:
        table = pd.crosstab(kinds.loc[keys], bands.loc[keys]).reindex(index=rows, columns=columns, fill_value=0)
        return with_margins(np.asarray(table.to_numpy(dtype=int)))

    counts, known = cross(kinds.index), cross(kinds.index.intersection(listed))
    cost = COST_CELL + counts / max(1, counts[-1, -1])
    cost[rows.index(NOT_ASSIGNED)] = COST_NONE
    cost[:, -1], cost[-1, :] = COST_TYPE + counts[:, -1] / max(1, counts[-1, -1]), COST_BAND
    also = np.zeros(counts.shape, dtype=bool)
    also[:, len(BANDS) : -1] = True
    hidden = suppress(counts, counts - known, rules=rules, also=also, cost=cost)
    needed = rules.few(counts) | rules.small(counts - known)
    # a reader of both releases knows all who are listed, and all who did not change
    apart = [cross(keys.difference(listed)) for keys in unknown.changed] if unknown else []
    for lost in before:
        apart.append(counted(lost.said(Who.UNLISTED, TYPE, BODY, BAND), rows, columns))
    for new in apart:
        hidden, needed = suppress(counts, new, rules=rules, also=hidden, cost=cost), needed | rules.small(new)
    kept = [*range(len(BANDS)), -1]
    return rows, counts[:, kept], hidden[:, kept], needed[:, kept]
