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
from typology.content.vocabulary import ALL, NOT_ASSIGNED, Rule, TypeStatus
from typology.publishing.gate.lost import BODY, STATUS, TYPE, Who
from typology.publishing.gate.public_profiles import COARSE_BELOW, FEWEST, Unknown
from typology.publishing.gate.rules import RULES, Record, Rules
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
RATIOS = {0.01: 1.22, 0.02: 1.5, 0.05: 2.0, 0.1: 2.5}
LEAST, LEAST_TICKS = 0.01, 1e-6
COARSE = 0.05


def hides_a_total(type_profiles: pd.DataFrame) -> bool:
    """Whether how many of all chose some goal stays hidden or coarse; then the exact model would tell it."""
    if type_profiles.empty:
        return False
    goals = type_profiles[(type_profiles["type"] == ALL) & (type_profiles["measure"] == "goal")]
    return bool(goals["low"].isna().any())


def grid_of(n: int, rules: Rules = RULES) -> float:
    """The finest step for shares and probabilities that leaves ``minimum`` of ``n`` respondents open.

    >>> grid_of(412), grid_of(100)
    (0.01, 0.05)
    """
    return next((step for step in GRIDS if step * n >= rules.minimum), GRIDS[-1])


def residual_freedom(tables: StudyTables) -> float:
    """Answers of the estimation less the free parameters of the model; infinite where nothing was estimated.

    A model with as many parameters as answers can give them back.
    """
    if not len(tables.selection) or "n_parameters" not in tables.selection:
        return np.inf
    k = int((~tables.types["type"].isin([NOT_ASSIGNED, ALL])).sum())
    mine = tables.selection.loc[tables.selection["k"] == k, "n_parameters"]
    return len(tables.goals) - len(left_out(tables)) - int(mine.iloc[0]) if len(mine) else np.inf


def step_of(tables: StudyTables, rules: Rules = RULES) -> float:
    """The step of the public model: by the number of respondents, the coarsest where it has hardly any freedom."""
    return GRIDS[-1] if residual_freedom(tables) < rules.minimum else grid_of(len(tables.assignments), rules)


def note_model(tables: StudyTables, step: float, rules: Rules, record: Record) -> None:
    """Lines on the model that stands on a grid: the grid, its freedom, chances near 0 and 1, types of few."""
    record.note("typology", ALL, "share probabilities odds", Rule.MODEL, step)
    record.note("typology", ALL, "log_likelihood n_rows n_iter", Rule.MODEL)
    if residual_freedom(tables) < rules.minimum:
        record.note("typology", ALL, "residual_freedom", Rule.FREEDOM, step)
    if "probability" in tables.classes:
        near = ~tables.classes["probability"].between(LEAST, 1 - LEAST)
        for row in tables.classes[near].to_dict("records"):
            record.note("classes", str(row["class"]), f"{row['goal']} {row['answer']}", Rule.ZERO, LEAST)
    for kind, n in tables.assignments["type"].replace("", NOT_ASSIGNED).value_counts().items():
        if kind != NOT_ASSIGNED and rules.few(int(n)):
            record.note("typology", str(kind), "n", Rule.GROUP)


def note_left_out(tables: StudyTables, public: StudyTables, record: Record) -> None:
    """Lines on figures of quality that are left out, and on rows of the short form without numbers."""
    if "name" in tables.quality and "name" in public.quality:
        for name in tables.quality["name"][~tables.quality["name"].isin(set(public.quality["name"]))]:
            record.note("quality", str(name), "value", Rule.QUALITY)
    if "n" in public.short_form:
        for row in public.short_form[public.short_form["n"].isna()].to_dict("records"):
            record.note("short_form", f"{row['size']} {row['type']}", "n", Rule.NUMBER)


def took_part(tables: StudyTables, open_: pd.Index, form: ModelForm = PLAIN) -> bool:
    """Whether a municipality with closed answers is among those that the model was estimated from."""
    inside = tables.goals.index.difference(left_out(tables, form))
    return bool((~inside.isin(open_)).any())


def public_figures(
    tables: StudyTables,
    public: StudyTables,
    listed: pd.Index,
    open_: pd.Index,
    apart: Unknown | None = None,
    *,
    rules: Rules = RULES,
    record: Record | None = None,
) -> StudyTables:
    """The public tables with model and quality figures that tell nothing which the other tables hide.

    Parameters
    ----------
    tables, public : all tables, and the public ones without figures of the model.
    listed, open_ : keys that are listed, and those whose answers are open.
    apart : whom a reader of earlier releases can tell from all others.
    """
    n, record = len(tables.assignments), Record() if record is None else record
    unknown = [n - int(tables.assignments.index.isin(keys).sum()) for keys in (listed, open_)]
    hidden = set(public.types.loc[public.types["n"].isna(), "type"])
    secret, closed = hides_a_total(public.type_profiles), took_part(tables, open_)
    out = public.having(
        quality=_quality(
            tables, listed, hidden, secret, closed, bool(rules.small(np.array(unknown)).any()), rules, apart
        ),
        # shares of the assigned, by the number of rows of the estimation: a count with another name
        stability_types=tables.stability_types.drop(columns="share", errors="ignore"),
        methods=tables.methods.drop(columns="smallest", errors="ignore"),
        short_form=_short_form(tables, public.types, _left_out_small(tables, open_, rules), rules),
        calibration=tables.calibration,
        selection=tables.selection,
        classes=tables.classes,
        naming=_naming(tables.naming),
    )
    note_left_out(tables, out, record)
    if not (secret or closed):
        return out
    step = step_of(tables, rules)
    note_model(tables, step, rules, record)
    return _coarse_tables(out, step)


