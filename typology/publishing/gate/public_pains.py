"""Pain points in public: by type as in the published profiles, and by size class, as finely as may be shown."""

from __future__ import annotations

import numpy as np
import pandas as pd

from typology.content.vocabulary import ALL, Grouping, PainState, Rule
from typology.publishing.gate.lost import BAND, BODY, SIZE_CLASS, Who
from typology.publishing.gate.public_profiles import FEWEST, Totals, Unknown, counted
from typology.publishing.gate.rules import RULES, Record, Rules
from typology.publishing.gate.steps import SHARE_STEPS, Levels, Remainder, on_step, share_ranges, with_margins
from typology.tables.study_tables import StudyTables

STATES = (PainState.CURRENT.value, PainState.SOLVED.value, PainState.NEVER.value)
SHOWN = 2  # of the states; the rest of a row follows from them


def public_pain_shares(
    tables: StudyTables,
    type_profiles: pd.DataFrame,
    totals: Totals,
    listed: pd.Index,
    unknown: Unknown,
    *,
    bands: pd.Series,
    hidden_bands: set[str],
    rules: Rules = RULES,
    record: Record | None = None,
) -> pd.DataFrame:
    """Pain points by type (as in the published profiles) and by size class.

    A size class shows the shares of ``aktuell`` and ``geloest``; who reported neither is the third cell of its row.
    What all reported stands in the profiles already and is taken from there, shown or not. A class whose number is
    hidden has coarse shares without an interval, which would tell the number, and none at all if it is small.
    ``count`` stays empty.

    Parameters
    ----------
    totals : what the profiles leave of the numbers of closed ones over all types.
    bands : size band of every respondent; ``hidden_bands`` are those whose size the counts by type do not tell.
    """
    shares, record = tables.pain_shares, Record() if record is None else record
    if shares.empty or type_profiles.empty:
        return shares.iloc[0:0]
    by_type = type_profiles[type_profiles["measure"] == "pain_point"]
    by_type = by_type.assign(grouping=np.where(by_type["type"] == ALL, ALL, Grouping.TYPE.value), group=by_type["type"])
    by_size = shares[(shares["grouping"] == Grouping.SIZE_CLASS) & shares["level"].isin(STATES[:SHOWN])].copy()
    if not by_size.empty:
        sizes = tables.municipalities["size_class"].reindex(tables.pain_points.index).fillna("").astype(str)
        classes = sorted(set(by_size["group"]))
        unlisted = [keys.difference(listed) for keys in (sizes.index, *unknown.changed)]
        rests = [sizes.loc[sizes.index.intersection(keys)].value_counts() for keys in unlisted]
        rests += [lost.said(Who.UNLISTED, SIZE_CLASS, BODY, BAND).groupby("group")["n"].sum() for lost in unknown.lost]
        gone = _hidden_sizes(sizes, bands.reindex(sizes.index), classes, rests, hidden_bands, rules)
        record.note_all("pain_shares", sorted(gone.intersection(classes)), "n", Rule.NUMBER)  # a Verband has no class
        _choose_steps(by_size, tables, sizes, classes, gone, totals, unknown, rules, record)
    out = pd.concat([by_type, by_size], ignore_index=True)[[name for name in shares.columns if name != "count"]]
    return out.assign(count=np.nan)[list(shares.columns)]


def _hidden_sizes(
    sizes: pd.Series,
    bands: pd.Series,
    classes: list[str],
    rests: list[pd.Series],
    hidden_bands: set[str],
    rules: Rules,
) -> set[str]:
    """Size classes whose number stays hidden: by itself, or because the band's number would tell another one's.

    ``rests``: for every kind of reader how many unlisted ones it does not know, by class.
    """
    table = pd.crosstab(sizes, bands).reindex(classes + sorted(set(sizes) - set(classes)), fill_value=0)
    rest = pd.concat([one.reindex(table.index, fill_value=0) for one in rests], axis=1).to_numpy(dtype=int)
    primary = rules.few(table.sum(axis=1).to_numpy()) | rules.small(rest).any(axis=1)
    places = {str(name): place for place, name in enumerate(table.index)}

    def small(names: list[str]) -> bool:
        return bool(rules.small(rest[[places[name] for name in names]].sum(axis=0)).any())

    gone = {str(name) for name, few in zip(table.index, primary, strict=True) if few}
    gone |= {str(name) for name in table.index if int((table.loc[name] > 0).sum()) > 1 or name not in classes}
    for band in table.columns:
        inside = [str(name) for name in table.index[table[band] > 0]]
        if band in hidden_bands or band == "":
            gone |= set(inside)
            continue
        candidates = sorted((name for name in inside if name not in gone), key=lambda name: table[band][name])
        while any(name in gone and small([name]) for name in inside) and candidates:
            mine = [name for name in inside if name in gone]
            if len(mine) > 1 and not small(mine):
                break
            gone.add(candidates.pop(0))
    return gone


