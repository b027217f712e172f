"""The single gate to ``public/``: who consents to what, and which counts are too small to show.

Everything public is made from the tables that :func:`public_tables` returns and from nothing else. Rules:

- A municipality without ``listed`` leaves no row. ``answers`` opens its goals, fields, pain points and
  probabilities (they would give the answers away); ``partner`` lets it stand in other lists; ``contact``
  opens its functional mailbox.
- Places on leanings tell answers like probabilities do: ``answers`` opens them, to one digit.
- Statistics come from a fixed list: one-way by type, type by two size bands (Kreise apart), pain points by size
  class. A count, and the count less the listed members (which a reader can subtract), is 0 or at least ``minimum``;
  further cells go where a gap could be filled from other numbers, the model's and the quality figures among them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from typology.content.vocabulary import ALL, NOT_ASSIGNED, Purpose, SizeBand, membership_column, membership_types
from typology.publishing.gate.public_model import COARSE, COARSE_BELOW, FEWEST, public_figures
from typology.publishing.gate.public_pains import public_pain_shares
from typology.publishing.gate.suppression import MINIMUM, few, hide_rows, suppress
from typology.tables.study_tables import StudyTables
from typology.types.profiles.corrected import CORRECTED_COLUMNS, MODEL_COLUMN
from typology.types.profiles.profiles import standing_of

BANDS = tuple(band.value for band in SizeBand)
OPENED = ("goal", "stand", "wichtig", "pain_point")
# What an empty cell costs the reader: the count of a type most; nobody misses the size of a band, which no table shows.
COST_TYPE, COST_CELL, COST_NONE, COST_BAND = 8.0, 1.0, 0.3, 0.6


def listed_keys(consent: pd.DataFrame, *purposes: str) -> pd.Index:
    """Keys that consent to being listed and to every further purpose named."""
    keep = consent[Purpose.LISTED].to_numpy(dtype=bool).copy()
    for purpose in purposes:
        keep &= consent[purpose].to_numpy(dtype=bool)
    return consent.index[keep]


def public_tables(tables: StudyTables, *, minimum: int = MINIMUM) -> StudyTables:
    """The part of a study that may be published; matches are left out and made anew from what remains.

    Parameters
    ----------
    tables : all tables of the study.
    minimum : smallest count shown, and smallest count of unlisted members behind a shown number.
    """
    consent = tables.consent
    listed, open_ = listed_keys(consent), listed_keys(consent, Purpose.ANSWERS)
    shown = consent.loc[listed].copy()
    shown["mailbox"] = shown["mailbox"].where(shown[Purpose.CONTACT], "")
    assignments = tables.assignments.loc[tables.assignments.index.intersection(listed)].copy()
    closed = ~assignments.index.isin(open_)
    memberships = [membership_column(name) for name in membership_types(assignments.columns)]
    for column in assignments.columns:
        if column in memberships:
            # in whole per cent: from six digits and open answers the exact model could be worked out
            assignments[column] = assignments[column].astype(float).round(2).where(~closed)
        elif column == "answered":
            assignments[column] = assignments[column].astype(float).where(~closed)
        elif column in ("second_type", "reason"):
            assignments[column] = assignments[column].where(~closed, "")
    types, type_sizes = public_counts(tables, listed, minimum=minimum)
    gaps = _count_gaps(tables, listed, minimum)[2]
    hidden_bands = {band for band, gap in zip(BANDS, gaps[-1, :-1], strict=True) if gap}
    type_profiles = public_type_profiles(tables, types, open_, minimum=minimum)
    public = StudyTables(
        municipalities=_rows(tables.municipalities, listed),
        consent=shown,
        goals=_rows(tables.goals, open_),
        stand=_rows(tables.stand, open_),
        wichtig=_rows(tables.wichtig, open_),
        pain_points=_rows(tables.pain_points, open_),
        assignments=assignments,
        leanings=_public_leanings(tables.leanings, open_),
        leaning_goals=tables.leaning_goals.round(1),
        types=types,
        type_sizes=type_sizes,
        type_profiles=type_profiles,
        instruments=public_instruments(tables, types, open_, minimum=minimum),
        municipality_profiles=_public_profiles(tables.municipality_profiles, type_profiles, assignments, open_),
        pain_shares=public_pain_shares(
            tables,
            type_profiles,
            listed,
            open_,
            bands=size_band(tables.municipalities),
            hidden_bands=hidden_bands,
            minimum=minimum,
        ),
    )
    return public_figures(tables, public, listed, open_, minimum=minimum)


def _public_leanings(leanings: pd.DataFrame, open_: pd.Index) -> pd.DataFrame:
    """The places of those who open their answers, to one digit: from more the exact model could be worked out."""
    if "key" not in leanings:
        return leanings
    return leanings[leanings["key"].isin(open_)].round({"place": 1, "error": 1}).reset_index(drop=True)


def _rows(table: pd.DataFrame, keys: pd.Index) -> pd.DataFrame:
    return table.loc[table.index.intersection(keys)]


def size_band(municipalities: pd.DataFrame) -> pd.Series:
    """The size band of each row: below or from 25,000 inhabitants, Kreise apart, empty where unknown."""
    population = municipalities["population"].astype(float)
    band = np.where(population < 25_000, BANDS[0], BANDS[1]).astype(object)
    band[municipalities["kind"].isin(["kreis", "verband"]).to_numpy()] = BANDS[2]
    band[population.isna().to_numpy()] = ""
    return pd.Series(band, index=municipalities.index)


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


def public_counts(
    tables: StudyTables, listed: pd.Index, *, minimum: int = MINIMUM
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts by type, and by type and size band, with cells too small to show left empty.

    A cell is empty in both tables together: margins that would give it away are empty too.
    """
    rows, counts, hidden = _count_gaps(tables, listed, minimum)
    n = np.where(hidden, np.nan, counts.astype(float))
    known_shares = tables.types.set_index("type").reindex(columns=["share", "low", "high"])
    shares = known_shares.reindex([*rows, ALL]).reset_index(drop=True)
    types = pd.DataFrame({"type": [*rows, ALL]}).join(shares).assign(n=n[:, -1])
    sizes = pd.DataFrame(n[:-1, :-1], index=pd.Index(rows, name="type"), columns=list(BANDS))
    return types, sizes.reset_index().melt("type", var_name="band", value_name="n")