def _quality(
    tables: StudyTables,
    listed: pd.Index,
    hidden: set[str],
    secret: bool,
    closed: bool,
    few_unknown: bool,
    rules: Rules,
    apart: Unknown | None = None,
) -> pd.DataFrame:
    """Quality figures with the digits that are printed, without those that would fill a gap elsewhere."""
    quality = tables.quality
    if "digits" not in quality:
        return quality
    gone = set(OF_TOTALS) if secret else {"log_likelihood", "log_likelihood_maximum"} if closed else set()
    status = tables.assignments["status"]
    sets = [status.index, *(apart.changed if apart else ())]
    rests = [status.loc[status.index.intersection(keys.difference(listed))].value_counts() for keys in sets]
    rests += [
        lost.said(Who.UNLISTED, TYPE, BODY, STATUS).groupby("answer")["n"].sum()
        for lost in (apart.lost if apart else ())
    ]
    small = any(rules.small(rest.reindex(list(SHARES.values()), fill_value=0).to_numpy()).any() for rest in rests)
    if NOT_ASSIGNED in hidden or small:
        gone.add("share_none")
        # a share in whole per cent leaves one per cent of all open
        if 0.01 * len(tables.assignments) < rules.enough:
            gone |= set(SHARES)
    if _weights_tell(tables, listed, rules):
        gone |= set(quality.loc[quality["table"].isin(["weights", "weight_margins"]), "name"])
    if few_unknown:
        gone |= set(quality.loc[quality["table"].isin(OF_ANSWERS), "name"])
    shown = quality[~quality["name"].isin(gone)].reset_index(drop=True)
    value = [round(float(row.value), int(row.digits)) for row in shown.itertuples()]
    return shown.assign(value=np.array(value, dtype=float))


def _weights_tell(tables: StudyTables, listed: pd.Index, rules: Rules) -> bool:
    """Whether the summary of the weights would tell of few: who has none, or who alone stands for a small category.

    Design effect and effective number together give the number of weights, and weights exist for every category of the
    register with a respondent; one with so few bodies names them.
    """
    if not len(tables.weights):
        return False
    without = tables.weights.index[tables.weights["weight"].isna()]
    if rules.few(len(without)) or rules.small(int((~without.isin(listed)).sum())):
        return True
    known = tables.municipalities.loc[tables.municipalities.index.intersection(listed)]
    for row in tables.weight_margins.itertuples():
        columns = str(row.margin).split(" | ")
        mine = {" | ".join(map(str, values)) for values in known[columns].itertuples(index=False)}
        if row.n and row.bodies < rules.enough and row.category not in mine:
            return True
    return False


def _left_out_small(tables: StudyTables, open_: pd.Index, rules: Rules, form: ModelForm = PLAIN) -> bool:
    """Whether few closed ones are left out of the estimation."""
    out = left_out(tables, form)
    return bool(rules.small(int((~out.isin(open_)).sum())))


def left_out(tables: StudyTables, form: ModelForm = PLAIN) -> pd.Index:
    """Keys that the estimation leaves out: flagged, or without the answers that this form of model needs."""
    flagged = tables.goals.index.isin(list(tables.flags["key"]) if "key" in tables.flags else [])
    empty = ~form.takes_part((tables.goals != "").to_numpy())
    keys: pd.Index = tables.goals.index[flagged | empty]
    return keys


def _short_form(tables: StudyTables, types: pd.DataFrame, no_total: bool, rules: Rules) -> pd.DataFrame:
    """Agreement of the short form; without ``n`` and interval where the number of the type is hidden.

    The same goes for types that the long form found in few only, and for one more if a single gap would follow from
    the total. Of a hidden number the share stands in steps that do not tell it.
    """
    table = tables.short_form
    if table.empty or "n" not in table:
        return table
    n = table.groupby("type")["n"].max()
    hidden = set(types.loc[types["n"].isna(), "type"]) | ({ALL} if no_total else set())
    hidden |= set(n.index[rules.few(n.to_numpy())])
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
        classes["probability"] = _on_grid(classes["probability"], step).clip(LEAST, 1 - LEAST)
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
    rules: Rules = RULES,
) -> Typology:
    """The typology that may be published: the frozen one, on a coarse grid where closed answers took part in it.

    ``own``: it was estimated from these answers; a typology of another survey says nothing about them and stays.
    """
    if not own:
        return typology
    form = typology.model.form
    closed = hides_a_total(public.type_profiles) or took_part(tables, open_, form)
    few_ticks = _ticks_small(typology, tables, open_, rules)
    if not closed and not few_ticks and not _left_out_small(tables, open_, rules, form):
        return typology
    step = step_of(tables, rules)
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


def _ticks_small(typology: Typology, tables: StudyTables, open_: pd.Index, rules: Rules) -> bool:
    """Whether few closed ones chose some number of goals; the typology may say how many chose each number."""
    if not typology.ticks:
        return False
    goals = tables.goals.drop(index=left_out(tables, typology.model.form))
    closed = goals[~goals.index.isin(open_)].eq(ANSWERS[1]).sum(axis=1)
    return bool(rules.small(closed.value_counts().to_numpy()).any())


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