def _choose_steps(
    by_size: pd.DataFrame,
    tables: StudyTables,
    sizes: pd.Series,
    classes: list[str],
    gone: set[str],
    totals: Totals,
    unknown: Unknown,
    rules: Rules,
    record: Record,
) -> None:
    """Shares of the rows by size class at the steps that leave room, in place."""
    rows, last = [*classes, *sorted(set(sizes) - set(classes))], len(SHARE_STEPS)
    number = sizes.value_counts()
    level = pd.Series(last, index=by_size.index)
    for item, part in by_size.groupby("item", sort=False):
        answers = tables.pain_points[str(item)].astype(str)
        given = answers[answers.isin(STATES)]

        def cross(keys: pd.Index, given: pd.Series = given) -> np.ndarray:
            mine = np.zeros((len(rows), len(STATES)), dtype=int)
            where = pd.Index(rows).get_indexer(sizes.loc[keys]), pd.Index(STATES).get_indexer(given.loc[keys])
            np.add.at(mine, where, 1)
            return with_margins(mine)

        counts, unsure = cross(given.index), np.array([name in gone or name not in classes for name in rows])
        shown = np.array([name in classes and (name not in gone or number[name] >= FEWEST) for name in rows])
        ranges = share_ranges(counts[:, :-1], counts[:, -1])
        first = np.full(counts.shape, last)
        first[:-1, :SHOWN][shown] = np.where(unsure[shown], 1, 0)[:, None]
        first[:, -1] = 0
        cost = np.full(counts.shape, np.inf)
        cost[:-1, :SHOWN][shown] = 1
        remainders, kept = [], {}
        lost = unknown.said("pain_points", str(item), by=SIZE_CLASS)
        readers = [Remainder.of(counts, cross(keys), *ranges) for keys in unknown.sets(given.index)]
        readers += [
            Remainder.of_lost(counts, counted(said[said["answer"].isin(STATES)], rows, list(STATES)), *ranges)
            for said in lost
        ]
        for place, one in enumerate(readers):
            for column, state in enumerate(STATES):  # what the types leave of the numbers over all
                low, high = (
                    totals[str(item), state][place] if (str(item), state) in totals else (0, int(one.rest[-1, -1]))
                )
                one.low[:, -1, column], one.high[:, -1, column] = low, high
                kept[place, (len(rows), column)] = low, high
            one.low[:, :-1, -1][:, unsure], one.high[:, :-1, -1][:, unsure] = 0, one.rest[-1, -1]
            remainders.append(one)
        chosen = Levels(remainders, first, rules, kept).choose(cost)
        level[part.index] = [int(chosen[rows.index(row.group), STATES.index(row.level)]) for row in part.itertuples()]
    exact, steps = by_size["estimate"].astype(float), level.to_numpy()
    values = exact.round(2).to_numpy()
    for coarser, step in enumerate(SHARE_STEPS[1:], 1):
        values = np.where(steps == coarser, on_step(exact.to_numpy(), step), values)
    for side in ("low", "high"):
        by_size[side] = np.where(steps > 0, np.nan, by_size[side].astype(float).round(2))
    by_size["estimate"] = np.where(steps == last, np.nan, values)
    by_size["n"] = [np.nan if group in gone else float(number[group]) for group in by_size["group"]]
    for line, place in zip(by_size.assign(exact=exact).to_dict("records"), steps, strict=True):
        if place and not np.isnan(line["exact"]):
            step = np.nan if place == last else SHARE_STEPS[place]
            rule = Rule.NUMBER if line["group"] in gone else Rule.FEW
            record.note("pain_shares", str(line["group"]), f"{line['item']} {line['level']}", rule, step)