def _count_gaps(tables: StudyTables, listed: pd.Index, minimum: int) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Types with counts by band and which of them stay empty; the last row and column are the margins."""
    kinds = tables.assignments["type"].replace("", NOT_ASSIGNED)
    one_way, _ = count_types(tables)
    rows = [str(key) for key in one_way["type"] if key != ALL]
    bands = size_band(tables.municipalities).reindex(kinds.index)
    # Who has no band stands in a column of its own that is never shown, so that margins are whole.
    columns = [*BANDS, ""] if (bands == "").any() else list(BANDS)

    def cross(keys: pd.Index) -> np.ndarray:
        table = pd.crosstab(kinds.loc[keys], bands.loc[keys]).reindex(index=rows, columns=columns, fill_value=0)
        return _with_margins(np.asarray(table.to_numpy(dtype=int)))

    counts, known = cross(kinds.index), cross(kinds.index.intersection(listed))
    cost = COST_CELL + counts / max(1, counts[-1, -1])
    cost[rows.index(NOT_ASSIGNED)] = COST_NONE
    cost[:, -1], cost[-1, :] = COST_TYPE + counts[:, -1] / max(1, counts[-1, -1]), COST_BAND
    also = np.zeros(counts.shape, dtype=bool)
    also[:, len(BANDS) : -1] = True
    hidden = suppress(counts, counts - known, minimum=minimum, also=also, cost=cost)
    kept = [*range(len(BANDS)), -1]
    return rows, counts[:, kept], hidden[:, kept]


def _with_margins(cells: np.ndarray) -> np.ndarray:
    cells = np.vstack([cells, cells.sum(axis=0, keepdims=True)])
    return np.hstack([cells, cells.sum(axis=1, keepdims=True)])


def public_type_profiles(
    tables: StudyTables, types: pd.DataFrame, open_: pd.Index, *, minimum: int = MINIMUM
) -> pd.DataFrame:
    """Type profiles with rows left empty where few unlisted answers stand behind them.

    ``n`` becomes the number of municipalities of the type (already safe), so that single missing answers do
    not show; shares are rounded to whole percent, means to one decimal. A type whose number is hidden has no
    intervals, which would tell it, and coarser shares.
    """
    profiles = tables.type_profiles
    if profiles.empty:
        return profiles
    kinds = tables.assignments["type"].replace("", NOT_ASSIGNED)
    blocks = {"goal": tables.goals, "stand": tables.stand, "wichtig": tables.wichtig, "pain_point": tables.pain_points}
    # A corrected mean draws on the answers of all types, so no count of one cell could make it safe; it stays inside.
    out = profiles[profiles["measure"].isin(list(blocks))].drop(
        columns=[MODEL_COLUMN, *CORRECTED_COLUMNS], errors="ignore"
    )
    unsafe = np.zeros(len(out), dtype=bool)
    position = {index: place for place, index in enumerate(out.index)}
    for (measure, item), part in out.groupby(["measure", "item"], sort=False):
        block = blocks[str(measure)]
        if item not in block:
            continue
        answers = block[item].astype(object).where(block[item].notna(), "").astype(str)
        mean = str(measure) in ("stand", "wichtig")
        gone = _unsafe_types(answers, kinds, open_, minimum=minimum, mean=mean, types=list(dict.fromkeys(part["type"])))
        for index, kind in part["type"].items():
            unsafe[position[index]] = kind in gone
    mean = out["measure"].isin(["stand", "wichtig"]).to_numpy()
    return _rounded(out.reset_index(drop=True), types, unsafe, mean, _sizes(tables))


def _sizes(tables: StudyTables) -> dict[str, int]:
    """How many municipalities each type has, shown or not."""
    one_way, _ = count_types(tables)
    return {str(row.type): int(row.n) for row in one_way.itertuples()}


def _rounded(
    out: pd.DataFrame, types: pd.DataFrame, unsafe: np.ndarray, mean: np.ndarray, sizes: dict[str, int]
) -> pd.DataFrame:
    """Estimates and intervals as they may be shown, with the published numbers of the types as ``n``."""
    n = out["type"].map(types.set_index("type")["n"]).astype(float)
    size = out["type"].map(sizes).to_numpy(dtype=float)
    unknown = n.isna().to_numpy()
    unsafe = unsafe | (unknown & (size < FEWEST))
    coarse = unknown & (size < COARSE_BELOW) & ~mean
    for column in ("estimate", "low", "high"):
        values = out[column].astype(float)
        shown = np.where(mean, values.round(1), values.round(2))
        shown = np.where(coarse, ((values / COARSE).round() * COARSE).round(2), shown)
        gone = unsafe | (unknown if column != "estimate" else False)
        out[column] = np.where(gone, np.nan, shown)
    return out.assign(n=n)


def public_instruments(
    tables: StudyTables, types: pd.DataFrame, open_: pd.Index, *, minimum: int = MINIMUM
) -> pd.DataFrame:
    """Shares that have an instrument, by type, empty where few unlisted answers stand behind them.

    Only having and not having count as answers here. The single answers of the block ``structure`` stand in no public
    table, so a row needs room for a reader who knows those of the listed and for one who knows none.
    """
    out = tables.instruments.copy()
    if out.empty:
        return out
    kinds = tables.assignments["type"].replace("", NOT_ASSIGNED)
    out = out.reset_index(drop=True)
    unsafe = pd.Series(False, index=out.index)
    for item, part in out.groupby("item", sort=False):
        given = tables.structure[item].astype(str)
        has = given.eq(part["level"].iloc[0]) ^ bool(part["negated"].iloc[0])
        answers = has.map({True: "ja", False: "nein"}).where(given != "", "")
        gone = _unsafe_types(answers, kinds, open_, minimum=minimum, types=part["type"].tolist(), secret=True)
        unsafe[part.index] = part["type"].isin(gone)
    return _rounded(out, types, unsafe.to_numpy(), np.zeros(len(out), dtype=bool), _sizes(tables))


def _unsafe_types(
    answers: pd.Series,
    kinds: pd.Series,
    open_: pd.Index,
    *,
    minimum: int,
    types: list[str],
    mean: bool = False,
    secret: bool = False,
) -> set[str]:
    """Types whose row of one item must stay empty, ``alle`` among them where the total would fill a gap."""
    keep = (answers != "").to_numpy()
    rows, names = pd.factorize(kinds.reindex(answers.index[keep]))
    columns = np.zeros(len(rows), dtype=int) if mean else pd.factorize(answers[keep])[0]
    closed = ~answers.index[keep].isin(open_)
    shape = (len(names), int(columns.max(initial=0)) + 1)
    counts, rest = np.zeros(shape, dtype=int), np.zeros(shape, dtype=int)
    np.add.at(counts, (rows, columns), 1)
    np.add.at(rest, (rows[closed], columns[closed]), 1)
    primary = (few(counts, minimum) | few(rest, minimum)).any(axis=1)
    shown = np.array([str(name) in types for name in names], dtype=bool)
    # Rows that no table shows (those without a type) are a gap that costs nothing.
    cost = np.where(shown, 1 + counts.sum(axis=1) / max(1, counts.sum()), 0.0)
    hidden, total = hide_rows([rest, counts] if secret else [rest], primary, cost, minimum=minimum)
    gone = {str(name) for name, gap in zip(names, hidden, strict=True) if gap}
    return gone | {ALL} if total or bool(few(counts.sum(axis=0), minimum).any()) else gone


def _public_profiles(
    profiles: pd.DataFrame, public: pd.DataFrame, assignments: pd.DataFrame, open_: pd.Index
) -> pd.DataFrame:
    """Own values of municipalities that open their answers, beside the type values that may be shown."""
    if profiles.empty:
        return profiles
    # Consent to ``answers`` opens goals, fields and pain points; further questions stay inside.
    out = profiles[profiles["key"].isin(open_) & profiles["measure"].isin(OPENED)].copy()
    if public.empty:
        return out.iloc[0:0]
    table = public.set_index(["type", "measure", "item", "level"])
    level = pd.Series("", index=out.index).where(out["measure"].isin(["stand", "wichtig"]), out["own"])
    binary = public.loc[(public["measure"] == "goal") & (public["level"] == "ja"), "item"].unique()
    level = level.where(~((out["measure"] == "goal") & out["item"].isin(binary)), "ja")
    kinds = out["key"].map(assignments["type"])
    for target, source, who in (
        ("type_value", "estimate", kinds),
        ("n_type", "n", kinds),
        ("all_value", "estimate", pd.Series(ALL, index=out.index)),
        ("n_all", "n", pd.Series(ALL, index=out.index)),
    ):
        wanted = pd.MultiIndex.from_arrays([who, out["measure"], out["item"], level])
        out[target] = table[source].reindex(wanted).to_numpy(dtype=float)
    # Strong and weak follow from the published means; from the exact ones they could tell a hidden answer.
    stand = out["measure"] == "stand"
    rated = out[stand]
    out.loc[stand, "standing"] = standing_of(
        pd.to_numeric(rated["own"], errors="coerce"), rated["type_value"], rated["all_value"]
    )
    return out.reset_index(drop=True)
