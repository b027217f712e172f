"""Read the blocks of a codebook from a table of text: one typed column per item, ticks and silence told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from typology.files.numbers import UNCLEAR, decimal_of, has_sign, number_reader
from typology.survey.blocks import Block, ChoiceBlock, Goals, NumberBlock, RatingBlock, TextBlock, YesNoBlock
from typology.survey.cells import split_cell
from typology.survey.codebook import PRESETS
from typology.survey.report import Journal
from typology.survey.values import UNANSWERED, Column, Reader, bare, spelled
from typology.writing import Said

TICKED = ("nein", "ja")
TICKS = pd.CategoricalDtype(list(TICKED))
MOST_LISTED = 12  # values that a finding names as possible


@dataclass(frozen=True)
class Answers:
    """A block as read: ``values`` and ``reasons``, one column per item, index the row number."""

    values: pd.DataFrame
    reasons: pd.DataFrame
    n_without_tick: int = 0

    @property
    def n_answered(self) -> pd.Series:
        """How many items each row answers."""
        return self.values.notna().sum(axis=1)

    def of(self, rows: pd.Index) -> Answers:
        """The answers of these rows."""
        return Answers(_chosen(self.values, rows), _chosen(self.reasons, rows))


def read_goals(frame: pd.DataFrame, goals: Goals, headings: Mapping[str, str], reader: Reader) -> Answers:
    """The goals: ``nein``/``ja`` for ticks, ordered levels for ratings, whole-number ranks for rankings."""
    if goals.list_column:
        return _listed_goals(frame, goals, headings, reader)
    if goals.rank_columns:
        return _placed_goals(frame, goals, headings, reader)
    if goals.kind == "rating":
        meaning = {value: level.key for level in goals.levels for value in level.values}
        levels = pd.CategoricalDtype([level.key for level in goals.levels], ordered=True)
        columns = {
            key: reader.read(frame[headings[column]], meaning, _one_of(meaning), goals.missing, dtype=levels)
            for key, column in goals.columns.items()
        }
        return _collect(columns, levels)
    if goals.kind == "ranking":
        ranks: dict[str, object] = {str(rank): rank for rank in range(1, len(goals.columns) + 1)}
        ranks |= dict.fromkeys(goals.not_chosen, None)
        expected = Said("survey.rank", most=len(goals.columns))
        columns = {
            key: reader.read(frame[headings[column]], ranks, expected, goals.missing)
            for key, column in goals.columns.items()
        }
        answers = _collect(columns, pd.Int64Dtype())
        _check_ranks(answers.values, reader)
        return answers
    ticks = _read_ticks(frame, goals.columns, headings, goals, reader)
    return _settle_ticks(ticks, frame, goals.columns, headings, goals, pick=goals.kind == "pick")


def read_block(frame: pd.DataFrame, block: Block, headings: Mapping[str, str], reader: Reader) -> Answers:
    """Any other block; consent and mailbox are read as ticks and text."""
    if isinstance(block, RatingBlock):
        low, high = block.scale
        numbers: dict[str, object] = {str(value): value for value in range(low, high + 1)}
        rating: dict[str, object] = dict(block.codes) or numbers
        expected = _one_of(rating) if block.codes else Said("survey.whole_number", low=low, high=high)
        return _collect(
            {
                key: reader.read(
                    frame[headings[column]],
                    rating,
                    expected,
                    block.missing,
                    dtype=pd.Int64Dtype(),
                )
                for key, column in block.columns.items()
            },
            pd.Int64Dtype(),
        )
    if isinstance(block, ChoiceBlock):
        return _read_choices(frame, block, headings, reader)
    if isinstance(block, NumberBlock):
        return _read_numbers(frame, block, headings, reader)
    if isinstance(block, TextBlock):
        return _collect(
            {
                key: reader.read(frame[headings[column]], lambda text: text, Said("survey.text"), block.missing)
                for key, column in block.columns.items()
            },
            np.dtype(object),
        )
    ticks = _read_ticks(frame, block.columns, headings, block, reader)
    return _settle_ticks(ticks, frame, block.columns, headings, block, pick=False)


def note_without_tick(question: Goals, goals: Answers, told: bool, found: Journal) -> None:
    """Count the rows without a tick, and say so where the file cannot tell "not chosen" from "not answered".

    ``told``: whether it tells a question that was never shown.
    """
    if not goals.n_without_tick:
        return
    if question.kind == "pick" and set(question.not_chosen) <= {""}:
        found.note(
            "leerer_block",
            Said("survey.rows_without_tick" if told else "survey.rows_without_tick_or_shown", n=goals.n_without_tick),
            expected=Said("survey.or_chosen_none"),
        )
    found.count("ohne_kreuz", goals.n_without_tick, Said("survey.count_without_tick"))


def join_blocks(
    goals: Answers, blocks: Sequence[tuple[Block, Answers]], consent: pd.DataFrame, keys: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answers and reasons of the rows that count in one table each, index ``key``, columns ``<role>_<item>``.

    ``keys`` holds the key of each row that counts, ``consent`` what they allow; consent has no reasons.
    """
    kept = [(block.role, part) for block, part in blocks if block.role not in ("consent", "mailbox")]
    parts = [("goal", goals), *kept]
    values = [_chosen(part.values, keys.index).add_prefix(f"{role}_") for role, part in parts]
    reasons = [_chosen(part.reasons, keys.index).add_prefix(f"{role}_") for role, part in parts]
    asked = [purpose for block, part in blocks if block.role == "consent" for purpose in part.values]
    values.append(consent[asked].add_prefix("consent_"))
    return by_key(pd.concat(values, axis=1), keys), by_key(pd.concat(reasons, axis=1), keys)


