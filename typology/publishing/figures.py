"""Drawings for notebooks and documents: each takes a table and an axis, draws it and computes nothing.

Types appear in the order in which the tables give them, always with colour, shape and letter. Their marks are
plain dictionaries: ``key``, ``short`` and the sign that sheet and page show, too (see :func:`type_marks`).

Examples
--------
>>> import matplotlib.pyplot as plt
>>> marks = typology.figures.type_marks(study.typology.type_keys, study.content)
>>> fig, ax = plt.subplots()
>>> typology.figures.draw_share_bars(study.tables.types.set_index("type"), marks, ax)
>>> all(mark["short"] in label.get_text() for mark, label in zip(marks, ax.get_yticklabels(), strict=True))
True
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from typology.content.catalogue import Content, load_content
from typology.content.reading import Language
from typology.content.vocabulary import ALL
from typology.types.signs import HOLLOW, type_signs
from typology.types.signs import MARKERS as MARKERS
from typology.writing import number, percent, program_language

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, QUIET, HAIR, TRACK, NEUTRAL = "#1A1A1A", "#4D4D4D", "#BDBDBD", "#E6E6E6", "#4A4A4A"
SMALL = ("star", "cross", "x", "bar", "triangle", "down", "left", "right")  # markers that look smaller than others
HATCHES = ("", "///", "...", "xxx", "\\\\\\", "ooo", "+++", "---")
Mark = dict[str, str]


def type_marks(keys: Iterable[str], content: Content, language: Language | None = None) -> list[Mark]:
    """The marks of types and unnamed groups, in the given order: grey and another shape for each group."""
    language = language or program_language()
    return [
        {"key": key, "short": content.label("type", key, language, short=True), **vars(sign)}
        for key, sign in type_signs(keys, content).items()
    ]


def draw_goal_rows(table: pd.DataFrame, marks: Sequence[Mark], ax: Axes, *, language: Language | None = None) -> None:
    """Dot rows: one row per goal, one mark per type, a tick for all.

    Parameters
    ----------
    table : index = printed goals in order; one column of shares (0–1) per type key and one named ``alle``.
    """
    language = language or program_language()
    rows = range(len(table))
    ax.hlines(rows, 0, 1, color=TRACK, linewidth=1, zorder=1)
    if ALL in table:
        ax.plot(table[ALL], rows, linestyle="none", marker="|", markersize=13, markeredgewidth=2,
                color=INK, label=_word("all", language), zorder=2)  # fmt: skip
    for mark in marks:
        ax.plot(table[mark["key"]], rows, linestyle="none", label=f"{mark['letter']} {mark['short']}", zorder=3,
                **_marker(mark, 8))  # fmt: skip
    ax.set_yticks(list(rows), table.index)
    ax.invert_yaxis()
    _shares(ax.xaxis, language)
    ax.set_xlim(-0.02, 1.02)
    _plain(ax)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=min(len(marks) + 1, 5), frameon=False)


def draw_share_bars(table: pd.DataFrame, marks: Sequence[Mark], ax: Axes, *, language: Language | None = None) -> None:
    """Bars of the type shares with their intervals.

    Parameters
    ----------
    table : index = type key; columns ``share`` and, where known, ``low`` and ``high`` (0–1).
    """
    language = language or program_language()
    for place, mark in enumerate(marks):
        row = table.loc[mark["key"]]
        ax.barh(place, row["share"], height=0.6, color=mark["colour"], hatch=HATCHES[place % len(HATCHES)],
                edgecolor="white", linewidth=0)  # fmt: skip
        if {"low", "high"} <= set(table.columns) and pd.notna(row["low"]) and pd.notna(row["high"]):
            ax.plot([row["low"], row["high"]], [place, place], color="white", linewidth=4, solid_capstyle="butt")
            ax.plot([row["low"], row["high"]], [place, place], color=INK, linewidth=1.6, marker="|", markersize=9)
        edge = max(value for value in (row["share"], row.get("high")) if pd.notna(value))
        ax.annotate(percent(row["share"], language), (edge, place), xytext=(6, 0), textcoords="offset points",
                    va="center", color=INK)  # fmt: skip
    _plain(ax)
    _type_ticks(ax, marks)
    _shares(ax.xaxis, language)
    ax.set_xlim(left=0)


def draw_selection(
    table: pd.DataFrame,
    ax: Axes,
    *,
    measures: Sequence[str] = ("bic", "adjusted_bic", "aic"),
    language: Language | None = None,
) -> None:
    """Curves of information criteria over the number of classes.

    Parameters
    ----------
    table : index = number of classes; one column per criterion named in ``measures``.
    """
    language = language or program_language()
    _curves(table, measures, ax, language)
    ax.set_ylabel(_word("criterion", language))


def draw_memberships(
    memberships: pd.DataFrame, marks: Sequence[Mark], ax: Axes, *, language: Language | None = None
) -> None:
    """A strip per type: how probable it is for each municipality, in the order of the table (dark = certain).

    Parameters
    ----------
    memberships : rows in the order to be drawn; one column of probabilities per type key.
    """
    language = language or program_language()
    image = ax.imshow(
        memberships[[mark["key"] for mark in marks]].to_numpy(dtype=float).T,
        aspect="auto", cmap="Greys", vmin=0, vmax=1, interpolation="nearest",
    )  # fmt: skip
    _plain(ax)
    _type_ticks(ax, marks)
    ax.set_xticks([])
    ax.set_xlabel(load_content().say("figure_municipalities", language, n=len(memberships)))
    for place in range(len(marks) - 1):
        ax.axhline(place + 0.5, color="white", linewidth=3)
    bar = ax.figure.colorbar(image, ax=ax, fraction=0.03, pad=0.02)
    _shares(bar.ax.yaxis, language)
    bar.outline.set_visible(False)


def draw_methods(table: pd.DataFrame, ax: Axes, *, stability: str, language: Language | None = None) -> None:
    """A heat table of methods: agreement of every two, and apart from them each method with itself.

    Parameters
    ----------
    table : index = printed methods; one column per method with the adjusted Rand index, and the column ``stability``.
    """
    language = language or program_language()
    names = [str(name) for name in table.index]
    cells = table[names].to_numpy(dtype=float)
    own = table[[stability]].to_numpy(dtype=float)
    places = [*range(len(names)), len(names) + 0.25]
    for values, left in ((cells, -0.5), (own, places[-1] - 0.5)):
        ax.imshow(values, cmap="Greys", vmin=0, vmax=2, interpolation="nearest",
                  extent=(left, left + values.shape[1], len(names) - 0.5, -0.5))  # fmt: skip
    for row in range(len(names)):
        for place, value in zip(places, [*cells[row], own[row, 0]], strict=True):
            ax.text(place, row, number(value, language, 2), ha="center", va="center", color=INK)
    _plain(ax)
    ax.set_xlim(-0.5, places[-1] + 0.5)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_xticks(places, [*names, stability], rotation=30, ha="left")
    ax.xaxis.tick_top()
    ax.set_yticks(range(len(names)), names)


def draw_kept(agreement: pd.Series, ax: Axes, *, language: Language | None = None) -> None:
    """Columns: how many municipalities stay in their group in which share of the replicates.

    Parameters
    ----------
    agreement : share of replicates (0–1) per municipality.
    """
    language = language or program_language()
    ax.hist(agreement, bins=[step / 20 for step in range(21)], color=QUIET, edgecolor="white")
    ax.set_xlim(0, 1)
    ax.set_xlabel(_word("kept", language))
    ax.set_ylabel(_word("bodies", language))
    ax.spines[["top", "right"]].set_visible(False)


def draw_reliability(table: pd.DataFrame, marks: Sequence[Mark], ax: Axes, *, language: Language | None = None) -> None:
    """Stated probability against the share of right assignments, a line per type; the diagonal is exact.

    Parameters
    ----------
    table : columns ``type``, ``stated``, ``right`` (0–1), as :func:`typology.reliability` returns them.
    """
    language = language or program_language()
    ax.plot([0.3, 1], [0.3, 1], color=HAIR, linewidth=1)
    for mark in marks:
        part = table[table["type"] == mark["key"]]
        ax.plot(part["stated"], part["right"], label=mark["short"], marker=MARKERS[mark["symbol"]],
                color=mark["colour"])  # fmt: skip
    ax.set_xlabel(_word("stated", language))
    ax.set_ylabel(_word("right", language))
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)


def draw_intervals(table: pd.DataFrame, marks: Sequence[Mark], ax: Axes, *, label: str) -> None:
    """Dot rows with intervals: one row per item, the types one below the other within it.

    Parameters
    ----------
    table : columns ``type``, ``item`` (printed), ``estimate``, ``low``, ``high``; the items in the same order per type.
    label : what the axis of values says.
    """
    for place, mark in enumerate(marks):
        part = table[table["type"] == mark["key"]]
        rows = [row + (place - (len(marks) - 1) / 2) * 0.17 for row in range(len(part))]
        ax.hlines(rows, part["low"], part["high"], color=mark["colour"], linewidth=1.4)
        ax.plot(part["estimate"], rows, MARKERS[mark["symbol"]], color=mark["colour"], label=mark["short"])
    names = list(dict.fromkeys(table["item"]))
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.set_xlabel(label)
    ax.tick_params(length=0)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=len(marks), frameon=False)
    ax.spines[["top", "right", "left"]].set_visible(False)


def draw_agreement(table: pd.DataFrame, marks: Sequence[Mark], ax: Axes, *, language: Language | None = None) -> None:
    """How often the short form names the same type as the full one, a line per type and one for all.

    Parameters
    ----------
    table : index = number of goals; one column of shares (0–1) per type key and one named ``alle``.
    """
    language = language or program_language()
    ax.plot(table.index, table[ALL], color=INK, linewidth=2, label=_word("all", language))
    for mark in marks:
        ax.plot(table.index, table[mark["key"]], label=mark["short"], marker=MARKERS[mark["symbol"]],
                color=mark["colour"], linewidth=0.8)  # fmt: skip
    ax.set_xticks(list(table.index))
    ax.set_ylim(0.5, 1.01)
    ax.set_xlabel(_word("goals", language))
    ax.set_ylabel(_word("same_type", language))
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    ax.spines[["top", "right"]].set_visible(False)


def draw_peers(
    pairs: pd.DataFrame, types: pd.Series, marks: Sequence[Mark], ax: Axes, *, language: Language | None = None
) -> None:
    """Who is recommended to whom: seekers left, partners right, a line per recommendation, bold where mutual.

    Parameters
    ----------
    pairs : columns ``key``, ``partner``, ``mutual``; a row is one recommendation.
    types : type key by municipality key; empty text for none.
    """
    language = language or program_language()
    look = {mark["key"]: mark for mark in marks}
    left = {key: place for place, key in enumerate(dict.fromkeys(pairs["key"]))}
    right = {key: place for place, key in enumerate(dict.fromkeys(pairs["partner"]))}
    stretch = max(len(left) - 1, 1) / max(len(right) - 1, 1)
    for row in pairs.itertuples():
        ends = [left[row.key], right[row.partner] * stretch]
        ax.plot([0, 1], ends, color=INK if row.mutual else HAIR, linewidth=1.4 if row.mutual else 0.7, zorder=1)
    for side, places, scale in ((0, left, 1.0), (1, right, stretch)):
        for key, place in places.items():
            style = _marker(look[types[key]], 8) if types.get(key, "") in look else {"marker": ".", "color": NEUTRAL}
            ax.plot([side], [place * scale], zorder=2, **style)
    ax.set_xticks([0, 1], [_word("seeks", language), _word("recommended", language)])
    ax.set_yticks([])
    ax.set_xlim(-0.15, 1.15)
    ax.invert_yaxis()
    _plain(ax)


def _word(key: str, language: Language) -> str:
    return load_content().say(f"figure_{key}", language)


def _curves(table: pd.DataFrame, measures: Sequence[str], ax: Axes, language: Language) -> None:
    styles = (("o", "-"), ("s", "--"), ("^", ":"), ("D", "-."))
    for name, (marker, line) in zip(measures, styles, strict=False):
        ax.plot(table.index, table[name], marker=marker, linestyle=line, color=INK, markersize=6, label=name)
    ax.set_xticks(list(table.index))
    ax.set_xlabel(_word("classes", language))
    _plain(ax)
    ax.legend(frameon=False)


def _marker(mark: Mark, size: float) -> dict[str, Any]:
    hollow = mark["symbol"] in HOLLOW
    return {
        "marker": MARKERS[mark["symbol"]],
        "color": mark["colour"],
        "markersize": size * (1.35 if mark["symbol"].removeprefix("open-") in SMALL else 1),
        "markerfacecolor": "white" if hollow else mark["colour"],
        "markeredgewidth": 2.5 if mark["symbol"] == "bar" or hollow else 0.8,
        "markeredgecolor": mark["colour"] if hollow or mark["symbol"] == "bar" else "white",
    }


def _type_ticks(ax: Axes, marks: Sequence[Mark]) -> None:
    """Type names in their colours; to be called after :func:`_plain`, which sets the colour of all labels."""
    ax.set_yticks(range(len(marks)), [f"{mark['letter']}  {mark['short']}" for mark in marks])
    ax.set_ylim(len(marks) - 0.5, -0.5)
    for mark, label in zip(marks, ax.get_yticklabels(), strict=True):
        label.set_color(mark["colour"])
        label.set_fontweight("bold")


def _shares(axis: Any, language: Language) -> None:
    from matplotlib.ticker import FuncFormatter

    axis.set_major_formatter(FuncFormatter(lambda share, _: percent(round(share, 9), language)))


def _plain(ax: Axes) -> None:
    for side in ("top", "right", "left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.tick_params(length=0, colors=QUIET)
