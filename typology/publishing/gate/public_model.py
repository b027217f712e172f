"""What may be published of the model and its quality figures: they are sums over all respondents like any other count.

The shares and probabilities of the classes add up to the number of respondents who chose a goal, a log-likelihood of
one class is a function of those numbers, and a share with six digits times n is a count. So what a table hides must
not stand in a figure beside it.

The estimate says more than sums: it is a fixed point, so that with the weights of a class known to many digits the
memberships of every pattern of answers are known too, and the score equations are linear in how often each pattern was
given. Non-negative least squares give back up to twenty closed rows of four hundred. So the model stands on a grid as
soon as one closed municipality took part in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from typology.clustering.engine.model import ModelForm
from typology.clustering.engine.plain_classes import PLAIN
from typology.clustering.engine.question import ANSWERS
from typology.content.vocabulary import ALL, NOT_ASSIGNED, TypeStatus
from typology.publishing.gate.suppression import MINIMUM, few
from typology.tables.study_tables import StudyTables
from typology.types.typology import Typology
from typology.types.typology_file import fingerprint

SHARES = {"share_clear": TypeStatus.CLEAR, "share_mixed": TypeStatus.MIXED, "share_none": NOT_ASSIGNED}
# Functions of the answers to the goals alone; beside each other they would tell a count that is hidden.
EXACT = ("log_likelihood", "aic", "bic", "adjusted_bic", "icl")
# How many goals are ticked on average, times the respondents, is the sum of the counts of all goals.
OF_TOTALS = ("log_likelihood", "log_likelihood_maximum", "ticks_mean", "ticks_sd", "ticks_expected_sd")
OF_ANSWERS = ("assignments", "goals", "stability_municipalities", "weights")
OF_THE_FIT = frozenset({"log_likelihood", "gap_to_second"})  # to many digits functions of all answers
GRIDS = (0.01, 0.02, 0.05, 0.1)
# Step of shares and probabilities → ratio of neighbouring weights of a goal, where a list was ticked.
RATIOS = {0.01: 1.25, 0.02: 1.5, 0.05: 2.0, 0.1: 2.5}
LEAST, LEAST_TICKS = 0.01, 1e-6
# Of a type whose count is hidden, shares in whole per cent tell the count if it is small: coarser, or not at all.
FEWEST, COARSE, COARSE_BELOW = 20, 0.05, 100


def hides_a_total(type_profiles: pd.DataFrame) -> bool:
    """Whether how many of all chose some goal stays hidden; then the exact model would tell it."""
    if type_profiles.empty:
        return False
    goals = type_profiles[(type_profiles["type"] == ALL) & (type_profiles["measure"] == "goal")]
    return bool(goals["estimate"].isna().any())


def grid_of(n: int, minimum: int = MINIMUM) -> float:
    """The finest step for shares and probabilities that leaves ``minimum`` of ``n`` respondents open.

    >>> grid_of(412), grid_of(100)
    (0.01, 0.05)
    """
    return next((step for step in GRIDS if step * n >= minimum), GRIDS[-1])


def took_part(tables: StudyTables, open_: pd.Index, form: ModelForm = PLAIN) -> bool:
    """Whether a municipality with closed answers is among those that the model was estimated from."""
    inside = tables.goals.index.difference(left_out(tables, form))
    return bool((~inside.isin(open_)).any())


def public_figures(
    tables: StudyTables, public: StudyTables, listed: pd.Index, open_: pd.Index, *, minimum: int = MINIMUM
) -> StudyTables:
    """The public tables with model and quality figures that tell nothing which the other tables hide.

    Parameters
    ----------
    tables, public : all tables, and the public ones without figures of the model.
    listed, open_ : keys that are listed, and those whose answers are open.
    """
    n = len(tables.assignments)
    unknown = [n - int(tables.assignments.index.isin(keys).sum()) for keys in (listed, open_)]
    hidden = set(public.types.loc[public.types["n"].isna(), "type"])
    secret, closed = hides_a_total(public.type_profiles), took_part(tables, open_)
    out = public.having(
        quality=_quality(tables, listed, hidden, secret, closed, bool(few(np.array(unknown), minimum).any()), minimum),
        # shares of the assigned, by the number of rows of the estimation: a count with another name
        stability_types=tables.stability_types.drop(columns="share", errors="ignore"),
        methods=tables.methods.drop(columns="smallest", errors="ignore"),
        short_form=_short_form(tables, public.types, _left_out_small(tables, open_, minimum), minimum),
        calibration=tables.calibration,
        selection=tables.selection,
        classes=tables.classes,
        naming=_naming(tables.naming),
    )
    return _coarse_tables(out, grid_of(n, minimum)) if secret or closed else out


def _quality(
    tables: StudyTables, listed: pd.Index, hidden: set[str], secret: bool, closed: bool, few_unknown: bool, minimum: int
) -> pd.DataFrame:
    """Quality figures with the digits that are printed, without those that would fill a gap elsewhere."""
    quality = tables.quality
    if "digits" not in quality:
        return quality
    gone = set(OF_TOTALS) if secret else {"log_likelihood", "log_likelihood_maximum"} if closed else set()
    rest = tables.assignments.loc[~tables.assignments.index.isin(listed), "status"].value_counts()
    small = bool(few(rest.reindex(list(SHARES.values()), fill_value=0).to_numpy(), minimum).any())
    if NOT_ASSIGNED in hidden or small:
        gone.add("share_none")
        # a share in whole per cent leaves one per cent of all open
        if 0.01 * len(tables.assignments) < minimum:
            gone |= set(SHARES)
    if _weights_tell(tables, listed, minimum):
        gone |= set(quality.loc[quality["table"].isin(["weights", "weight_margins"]), "name"])
    if few_unknown:
        gone |= set(quality.loc[quality["table"].isin(OF_ANSWERS), "name"])
    shown = quality[~quality["name"].isin(gone)].reset_index(drop=True)
    value = [round(float(row.value), int(row.digits)) for row in shown.itertuples()]
    return shown.assign(value=np.array(value, dtype=float))


def _weights_tell(tables: StudyTables, listed: pd.Index, minimum: int) -> bool:
    """Whether the summary of the weights would tell of few: who has none, or who alone stands for a small category.

    Design effect and effective number together give the number of weights, and weights exist for every category of the
    register with a respondent; one with so few bodies names them.
    """
    if not len(tables.weights):
        return False
    without = tables.weights.index[tables.weights["weight"].isna()]
    if few(np.array([len(without), int((~without.isin(listed)).sum())]), minimum).any():
        return True
    known = tables.municipalities.loc[tables.municipalities.index.intersection(listed)]
    for row in tables.weight_margins.itertuples():
        columns = str(row.margin).split(" | ")
        mine = {" | ".join(map(str, values)) for values in known[columns].itertuples(index=False)}
        if row.n and row.bodies < minimum and row.category not in mine:
            return True
    return False


def _left_out_small(tables: StudyTables, open_: pd.Index, minimum: int, form: ModelForm = PLAIN) -> bool:
    """Whether few closed ones are left out of the estimation."""
    out = left_out(tables, form)
    return bool(few(int((~out.isin(open_)).sum()), minimum))


def left_out(tables: StudyTables, form: ModelForm = PLAIN) -> pd.Index:
    """Keys that the estimation leaves out: flagged, or without the answers that this form of model needs."""
    flagged = tables.goals.index.isin(list(tables.flags["key"]) if "key" in tables.flags else [])
    empty = ~form.takes_part((tables.goals != "").to_numpy())
    keys: pd.Index = tables.goals.index[flagged | empty]
    return keys


def _short_form(tables: StudyTables, types: pd.DataFrame, no_total: bool, minimum: int) -> pd.DataFrame:
    """Agreement of the short form; without ``n`` and interval where the number of the type is hidden.

    The same goes for types that the long form found in few only, and for one more if a single gap would follow from
    the total. Of a hidden number the share stands in steps that do not tell it.
    """
    table = tables.short_form
    if table.empty or "n" not in table:
        return table
    n = table.groupby("type")["n"].max()
    hidden = set(types.loc[types["n"].isna(), "type"]) | ({ALL} if no_total else set())
    hidden |= set(n.index[few(n.to_numpy(), minimum)])
    single = n.drop([ALL, *hidden], errors="ignore")
    if ALL not in hidden and len(hidden & set(n.index)) == 1 and len(single):
        hidden.add(str(single.idxmin()))
    gone = table["type"].isin(hidden).to_numpy()
    out = table.astype({"n": float}).copy()
    share, size = out["agreement"].astype(float), out["n"].to_numpy()
    for column in ("n", "low", "high"):
        out[column] = out[column].where(~gone)
    coarse = np.where(size < COARSE_BELOW, (share / COARSE).round() * COARSE, share).round(2)
    out["agreement"] = np.where(gone, np.where(size < FEWEST, np.nan, coarse), share)
    return out


def _naming(naming: pd.DataFrame) -> pd.DataFrame:
    """How classes got their names; the scores are sums of probabilities and stand with two digits."""
    scores = [column for column in ("score", "margin") if column in naming]
    return naming.assign(**{column: naming[column].astype(float).round(2) for column in scores})


def _coarse_tables(public: StudyTables, step: float) -> StudyTables:
    """The model on a coarse grid, criteria as whole differences from one class."""
    types = public.types.copy()
    for column in ("share", "low", "high"):
        types[column] = _on_grid(types[column], step)
    classes = public.classes.copy()
    if "probability" in classes:
        classes["probability"] = _on_grid(classes["probability"], step)
    selection = public.selection
    if "k" in selection:
        exact = [column for column in EXACT if column in selection]
        first = selection[exact].iloc[0]
        selection = selection.assign(**{column: (selection[column] - first[column]).round() for column in exact})
        selection = selection.rename(columns={column: f"{column}_minus_first" for column in exact})
        if "smallest_class" in selection:
            selection["smallest_class"] = _on_grid(selection["smallest_class"], step)
    return public.having(types=types, classes=classes, selection=selection)


def _on_grid(values: pd.Series, step: float) -> pd.Series:
    return (np.round(values.astype(float) / step) * step).round(6)


def public_typology(
    typology: Typology,
    tables: StudyTables,
    public: StudyTables,
    open_: pd.Index,
    *,
    own: bool = True,
    minimum: int = MINIMUM,
) -> Typology:
    """The typology that may be published: the frozen one, on a coarse grid where closed answers took part in it.

    ``own``: it was estimated from these answers; a typology of another survey says nothing about them and stays.
    """
    if not own:
        return typology
    form = typology.model.form
    closed = hides_a_total(public.type_profiles) or took_part(tables, open_, form)
    few_ticks = _ticks_small(typology, tables, open_, minimum)
    if not closed and not few_ticks and not _left_out_small(tables, open_, minimum, form):
        return typology
    step = grid_of(len(tables.assignments), minimum)
    dropped = {"n_rows", "n_patterns"} | (OF_THE_FIT if closed else set())
    provenance = {name: value for name, value in typology.provenance.items() if name not in dropped}
    if closed and "settings" in provenance:
        provenance["settings"] = {name: value for name, value in provenance["settings"].items() if name != "n_iter"}
    draft = replace(typology, provenance=provenance)
    if typology.ticks and (closed or few_ticks):
        ticks = _adding_up(typology.ticks, step, least=LEAST_TICKS)
        draft = replace(draft, ticks=ticks, provenance=draft.provenance | {"ticks_rounded_to": step})
    if closed:
        draft = on_grid(draft, step)
    stem = typology.version.rsplit("-", 1)[0]
    return replace(draft, version=f"{stem}-{fingerprint(draft.to_dict())}")


def _ticks_small(typology: Typology, tables: StudyTables, open_: pd.Index, minimum: int) -> bool:
    """Whether few closed ones chose some number of goals; the typology may say how many chose each number."""
    if not typology.ticks:
        return False
    goals = tables.goals.drop(index=left_out(tables, typology.model.form))
    closed = goals[~goals.index.isin(open_)].eq(ANSWERS[1]).sum(axis=1)
    return bool(few(closed.value_counts().to_numpy(), minimum).any())


def on_grid(typology: Typology, step: float) -> Typology:
    """The typology with shares and probabilities on a grid, and the weights of goals on a scale of equal ratios."""
    shares = _adding_up([item.share for item in typology.types], step)
    types = tuple(
        item.model_copy(
            update={
                "share": share,
                "odds": {goal: _on_ratio(weight, RATIOS[step]) for goal, weight in item.odds.items()},
                "probabilities": {goal: _adding_up(values, step) for goal, values in item.probabilities.items()},
            }
        )
        for item, share in zip(typology.types, shares, strict=True)
    )
    naming = typology.naming.model_copy(
        update={
            "score": _rounded(typology.naming.score),
            "margin": None if typology.naming.margin is None else round(typology.naming.margin, 2),
        }
    )
    return replace(typology, types=types, naming=naming, provenance=typology.provenance | {"rounded_to": step})


def _on_ratio(weight: float, ratio: float) -> float:
    """The power of a ratio nearest to a weight; 1, that is as likely as not, stays.

    >>> _on_ratio(2.2, 1.25), _on_ratio(1.0, 1.25)
    (2.44, 1.0)
    """
    return float(f"{ratio ** round(np.log(weight) / np.log(ratio)):.3g}")


def _rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: None if value is None else round(float(value), 2) for key, value in values.items()}


def _adding_up(values: Any, step: float, least: float = LEAST) -> tuple[float, ...]:
    """Probabilities on a grid, none of them 0, the largest making up for the rest."""
    coarse = np.maximum(np.round(np.asarray(values, dtype=float) / step) * step, least)
    largest = int(coarse.argmax())
    coarse[largest] = 1 - np.delete(coarse, largest).sum()
    return tuple(round(float(value), 6) for value in coarse)