def by_key(table: pd.DataFrame, keys: pd.Series) -> pd.DataFrame:
    """Rows by key, in the order of the keys, whatever the order in the file; ``keys`` holds the key of each row."""
    index = pd.Index(keys.to_list(), name="key", dtype=object)
    order = np.argsort(index.to_numpy(dtype=str), kind="stable")
    result = table.iloc[order]
    result.index = index[order]
    return result


def _chosen(table: pd.DataFrame, rows: pd.Index) -> pd.DataFrame:
    """These rows; a large table in which all of them count is not copied."""
    return table if table.index.equals(rows) else table.loc[rows]


def _collect(columns: Mapping[str, Column], dtype: object) -> Answers:
    values = pd.DataFrame({key: column.values.astype(dtype, copy=False) for key, column in columns.items()})
    reasons = pd.DataFrame({key: column.reasons for key, column in columns.items()})
    return Answers(values, reasons)


def _one_of(meaning: Mapping[str, object]) -> Said:
    words = [value or Said("survey.blank") for value in meaning]
    if len(words) > MOST_LISTED:
        return Said("survey.one_of_many", values=words[:MOST_LISTED])
    return Said("survey.one_of", values=words)


def _read_ticks(
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    headings: Mapping[str, str],
    block: Goals | YesNoBlock,
    reader: Reader,
) -> dict[str, Column]:
    meaning: dict[str, object] = {**dict.fromkeys(block.not_chosen, "nein"), **dict.fromkeys(block.chosen, "ja")}
    other = "ja" if block.chosen_any else None
    ticks = {}
    for key, column in columns.items():
        source = frame[headings[column]]
        ticks[key] = reader.read(source, meaning, _one_of(meaning), block.missing, other=other, dtype=TICKS)
        if block.chosen_any:
            texts = source[ticks[key].values == "ja"].map(bare)
            free = texts[~texts.isin([bare(word) for word in block.chosen])].unique()
            if len(free) > 1:
                reader.found.warning(
                    "wert",
                    Said("survey.several_texts"),
                    column=column,
                    value=" | ".join(free)[:200],
                    expected=Said("survey.one_text"),
                )
    return ticks


def _settle_ticks(
    ticks: dict[str, Column],
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    headings: Mapping[str, str],
    block: Goals | YesNoBlock,
    *,
    pick: bool,
) -> Answers:
    """Tell "not chosen" from "not answered".

    In a list of ticks (``pick``) a row without any tick is not answered, unless the codebook says otherwise; with
    yes and no only a row whose cells are all empty is.
    """
    answers = _collect(ticks, TICKS)
    if block.empty_block == "chosen_none":
        return answers
    ticked = (answers.values == "ja").to_numpy().any(axis=1)
    if pick:
        silent = ~ticked
    else:
        silent = (frame[[headings[column] for column in columns.values()]] == "").to_numpy().all(axis=1)
    denied = (answers.values == "nein").to_numpy() & silent[:, None]
    n_silent = int(denied.any(axis=1).sum())
    if not n_silent:
        return answers
    values = answers.values.mask(denied)
    values = values.astype(TICKS)
    return Answers(values, answers.reasons.mask(denied, UNANSWERED), n_silent)


def _listed_goals(frame: pd.DataFrame, goals: Goals, headings: Mapping[str, str], reader: Reader) -> Answers:
    """One cell holds all chosen goals, as Microsoft Forms and similar tools write them."""
    column = frame[headings[goals.list_column]]
    known = {bare(code): key for code, key in goals.codes.items()}
    free: set[str] = set()

    def split(text: str) -> object:
        chosen, other = split_cell(text, known, goals.separator)
        if other and goals.other == "refuse":
            raise ValueError(Said("survey.not_in_codebook", text=other[0][:80]))
        if other:
            free.add(text)
        return tuple(known[code] for code in chosen)

    read = reader.read(column, split, _one_of(goals.codes), goals.missing)
    if free:
        n_free = int(column.map(lambda text: spelled(text)[1] in free).sum())
        reader.found.note("wert", Said("survey.free_text_dropped", n=n_free), column=goals.list_column)
    columns = {}
    for key in goals.keys:
        values = read.values.map(lambda chosen, key=key: None if chosen is None else TICKED[key in chosen])
        columns[key] = Column(values, read.reasons)
    return _collect(columns, TICKS)


