"""Which row speaks for which municipality: rules for rows, keys, and several answers of one municipality."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from typology.content.file_names import is_device
from typology.errors import Findings
from typology.files.numbers import UNCLEAR, decimal_of, number_reader
from typology.files.table import Table
from typology.register.keys import without_label
from typology.register.official_keys import ARS, KINDS_BY_LENGTH, ags_of, are_digits, is_real, with_zero
from typology.register.register import Register
from typology.survey.codebook import Completed, Respondent, Rows
from typology.survey.report import Journal
from typology.survey.times import Undecided, moments
from typology.survey.values import bare, spelled
from typology.writing import Said

UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
MOST_NOTED = 200  # rows left out that are listed one by one
SAFE_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")


COUNTED_ANSWER = {
    "latest": "survey.count_latest",
    "most_complete": "survey.count_most_complete",
    "error": "survey.count_not_allowed",
}


def rows_that_count(
    table: Table,
    person: Respondent,
    headings: Mapping[str, str],
    found: Journal,
    missing: Collection[str] = (),
) -> pd.DataFrame:
    """The rows that the codebook's rules leave, each rule counted, with what reading the table said of them.

    ``missing`` are the cells that stand for no answer in the whole file.

    Raises
    ------
    ResponseError, CodebookError : fewer than two rows are left.
    """
    frame = table.frame
    found.count("gelesen", len(frame), Said("survey.count_read", file=table.file))
    keep = pd.Series(True, index=frame.index)
    for rule in person.include:
        keep &= rows_matching(frame, rule, headings)
    for rule in person.exclude:
        keep &= ~rows_matching(frame, rule, headings)
    if person.include or person.exclude:
        why = "; ".join(dict.fromkeys(rule.column for rule in (*person.include, *person.exclude)))
        found.count("nicht_einbezogen", int((~keep).sum()), why)
        left_out = frame.index[~keep]
        for row in left_out[:MOST_NOTED]:
            filled = [text.strip() for text in frame.loc[row] if text.strip()]
            message = Said("survey.row_left_out", columns=why)
            found.note("zeilen", message, row=int(row), value=" | ".join(filled)[:120])
        if len(left_out) > MOST_NOTED:
            found.note("zeilen", Said("survey.more_rows_left_out", n=len(left_out) - MOST_NOTED))
    test = pd.Series(False, index=frame.index)
    for rule in person.test_rows:
        test |= rows_matching(frame, rule, headings)
    test &= keep
    rules = "; ".join(rule.column for rule in person.test_rows)
    found.count("testzeilen", int(test.sum()), rules or Said("survey.no_rule"))
    for row in test.index[test]:
        found.note("testzeile", Said("survey.test_row"), row=int(row))
    keep &= ~test
    if person.completed is not None:
        done = completed_rows(frame, person.completed, headings, missing)
        why = Said("survey.count_uncompleted", column=person.completed.column)
        found.count("unvollstaendig", int((keep & ~done).sum()), why)
        keep &= done
    kept = set(frame.index[keep])
    found.add(item for item in table.problems if item.row is None or item.kind != "zeilenlaenge" or item.row in kept)
    if len(kept) < 2:
        message = Said("survey.one_row_left") if kept else Said("survey.no_row_left")
        found.error("zeilen", message, expected=Said("survey.two_answers"))
        found.refuse_if_failed()
    return frame if keep.all() else frame[keep]


def rows_matching(frame: pd.DataFrame, rows: Rows, headings: Mapping[str, str]) -> pd.Series:
    """Which rows the rule means."""
    column = frame[headings[rows.column]]
    if rows.pattern:
        hit = {text for text in column.unique() if re.fullmatch(rows.pattern, bare(text))}
    else:
        wanted = {*rows.values, *map(bare, rows.values)}
        hit = {text for text in column.unique() if wanted.intersection(spelled(text))}
    return column.isin(hit)


def completed_rows(
    frame: pd.DataFrame, rule: Completed, headings: Mapping[str, str], missing: Collection[str] = ()
) -> pd.Series:
    """Which rows count as completed; a cell that stands for no answer is empty."""
    column = frame[headings[rule.column]]
    if rule.values:
        wanted = {*rule.values, *map(bare, rule.values)}
        return column.isin({text for text in column.unique() if wanted.intersection(spelled(text))})
    return ~column.map(bare).isin({"", *missing})


def keys_of(
    frame: pd.DataFrame, person: Respondent, headings: Mapping[str, str], register: Register | None, found: Journal
) -> pd.Series:
    """The key of each row, "" where none could be found; mended ones are counted."""
    if register is None:
        texts = _identifiers(frame, person, headings)
        meant = {} if texts is None else _one_spelling(texts)
        n_respelled = 0 if texts is None else int((texts.map(meant) != texts).sum())
        found.count("schluessel_repariert", n_respelled, Said("survey.see_notes"))
        return _named_keys(frame.index, texts, meant, found)
    return register_keys(frame[headings[person.id]], register, person.kinds, found)


def register_keys(column: pd.Series, register: Register, kinds: Sequence[str], found: Journal) -> pd.Series:
    """Bring what respondents wrote to keys of the register; what cannot be trusted is a finding with its row."""
    matches = {text: register.normalise_key(text) for text in column.unique()}
    name = str(column.name)
    n_repaired = 0
    keys = []
    for row, text in column.items():
        match = matches[text]
        keys.append(match.key)
        at, value, key = int(row), text[:60], match.key
        if not key:
            expected = _candidates(text, match.candidates, register)
            found.error("schluessel", match.problem, row=at, column=name, value=value, expected=expected)
        elif match.repaired:
            n_repaired += 1
            kind, message = "schluessel_" + match.repaired, Said(REPAIRED[match.repaired])
            found.note(kind, message, row=at, key=key, column=name, value=value, expected=key)
        if key and kinds and register.table.at[key, "kind"] not in kinds:
            message = Said("survey.other_kind", name=register.table.at[key, "name"])
            expected = ", ".join(kinds)
            found.error("koerperschaft", message, row=at, key=key, column=name, value=value, expected=expected)
    found.count("schluessel_repariert", n_repaired, Said("survey.see_notes"))
    return pd.Series(keys, index=column.index, dtype=object, name="key")


REPAIRED = {
    "leading_zero": "survey.mended_zero",
    "ars": "survey.mended_ars",
    "float": "survey.mended_number",
    "kreisfrei": "survey.mended_city",
    "kreis": "survey.mended_kreis",
    "label": "survey.mended_label",
    "successor": "survey.mended_successor",
}


def _candidates(text: str, candidates: Sequence[str], register: Register) -> str:
    if candidates:
        return "; ".join(f"{key} {register.table.at[key, 'name']}" for key in candidates[:5])
    found = register.find(text) if text.strip() and not re.search(r"\d{3}", text) else pd.DataFrame()
    if found.empty:
        return Said("survey.key_of_register")
    near = "; ".join(
        f"{row.key} {row.name_} ({row.kreis_name})"
        for row in found.head(4).rename(columns={"name": "name_"}).itertuples()
    )
    return Said("survey.key_not_name", near=near)


def own_keys(frame: pd.DataFrame, person: Respondent, headings: Mapping[str, str], found: Findings) -> pd.Series:
    """Keys without a register: the identifier as it is, a name turned into plain letters, or the row number."""
    texts = _identifiers(frame, person, headings)
    return _named_keys(frame.index, texts, {} if texts is None else _one_spelling(texts), found)


def _named_keys(rows: pd.Index, texts: pd.Series | None, meant: Mapping[str, str], found: Findings) -> pd.Series:
    """The keys of these rows, from what respondents call themselves and what is meant by each spelling of it."""
    if texts is None:
        return pd.Series([f"zeile_{row}" for row in rows], index=rows, dtype=object, name="key")
    for row in texts.index[texts == ""]:
        found.error("schluessel", Said("survey.key_missing"), row=int(row), column=str(texts.name))
    for best in sorted({best for text, best in meant.items() if text != best}):
        spellings = sorted(text for text, same in meant.items() if same == best)
        row = int(texts.index[(texts.isin(spellings) & (texts != best)).to_numpy().argmax()])
        message, value = Said("survey.one_municipality_of_spellings"), " | ".join(spellings)[:200]
        where = {"column": str(texts.name), "value": value, "expected": best[:60]}
        found.note("schluessel_schreibweise", message, row=row, **where)
    uniques = sorted(set(meant.values()))  # not in the order of the rows, which another export may change
    made = {text: _own_key(text) for text in uniques}
    # keys become names of files, and Windows and macOS hold AB.pdf and ab.pdf for one file
    counts = Counter(base.casefold() for base in made.values())
    as_written = {text.casefold(): text for text in reversed(uniques) if made[text] == text}
    seen: dict[str, int] = {}
    for text in uniques:
        base = made[text]
        fold = base.casefold()
        if base and counts[fold] > 1 and as_written.get(fold) != text:
            seen[fold] = seen.get(fold, 1) + 1
            while f"{fold}_{seen[fold]}" in counts:
                seen[fold] += 1
            made[text] = f"{base}_{seen[fold]}"
    return texts.map(meant).map(made).rename("key")


def _own_key(text: str) -> str:
    """An identifier as the key that files can be named by."""
    key = text if SAFE_KEY.fullmatch(text) else plain_key(text)
    return f"{key}_" if is_device(key) else key


def _identifiers(frame: pd.DataFrame, person: Respondent, headings: Mapping[str, str]) -> pd.Series | None:
    """What respondents call themselves; None in a survey that did not ask."""
    column = headings.get(person.id) or headings.get(person.name)
    return frame[column].map(lambda text: spelled(text)[-1]) if column else None


def _one_spelling(texts: pd.Series) -> dict[str, str]:
    """Each identifier → the one spelling of its municipality: capitals, signs and a lost zero make no other one.

    Of several spellings the most frequent counts, then one with small and capital letters, then one
    with umlauts; of digits the longest.
    The order of the rows does not matter.
    """
    counts = Counter(texts)
    groups: dict[str, list[str]] = {}
    for text in counts:
        groups.setdefault(bare_spelling(text), []).append(text)
    for ars in [text for text in groups if len(text) in (ARS - 1, ARS) and are_digits(text)]:
        short = ags_of(ars.zfill(ARS)).lstrip("0")
        if is_real(ars.zfill(ARS)) and short in groups:  # the regional key of a municipality that answered, too
            groups[short] += groups.pop(ars)
    meant: dict[str, str] = {}

    def rank(text: str) -> tuple[int, int, bool, bool]:
        mixed = not text.isupper() and not text.islower()
        return len(text) if are_digits(text) and len(text) < ARS - 1 else 0, counts[text], mixed, not text.isascii()

    for spellings in groups.values():
        meant |= dict.fromkeys(spellings, max(sorted(spellings), key=rank))
    return meant


def bare_spelling(text: str) -> str:
    """What two spellings of one identifier have in common: letters and digits, without the zeros before a number."""
    digits = without_label(text)
    if are_digits(text) or (are_digits(digits) and len(with_zero(digits)) in (*KINDS_BY_LENGTH, ARS)):
        return digits.lstrip("0") or "0"
    plain = unicodedata.normalize("NFKC", text).casefold()
    if not plain.isascii():
        for sign, letters in UMLAUTS.items():
            plain = plain.replace(sign, letters)
        plain = "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", "_", plain).strip("_") or text


def plain_key(name: str) -> str:
    """A name as a key: small letters, digits and underscores.

    >>> plain_key("Bad Münstereifel, Stadt")
    'bad_muenstereifel_stadt'
    """
    name = unicodedata.normalize("NFC", name)
    for sign, letters in UMLAUTS.items():
        name = name.replace(sign, letters).replace(sign.upper(), letters.capitalize())
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", ascii_name.lower()).strip("_")[:60].strip("_") or ("ohne_namen" if name else "")


def one_per_key(
    keys: pd.Series, rule: str, order: pd.Series | None, n_answered: pd.Series, enough: pd.Series, found: Journal
) -> pd.Index:
    """The row that counts for each key; every row that does not is noted and counted.

    A row with ``enough`` goals goes before one without; then ``latest`` takes the highest ``order`` (date or
    number), ``most_complete`` the most answers; ties go to the later row. ``error`` lists all rows of the key.
    """
    twice = keys[keys.duplicated(keep=False) & (keys != "")]
    dropped: list[int] = []
    if rule == "error":
        message, expected = Said("survey.several_answers"), Said("survey.one_answer")
        for row, key in twice.items():
            found.error("mehrfach", message, row=int(row), key=key, expected=expected)
    elif len(twice):
        dropped = _superseded(twice, rule, order, n_answered, enough, found)
    found.count("mehrfach", len(dropped), Said(COUNTED_ANSWER[rule]))
    return keys.index.difference(dropped, sort=False) if dropped else keys.index


def count_silent(enough: pd.Series, person: Respondent, found: Journal) -> None:
    """Count the municipalities with too few goals; ``enough`` holds a truth value for each row that counts.

    Raises
    ------
    ResponseError : fewer than two municipalities have enough.
    """
    silent = int((~enough).sum())
    found.count("zu_wenig_ziele", silent, Said("survey.count_too_few", least=person.min_answered))
    if len(enough) - silent < 2:
        found.error("zeilen", Said("survey.one_municipality"))
        found.refuse_if_failed()


def _superseded(
    twice: pd.Series, rule: str, order: pd.Series | None, n_answered: pd.Series, enough: pd.Series, found: Findings
) -> list[int]:
    """The rows of keys given several times that do not count."""
    if rule == "latest" and order is not None:
        rank, unread = _order(order, twice.index)
        for row, message in unread.items():
            found.error(
                "reihenfolge",
                message,
                row=row,
                key=str(twice[row]),
                column=str(order.name),
                value=str(order[row])[:60],
                expected=Said("survey.example_of_order"),
            )
        word = Said("survey.older_answer")
    else:
        rank, word = n_answered.loc[twice.index].astype(float), Said("survey.less_complete_answer")
    dropped: list[int] = []
    for key, rows in twice.groupby(twice, sort=False).groups.items():
        best = max(rows, key=lambda row: (bool(enough[row]), rank[row], row))
        if rule == "latest" and sum(rank[row] == rank[best] and enough[row] == enough[best] for row in rows) > 1:
            found.warning("mehrfach", Said("survey.same_time"), row=int(best), key=str(key))
        for row in rows:
            if row != best:
                dropped.append(int(row))
                used = Said("survey.row_used", row=best)
                found.note("mehrfach", word, row=int(row), key=str(key), expected=used)
    return dropped


def _order(column: pd.Series, rows: pd.Index) -> tuple[pd.Series, dict[int, str]]:
    """Numbers or moments to rank these rows by, and why some of them have none.

    How a number or date is written is told by the whole column: 1.001 may be 1001, and 06/07 the sixth of July.
    """
    texts = column.map(lambda text: spelled(text)[1])
    numbers = _ranked_numbers(texts, rows)
    if numbers is not None:
        return numbers
    wanted = texts.loc[rows]
    try:
        read = moments(texts.unique())
    except Undecided:
        return pd.Series(-np.inf, index=rows), {int(row): Said("survey.days_or_months") for row in rows}
    zoned = any(moment.tzinfo for moment in read.values())
    rank = {text: (moment.replace(tzinfo=moment.tzinfo or dt.UTC)).timestamp() for text, moment in read.items()}
    message = Said("survey.no_order_or_zone") if zoned else Said("survey.no_order")
    unread: dict[int, str] = {int(row): message for row in rows[~wanted.isin(list(rank))]}
    return wanted.map(rank).fillna(-np.inf), unread


def _ranked_numbers(texts: pd.Series, rows: pd.Index) -> tuple[pd.Series, dict[int, str]] | None:
    """The rows' numbers, and those that could be two; None where they are no numbers."""
    decimal = decimal_of(list(texts.unique()))
    convert = number_reader("point" if decimal == "unclear" else decimal, negative=True)
    wanted = texts.loc[rows]
    try:
        numbers = wanted.map(convert).astype(float)
    except ValueError:
        return None
    grouped = wanted[wanted.str.contains("[.,]")] if decimal == "unclear" else wanted[:0]
    unread: dict[int, str] = {int(row): Said(UNCLEAR) for row in grouped.index}
    return numbers, unread
