"""Write the tables of the method report from the committed results, so that no number in it is typed by hand.

Run ``python benchmarks/method_tables.py``; it replaces what stands between ``<!-- table: name -->`` and
``<!-- end -->`` in ``docs/pages/method.md``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
REPORT = ROOT / "docs" / "pages" / "method.md"
BLOCK = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.S)
FORMS = {"pick": "up to three", "free": "free list", "yes_no": "yes/no", "rating": "rating"}
STRENGTHS = {"none": "none", "weak": "weak", "medium": "medium", "strong": "strong"}
PRIOR_USED = 5.0
STABLE, CLEAR = 0.75, 0.5
BANDS = {"no types": (-1.0, 0.0), "below 0.4": (0.0, 0.4), "0.4 to 0.5": (0.4, 0.5), "0.5 and more": (0.5, 2.0)}


def fit_tables(report: str) -> str:
    """The report with every marked table made anew."""
    return BLOCK.sub(lambda match: f"{match[1]}{markdown(TABLES[match[2]]())}\n{match[3]}", report)


def markdown(table: pd.DataFrame) -> str:
    """A table of texts as Markdown; columns of words stand left, numbers right."""
    words = [table[column].str.match(r"[A-Za-z]").any() for column in table]
    rule = ["---" if left else "---:" for left in words]
    lines = [list(table.columns), rule, *table.to_numpy().tolist()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def number(value: float, digits: int = 2) -> str:
    """A number as it is printed; a dash where there is none."""
    return "–" if pd.isna(value) else f"{value:.{digits}f}"


def read(name: str) -> pd.DataFrame:
    """One file of results."""
    return pd.read_csv(RESULTS / f"{name}.csv")


def speed() -> pd.DataFrame:
    """Median seconds per task and program."""
    rows = []
    for row in read("latent_class_speed").itertuples():
        ratio = "–" if pd.isna(row.ratio) else number(row.ratio, 0)
        below = "–" if pd.isna(row.below) else number(row.below)
        rows.append((row.task, row.program, str(row.starts), number(row.median_s), ratio, below))
    return pd.DataFrame(
        rows, columns=["task", "program", "starts", "median s", "times StepMix", "ends below reference"]
    )


def selection() -> pd.DataFrame:
    """How often the right number of types was found, and by which criterion."""
    rows = []
    for row in read("selection").itertuples():
        what = "no types" if row.target == 0 else f"types, {number(row.reachable_ari)}"
        shares = (row.more_than_one, row.right_found, row.right_bic, row.right_adjusted_bic, row.right_test)
        rows.append((FORMS[row.kind], what, str(row.draws), *map(number, shares)))
    return pd.DataFrame(
        rows,
        columns=[
            "form", "planted, best reachable ARI", "draws", "“more than one”", "right number", "BIC right",
            "adjusted BIC right", "test right",
        ],
    )  # fmt: skip


def degrees() -> pd.DataFrame:
    """How often answers made by degrees and by types got each verdict, in per cent."""
    rows = []
    for row in read("degrees").itertuples():
        made = row.cell.removesuffix(f"_{row.kind}").replace("_", " ")
        shares = (str(row.types), str(row.degrees), str(row.undecided))
        form = FORMS.get(row.kind, row.kind)
        rows.append(
            (row.made_by, made, form, f"{row.n:,}", str(row.draws), *shares, str(row.named), number(row.seconds, 1))
        )
    return pd.DataFrame(
        rows,
        columns=[
            "made by", "cell", "form", "n", "draws", "“types”", "“degrees”", "“cannot be told”", "four names as types",
            "CPU s",
        ],
    )  # fmt: skip


def degrees_worlds() -> pd.DataFrame:
    """Verdicts and names in the practice worlds, in per cent."""
    rows = [
        (
            row.made_by, row.world, str(row.draws), str(row.types), str(row.degrees), str(row.undecided),
            str(row.named), str(row.named_undecided),
        )
        for row in read("degrees_worlds").itertuples()
    ]  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=[
            "made by", "world", "draws", "“types”", "“degrees”", "“cannot be told”", "four names as types",
            "of these not told",
        ],
    )  # fmt: skip


def degrees_targets() -> pd.DataFrame:
    """What the verdict shall reach at 412 and 1,500 rows, and what it reaches, in per cent of the draws."""
    draws = read("degrees_draws")
    cell, lists = draws["cell"], draws["kind"].isin(["pick", "free", "ranking"])
    by_degrees = draws["made_by"] == "degrees"
    weak, clear = cell.str.contains("types_60"), cell.str.contains("types_75")
    odd = cell.str.contains("unequal|dependent")
    traits = cell.str.contains("trait|leanings")
    asked = (
        ("no types: called types", by_degrees, draws["verdict"] == "types", "≤ 5", "≤ 5"),
        ("no types: four names as types", by_degrees, draws["named"] == 1, "≤ 5", "≤ 5"),
        ("types from 0.6, yes/no and ratings: called types", (weak | clear) & ~lists & ~odd,
         draws["verdict"] == "types", "≥ 90", "≥ 95"),
        ("types 0.75, lists: called types", clear & lists & ~odd, draws["verdict"] == "types", "≥ 80", "≥ 95"),
        ("types 0.6, lists: called types", weak & lists, draws["verdict"] == "types", "–", "≥ 90"),
        ("types 0.6, lists: called degrees", weak & lists, draws["verdict"] == "degrees", "≤ 10", "≤ 5"),
        ("clear traits, yes/no and ratings: called degrees", traits & ~lists, draws["verdict"] == "degrees",
         "≥ 80", "≥ 80"),
        ("clear traits, lists: called degrees", traits & lists, draws["verdict"] == "degrees", "≥ 50", "≥ 80"),
        ("unequal or dependent classes 0.75: called degrees", odd, draws["verdict"] == "degrees", "≤ 20", "≤ 10"),
    )  # fmt: skip
    rows = []
    for name, among, hit, *wanted in asked:
        for n, target in zip((200, 412, 1_500), ("–", *wanted), strict=True):
            own = hit[among & (draws["n"] == n)]
            if len(own):
                rows.append((name, f"{n:,}", str(len(own)), str(int(own.sum())), number(100 * own.mean(), 0), target))
    return pd.DataFrame(rows, columns=["what", "n", "draws", "so many", "per cent", "wanted"])


def stability() -> pd.DataFrame:
    """Share of draws with too weak a structure by each rule and by either, by the best reachable recovery and rows."""
    draws = read("stability")
    unstable, blurred = draws["mean_jaccard"] < STABLE, draws["entropy"] < CLEAR
    sizes = sorted(draws["n_rows"].unique())
    rows = []
    for name, (low, high) in BANDS.items():
        null = draws["target"] == 0
        inside = null if name == "no types" else ~null & draws["reachable_ari"].between(low, high, inclusive="left")
        every = [(unstable | blurred)[inside & (draws["n_rows"] == size)].mean() for size in sizes]
        rows.append(
            (
                name, str(int(inside.sum())), number(draws.loc[inside, "mean_jaccard"].mean()),
                *map(number, (unstable[inside].mean(), blurred[inside].mean(), *every)),
            )
        )  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=[
            "best reachable ARI", "draws", "mean Jaccard", f"below {STABLE}", f"entropy below {CLEAR}",
            *[f"either, n = {size:,}" for size in sizes],
        ],
    )  # fmt: skip


def calibration() -> pd.DataFrame:
    """Expected calibration error without and with the prior in use, the largest over question forms."""
    cells = read("calibration")
    rows = []
    for target, part in cells.groupby("true_ari"):
        row = [number(target, 3)]
        for _, size in part.groupby("n_rows"):
            worst = size.groupby("prior")["calibration_error"].max()
            row.append(f"{number(worst[0.0], 3)} → {number(worst[PRIOR_USED], 3)}")
        rows.append(row)
    sizes = [f"n = {size:,}" for size in sorted(cells["n_rows"].unique())]
    return pd.DataFrame(rows, columns=["ARI of the true model", *sizes])


def prior() -> pd.DataFrame:
    """Estimated shares of unequal types, recovery of equal ones and calibration of few weak ones, by the spread of the
    prior."""
    cells = read("prior")
    words = {"alike": "alike", "size": "by size", "both": "by size, some alike"}
    rows = []
    for kind in ("pick", "free", "yes_no", "rating"):
        for spread, word in words.items():
            own = cells[(cells["kind"] == kind) & (cells["spread"] == spread)].set_index(["shares", "true_ari"])
            unequal, clear = own.loc[("unequal", 0.675)], own.loc[("unequal", 0.8)]
            equal, weak = own.loc[("equal", 0.675)], own.loc[("equal", 0.5)]
            shares = " / ".join(number(100 * unequal[f"share_{place}"], 0) for place in range(1, 5))
            rows.append(
                (
                    FORMS[kind], f"{unequal['prior']:.0f} {word}", f"{unequal['draws']:.0f}", shares,
                    number(100 * unequal["bias"], 1), number(100 * clear["bias"], 1), number(unequal["ari"]),
                    number(unequal["empty"]), number(equal["ari"]), number(weak["calibration_error"]),
                )
            )  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=[
            "question", "pseudo-answers", "draws", "shares", "largest error of the mean", "the same at 0.8", "ARI",
            "an empty class", "ARI, equal shares", "calibration error, 200 rows of weak types",
        ],
    )  # fmt: skip


def naming() -> pd.DataFrame:
    """How often names are earned, without types and with planted ones."""
    fits = read("naming")
    rows = []
    for data, part in fits.groupby("data", sort=False):
        what = "no types" if data == "strukturlos" else f"types, {str(data).removeprefix('geplant ')}"
        for form, own in part.groupby("kind", sort=False):
            shares = own[["share_all_names", "share_any_name"]].max()
            right = own["share_right"].mean()
            rows.append((what, FORMS[str(form)], str(int(own["n_fits"].sum())), *map(number, (*shares, right))))
    return pd.DataFrame(
        rows, columns=["planted, best reachable ARI", "form", "fits", "all named", "any named", "best match right"]
    )


def recovery() -> pd.DataFrame:
    """Adjusted Rand index as a share of the best reachable and calibration error, 13 goals, nothing missing."""
    cells = read("recovery")
    cells = cells[(cells["n_goals"] == 13) & (cells["missing"] == 0)]
    sizes = sorted(cells["n_rows"].unique())
    rows = []
    for form in ("pick", "free", "yes_no", "rating"):
        for strength in STRENGTHS:
            part = cells[(cells["kind"] == form) & (cells["strength"] == strength)].set_index("n_rows")
            shares = [f"{number(part['ari_share'].get(n))} / {number(part['calibration'].get(n))}" for n in sizes]
            rows.append((FORMS[form], STRENGTHS[strength], number(part["reachable_ari"].mean()), *shares))
    return pd.DataFrame(rows, columns=["form", "structure", "best reachable ARI", *[f"n = {n:,}" for n in sizes]])


def tick_models() -> pd.DataFrame:
    """Plain classes beside classes given the number of ticks: recovery and calibration error on seven generators."""
    rows = []
    for row in read("tick_models").itertuples():
        values = (row.ari_plain, row.ari_given_ticks, row.calibration_error_plain, row.calibration_error_given_ticks)
        rows.append((FORMS[row.kind], row.generator, row.structure, f"{row.n_rows:,}", *map(number, values)))
    return pd.DataFrame(
        rows,
        columns=[
            "form", "generator", "structure", "n", "ARI plain", "ARI given ticks", "error plain", "error given ticks",
        ],
    )  # fmt: skip


def distal() -> pd.DataFrame:
    """Bias and coverage of field means by type, naive and corrected."""
    rows = []
    for row in read("distal").itertuples():
        values = (row.bias_naive, row.bias_corrected, row.coverage_naive, row.coverage_corrected)
        rows.append((FORMS[row.kind], number(row.true_ari, 3), f"{row.n_rows:,}", str(row.draws), *map(number, values)))
    return pd.DataFrame(
        rows,
        columns=[
            "form", "ARI of the true model", "n", "draws", "bias naive", "bias corrected", "coverage naive",
            "coverage corrected",
        ],
    )  # fmt: skip


def short_form() -> pd.DataFrame:
    """Agreement of the short form with the full form: over all, and for the worst type."""
    cells = read("short_form")
    rows = []
    for (form, target), part in cells.groupby(["kind", "true_ari"], sort=False):
        every = part[part["type"] == "alle"].set_index("size")["mean"]
        worst = part[part["type"] != "alle"].groupby("size")["mean"].min()
        rows.append(
            (FORMS[form], number(target, 3), *[f"{number(every[n])} / {number(worst[n])}" for n in every.index])
        )
    return pd.DataFrame(rows, columns=["form", "ARI of the true model", "3 goals", "5 goals", "7 goals"])


SHARES = {
    "equal": "equal",
    "unequal": "55, 25, 15, 5%",
    "everything": "5% agree to everything",
    "one_goal": "types of one goal",
}


def coverage() -> pd.DataFrame:
    """How often the interval of a type's share holds the truth, by how unequal the types are and what disturbs them."""
    rows = []
    for row in read("coverage").itertuples():
        values = (row.printed, row.coverage, row.coverage_sandwich)
        rows.append(
            (SHARES[row.world], FORMS[row.kind], f"{row.n_rows:,}", str(row.draws), *map(number, values),
             number(row.width, 1), "–" if pd.isna(row.coverage_printed) else number(row.coverage_printed))
        )  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=["shares", "form", "n", "draws", "printed", "coverage", "sandwich", "width in points", "where printed"],
    )


TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    "speed": speed,
    "tick_models": tick_models,
    "selection": selection,
    "degrees_targets": degrees_targets,
    "degrees": degrees,
    "degrees_worlds": degrees_worlds,
    "stability": stability,
    "calibration": calibration,
    "prior": prior,
    "naming": naming,
    "recovery": recovery,
    "distal": distal,
    "coverage": coverage,
    "short_form": short_form,
}

if __name__ == "__main__":
    REPORT.write_text(fit_tables(REPORT.read_text(encoding="utf-8")), encoding="utf-8")