def _placed_goals(frame: pd.DataFrame, goals: Goals, headings: Mapping[str, str], reader: Reader) -> Answers:
    """One column per rank, each naming a goal (LimeSurvey's ranking)."""
    meaning: dict[str, object] = dict(goals.codes) | dict.fromkeys(goals.not_chosen, None)
    places = [
        reader.read(frame[headings[column]], meaning, _one_of(goals.codes), goals.missing)
        for column in goals.rank_columns
    ]
    chosen = pd.DataFrame({rank: place.values for rank, place in enumerate(places, start=1)}, index=frame.index)
    first = places[0].reasons
    answered = chosen.notna().any(axis=1)
    columns = {}
    for key in goals.keys:
        hits = (chosen == key).to_numpy()
        ranks = np.where(hits.any(axis=1), hits.argmax(axis=1) + 1, 0)
        for row in frame.index[hits.sum(axis=1) > 1]:
            reader.found.error(
                "rang",
                Said("survey.goal_on_several_ranks"),
                row=int(row),
                key=str(reader.keys.get(row, "")),
                column=goals.rank_columns[0],
                value=key,
            )
        if goals.kind == "ranking":
            values = pd.Series([int(rank) if rank else None for rank in ranks], index=frame.index, dtype=object)
            reason = first.where(~answered, "").mask(answered & (ranks == 0), "nicht_gewaehlt")
        else:
            values = pd.Series(np.where(ranks > 0, "ja", "nein"), index=frame.index, dtype=object).where(answered, None)
            reason = first.where(~answered, "")
        columns[key] = Column(values, reason.mask(values.isna() & (reason == ""), UNANSWERED))
    return _collect(columns, pd.Int64Dtype() if goals.kind == "ranking" else TICKS)


def _check_ranks(values: pd.DataFrame, reader: Reader) -> None:
    ranks = values.to_numpy(dtype=float, na_value=np.nan)
    ranks.sort(axis=1)  # what is missing goes to the end
    twice = (np.diff(ranks, axis=1) == 0).any(axis=1)
    for row, line in zip(values.index[twice], ranks[twice], strict=True):
        reader.found.error(
            "rang",
            Said("survey.rank_twice"),
            row=int(row),
            key=str(reader.keys.get(row, "")),
            value=", ".join(str(int(rank)) for rank in line[~np.isnan(line)]),
        )


def _read_choices(frame: pd.DataFrame, block: ChoiceBlock, headings: Mapping[str, str], reader: Reader) -> Answers:
    values, reasons = {}, {}
    for key, column in block.columns.items():
        heading = headings[column]
        if block.codes == "labels":
            labels = {
                code: text
                for code, text in reader.labels.get(heading, {}).items()
                if code not in reader.declared.get(heading, {})
            }
            if not labels:
                reader.found.error(
                    "spalte",
                    Said("survey.no_answer_texts"),
                    column=column,
                    expected=Said("survey.codes_one_by_one"),
                )
            meaning: dict[str, object] = dict(labels)
            meaning |= {text: text for text in labels.values()}
        else:
            meaning = dict(block.codes)
        keys = pd.CategoricalDtype(list(dict.fromkeys(meaning.values())))
        read = reader.read(frame[heading], meaning, _one_of(meaning), block.missing, dtype=keys)
        values[key] = read.values
        reasons[key] = read.reasons
    return Answers(pd.DataFrame(values), pd.DataFrame(reasons))


def _read_numbers(frame: pd.DataFrame, block: NumberBlock, headings: Mapping[str, str], reader: Reader) -> Answers:
    columns = {}
    # 0 is a number here, although EFS writes it for "not answered" in other questions.
    zero_is_preset = reader.missing.get("0") == PRESETS["efs"]["0"]
    missing = {code: reason for code, reason in reader.missing.items() if not (zero_is_preset and code == "0")}
    for key, column in block.columns.items():
        source = frame[headings[column]]
        texts = [text.strip() for text in source.unique() if text.strip() not in {**missing, **block.missing}]
        decimal = block.decimal if block.decimal != "auto" else decimal_of(texts)
        if decimal == "unclear":
            row = source.index[source.map(has_sign).to_numpy().argmax()]
            reader.found.error(
                "zahl",
                Said(UNCLEAR),
                row=int(row),
                key=str(reader.keys.get(row, "")),
                column=column,
                value=source[row][:60],
                expected=Said("survey.decimal_in_block"),
            )
        plain = Reader(reader.found, reader.keys, missing, reader.labels, reader.declared, reader.unseen)
        number = number_reader(decimal, block.negative)
        columns[key] = plain.read(source, number, Said("survey.a_number"), block.missing, dtype=pd.Float64Dtype())
    return _collect(columns, pd.Float64Dtype())
