"""From a survey folder (export and codebook) to a checked :class:`Survey`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from typology.content.catalogue import Content
from typology.content.reading import is_open
from typology.content.shown import Shown
from typology.errors import Severity, TypologyError
from typology.register.register import Register
from typology.survey.answers import by_key, join_blocks, note_without_tick, read_block, read_goals
from typology.survey.codebook import FILE, NO_DAY, Codebook
from typology.survey.columns import match_columns, note_leftovers, with_lost_columns
from typology.survey.consent import read_consent
from typology.survey.described import municipalities_of
from typology.survey.families import note_unknown_families, note_unknown_items
from typology.survey.flags import flag_answers, note_double_goals, note_everything, note_flags, note_silent_goals
from typology.survey.foreign_rows import note_foreign_rows
from typology.survey.limit import note_unsaid_limit
from typology.survey.mirror import counted_mirror, declared_mirror
from typology.survey.names_and_keys import compare_names, note_other_levels
from typology.survey.open_places import KIND, REASON, WORDS, open_beside, open_places_in
from typology.survey.opening import open_codebook, open_content, open_register, open_responses, source_of
from typology.survey.report import Journal, Report
from typology.survey.rows import count_silent, keys_of, one_per_key, rows_that_count
from typology.survey.shifted import note_left_out_matrices, note_shifted_rows
from typology.survey.shown import count_never_shown, mirrored_states, never_shown, states_of
from typology.survey.values import Reader
from typology.writing import Day, Number, Said, percent, program_language


@dataclass(frozen=True, eq=False, repr=False)
class Survey(Shown):
    """A survey that may be trusted.

    Attributes
    ----------
    responses : index ``key``, columns ``<role>_<item>``; goals and yes/no are categories ``nein``, ``ja`` (ratings:
        the declared levels), ratings and ranks whole numbers, numbers float, consent truth values.
    reasons : same shape (without consent), why a cell is missing, "" where it is answered.
    municipalities : index ``key``, the register's columns for the respondents.
    consent : index ``key``: ``listed``, ``answers``, ``partner``, ``contact`` (bool), ``mailbox`` (text).
    flags : columns ``key``, ``flag``, ``detail``.
    labels : column of the file → question text, as far as the file brings it. source : where all of it comes from.

    Examples
    --------
    >>> survey = typology.read_survey(folder)
    >>> survey.block("stand").shape
    (60, 10)
    >>> bool(survey.municipalities.index.equals(survey.responses.index))
    True
    """

    responses: pd.DataFrame
    reasons: pd.DataFrame
    codebook: Codebook
    content: Content
    municipalities: pd.DataFrame
    consent: pd.DataFrame
    flags: pd.DataFrame
    register: Register | None
    source: Mapping[str, str]
    report: Report
    labels: Mapping[str, str]

    def block(self, role: str) -> pd.DataFrame:
        """The columns of one role without its prefix; no columns when the survey did not ask."""
        prefix = role + "_"
        columns = [name for name in self.responses.columns if name.startswith(prefix)]
        return self.responses[columns].rename(columns=lambda name: name.removeprefix(prefix))

    def _lines(self) -> tuple[str, ...]:
        about, goals = self.codebook.survey, self.codebook.goals
        title = Said("survey.title_line", key=about.key, title=about.title)
        if about.synthetic:
            title = Said("survey.title_line_synthetic", key=about.key, title=about.title)
        n = Number(len(self.responses))
        date = Said("survey.no_date_yet") if about.date == NO_DAY else Day(about.date.isoformat())
        size = Said("survey.size_line", day=date, n=n, goals=len(goals.columns), kind=goals.kind)
        if goals.limit is not None:
            size = Said(
                "survey.size_line_limit", day=date, n=n, goals=len(goals.columns), kind=goals.kind, limit=goals.limit
            )
        n_flagged, n_found = self.flags["key"].nunique(), len(self.report.findings)
        return title, size, Said("survey.findings_line", flagged=n_flagged, findings=n_found)

    def _overview(self) -> pd.DataFrame:
        roles = dict.fromkeys(["goal", *(block.role for block in self.codebook.blocks)])
        parts = {role: self.block(role) for role in roles}
        language = program_language()
        rows = [
            (role, part.shape[1], percent(part.notna().to_numpy().mean(), language))
            for role, part in parts.items()
            if part.size
        ]
        headings = [Said("survey.heading_block"), Said("survey.heading_columns"), Said("survey.heading_answered")]
        return pd.DataFrame(rows, columns=headings)


def read_survey(folder: str | Path, *, content: Content | None = None) -> Survey:
    """Read and check a survey folder with its ``codebook.yaml``.

    Parameters
    ----------
    folder : holds the codebook and the export that it names, in any of the formats of survey tools.
    content : the words; by default those of the folder's ``content/`` before the shipped ones.

    Raises
    ------
    CodebookError, ResponseError, FileFormatError, RegisterError, ContentError : with every problem found.

    Examples
    --------
    >>> typology.read_survey(folder).codebook.goals.kind
    'pick'
    """
    folder = Path(folder)
    return _read(folder, content, Journal(folder.name))


def read_export(folder: str | Path) -> pd.DataFrame:
    """The export of a survey as it came: every cell as text, headings as columns, no rule of the codebook applied.

    Raises
    ------
    CodebookError : the codebook, which names the file and its heading row, is wrong.
    FileFormatError : the file cannot be read.

    Examples
    --------
    >>> raw = typology.read_export(folder)
    >>> len(raw) >= len(typology.read_survey(folder).responses)
    True
    """
    folder = Path(folder)
    table, _ = open_responses(folder, open_codebook(folder))
    return table.frame


def check_survey(folder: str | Path, *, content: Content | None = None) -> Report:
    """Everything that reading the survey finds, without raising.

    Returns
    -------
    Report: ``findings`` (one row per finding with row, column, value and what was expected), ``counts`` (rows read,
    dropped by which rule, repaired, kept) and ``reading`` (file, encoding, delimiter …).

    Examples
    --------
    >>> report = typology.check_survey(folder)
    >>> report.n_errors
    0
    """
    folder = Path(folder)
    journal = Journal(folder.name)
    try:
        return _read(folder, content, journal).report
    except TypologyError as error:
        journal.add_refusal(error)
        return journal.report()


def _read(folder: Path, content: Content | None, journal: Journal) -> Survey:
    """The road from a folder to its survey, step by step; what is found on the way stands in the journal."""
    codebook = open_codebook(folder)
    person = codebook.respondent
    if not is_open(codebook.survey.title.de) and not is_open(codebook.survey.title.en):
        journal.name_survey(codebook.survey.title)
    waiting = _note_open(folder, journal)
    content = content or open_content(folder)
    note_unknown_items(codebook, content, journal.at(FILE))
    note_unknown_families(codebook, content, journal.at(FILE))
    table, reading = open_responses(folder, codebook)
    journal.reading |= reading
    found = journal.at(table.file)

    named = {column: place for column, place in codebook.columns().items() if not is_open(column)}
    headings = match_columns(named, table.frame.columns, found)
    journal.mirror += declared_mirror(codebook, table, headings)
    note_leftovers(table.frame, headings.values(), codebook.drop, found)
    register = open_register(folder, codebook, content, found)
    table, headings = with_lost_columns(table, named, headings, found)
    frame = rows_that_count(table, person, headings, found, codebook.missing_codes())
    note_foreign_rows(frame, person, headings, found)
    all_keys = keys_of(frame, person, headings, register, found)
    if person.id:
        note_other_levels(frame[headings[person.id]], all_keys, person, register, found)
    compare_names(frame, codebook, headings, register, all_keys, found)

    unseen = never_shown(table, codebook, headings)
    reader = Reader(found, all_keys, codebook.missing_codes(), table.value_labels, table.missing, unseen)
    goals = read_goals(frame, codebook.goals, headings, reader)
    read = [block for number, block in enumerate(codebook.blocks) if number not in waiting]
    blocks = [(block, read_block(frame, block, headings, reader)) for block in read]
    found.count("werte_vereinheitlicht", reader.n_respelled, Said("survey.count_respelled"))
    note_shifted_rows(frame, codebook.goals, read, headings, reader, found)
    note_left_out_matrices(frame, all_keys, found)
    states = states_of(goals, codebook.goals, told=bool(unseen))
    count_never_shown(states, found)
    note_without_tick(codebook.goals, goals, states.told, found)
    note_unsaid_limit(codebook.goals, goals.values, found)

    enough = goals.n_answered >= person.min_answered
    n_answered = sum((part.n_answered for _, part in blocks), start=goals.n_answered)
    order = frame[headings[person.order_by]] if person.order_by else None
    rows = one_per_key(all_keys, person.duplicates, order, n_answered, enough, found)
    found.refuse_if_failed(waiting=KIND)
    count_silent(enough.loc[rows], person, found)
    keys = all_keys.loc[rows]

    if not any(block.role == "consent" for block in codebook.blocks):
        found.at(FILE).note("einwilligung", Said("survey.no_consent"), expected=Said("survey.consent_block"))
    consent = read_consent(blocks, all_keys, rows, person.duplicates, found)
    responses, reasons = join_blocks(goals, blocks, consent, keys)
    answered = responses[[f"goal_{key}" for key in goals.values]].set_axis(goals.values.columns, axis=1)
    flags = flag_answers(answered, codebook.goals)
    note_silent_goals(answered, codebook.goals, found)
    note_double_goals(answered, codebook.goals, found)
    note_everything(answered, codebook.goals, found)
    note_flags(flags, keys, codebook.goals, found)
    municipalities = municipalities_of(register, codebook, content, frame, headings, keys, found)
    found.count("behalten", len(responses), Said("survey.count_kept"))
    journal.mirror += mirrored_states(states_of(goals.of(rows), codebook.goals, states.told))
    journal.mirror += counted_mirror(municipalities, consent, blocks, rows, person.duplicates)
    found.refuse_if_failed()
    return Survey(
        responses=responses,
        reasons=reasons,
        codebook=codebook,
        content=content,
        municipalities=municipalities,
        consent=by_key(consent, keys),
        flags=flags,
        register=register,
        source=source_of(folder, codebook, table, register),
        report=found.report(),
        labels=MappingProxyType(dict(table.labels)),
    )


def _note_open(folder: Path, journal: Journal) -> set[int]:
    """Note every open place of the folder's files, and return the blocks that cannot be read before they are filled.

    Raises
    ------
    CodebookError : what must be known to read anything at all is open (goals, respondents, files).
    """
    book = open_places_in(folder / FILE)
    journal.add(book)
    for path in sorted((folder / "content").rglob("*.yaml")):
        journal.add(open_places_in(path, printed=WORDS))
    journal.add(open_beside(folder))
    waiting: set[int] = set()
    for place in book:
        part, _, rest = place.column.partition(".")
        if part == "blocks":
            waiting.add(int(rest.partition(".")[0]))
        elif place.severity == Severity.ERROR and not REASON.fullmatch(place.column):
            journal.refuse_if_failed()
    return waiting
