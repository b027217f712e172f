"""From a survey folder (export and codebook) to a checked :class:`Survey`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from typology.content.catalogue import Content, load_content
from typology.errors import (
    CodebookError,
    ContentError,
    FileFormatError,
    Problem,
    RegisterError,
    ResponseError,
    TypologyError,
)
from typology.files.table import Table
from typology.register.bodies import BODY_COLUMNS
from typology.register.register import Register, read_register
from typology.survey.answers import Answers, read_block, read_goals
from typology.survey.blocks import Block
from typology.survey.codebook import FILE, Codebook, read_codebook
from typology.survey.columns import leftover_columns, match_columns
from typology.survey.consent import collect_consent, keep_mailboxes
from typology.survey.described import describe_municipalities
from typology.survey.flags import FLAG_COLUMNS, flag_answers, silent_goals
from typology.survey.opening import open_responses
from typology.survey.report import Report, build_report
from typology.survey.rows import completed_rows, one_per_key, own_keys, register_keys, rows_matching
from typology.survey.values import Reader


@dataclass(frozen=True, eq=False)
class Survey:
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


def read_survey(folder: str | Path, *, content: Content | None = None) -> Survey:
    """Read and check a survey folder with its ``codebook.yaml``.

    Raises
    ------
    CodebookError, ResponseError, FileFormatError, RegisterError, ContentError : with every problem found.
    """
    door = _Door(Path(folder), content)
    survey = door.read()
    if survey is not None:
        return survey
    if door.error is not None:
        raise door.error
    errors = [problem for problem in door.problems if problem.severity == "fehler"]
    others = [problem for problem in door.problems if problem.severity == "warnung"]
    in_codebook = any(problem.kind in ("spalte", "inhalt") for problem in errors)
    raise (CodebookError if in_codebook else ResponseError)(
        f"{door.name}: {len(errors)} Fehler in den Antworten oder im Codebuch.", [*errors, *others]
    )


def check_survey(folder: str | Path, *, content: Content | None = None) -> Report:
    """Everything that reading the survey finds, without raising; see :class:`Report`."""
    door = _Door(Path(folder), content)
    survey = door.read()
    return survey.report if survey is not None else door.report()


class _Door:
    """Reads one folder step by step and keeps what it finds on the way."""

    def __init__(self, folder: Path, content: Content | None) -> None:
        self.folder = folder
        self.content = content
        self.name = folder.name
        self.problems: list[Problem] = []
        self.counts: list[tuple[str, int, str]] = []
        self.reading: dict[str, str] = {}
        self.error: TypologyError | None = None

    def report(self) -> Report:
        return build_report(self.problems, self.counts, self.reading, self.name)

    def read(self) -> Survey | None:
        """The survey, or None when anything forbids it."""
        try:
            return self._read()
        except (FileFormatError, CodebookError, RegisterError, ContentError) as error:
            self.error = error
            kind = {FileFormatError: "datei", CodebookError: "inhalt", RegisterError: "register"}.get(
                type(error), "inhalt"
            )
            self.problems += error.problems or [Problem("fehler", kind, error.message)]
            return None

    @property
    def failed(self) -> bool:
        return any(problem.severity == "fehler" for problem in self.problems)

    def _read(self) -> Survey | None:
        if not self.folder.is_dir():
            raise FileFormatError(f"Den Befragungsordner {self.folder.name} gibt es nicht.")
        codebook = read_codebook(self.folder / FILE)
        self.name = codebook.survey.title.de
        own = self.folder / "content"
        content = self.content or load_content(own if own.is_dir() else None)
        table, self.reading = open_responses(self.folder, codebook)
        matching = match_columns(codebook.columns(), table.frame.columns, table.file)
        self.problems += matching.problems
        self.problems += leftover_columns(table.frame, matching.headings.values(), codebook.drop, table.file)
        register = self._register(codebook, content)
        headings, lost = dict(matching.headings), [name for name in codebook.columns() if name not in matching.headings]
        if any(codebook.columns()[name].startswith("respondent") for name in lost):
            return None
        # What is missing is read as empty, so that the rest is still checked; the survey is refused anyway.
        if lost:
            table = replace(table, frame=table.frame.assign(**dict.fromkeys(lost, "")))
        headings |= {name: name for name in lost}
        frame = self._rows(table, codebook, headings)
        if len(frame) < 2:
            word = "keine Zeile" if frame.empty else "nur eine Zeile"
            self.problems.append(
                Problem(
                    "fehler",
                    "zeilen",
                    f"Nach den Regeln des Codebuchs bleibt {word} übrig; Typen brauchen mehrere Kommunen",
                    file=table.file,
                    expected="mindestens zwei ausgefüllte Antworten",
                )
            )
            return None
        person = codebook.respondent
        found = (
            register_keys(frame[headings[person.id]], register, table.file, person.kinds)
            if register is not None
            else own_keys(frame, person, headings, table.file)
        )
        self.problems += found.problems
        reader = Reader(table.file, found.keys, codebook.missing_codes(), table.value_labels, table.missing)
        goals = read_goals(frame, codebook.goals, headings, reader)
        blocks = [(block, read_block(frame, block, headings, reader)) for block in codebook.blocks]
        self.problems += reader.problems
        n_goals = goals.values.notna().sum(axis=1)
        enough = n_goals >= person.min_answered
        if goals.n_without_tick:
            self._without_tick(codebook, goals, table)
        n_answered = n_goals + sum((answers.values.notna().sum(axis=1) for _, answers in blocks), start=0 * n_goals)
        order = frame[headings[person.order_by]] if person.order_by else None
        rows, doubles = one_per_key(found.keys, person.duplicates, order, n_answered, enough, table.file)
        self.problems += doubles
        self._count(
            "mehrfach",
            len(frame) - len(rows),
            {
                "latest": "es zählt die jüngste Antwort",
                "most_complete": "es zählt die vollständigste Antwort",
                "error": "nicht erlaubt",
            }[person.duplicates],
        )
        self._count("schluessel_repariert", found.n_repaired, "siehe Hinweise")
        self._count("werte_vereinheitlicht", reader.n_respelled, "Leerzeichen am Rand oder 1.0 statt 1")
        if self.failed:
            return None
        silent = int((~enough.loc[rows]).sum())
        self._count(
            "zu_wenig_ziele", silent, f"weniger als {person.min_answered} Ziel(e) beantwortet: nicht zuzuordnen"
        )
        if len(rows) - silent < 2:
            self.problems.append(
                Problem(
                    "fehler",
                    "zeilen",
                    "Nur eine Kommune hat auswertbar geantwortet; Typen brauchen mehrere",
                    file=table.file,
                )
            )
            return None
        return self._survey(codebook, content, register, table, headings, frame, found.keys, rows, goals, blocks)

    def _count(self, what: str, n: int, why: str) -> None:
        self.counts.append((what, n, why))

    def _register(self, codebook: Codebook, content: Content) -> Register | None:
        entry = codebook.register_file
        if entry is None:
            self.reading["Register"] = "keines; Angaben zu den Kommunen stammen aus den Antworten"
            return None
        register = read_register(
            self.folder / entry.file,
            entry.format,
            date=entry.date.isoformat(),
            successors=[self.folder / name for name in entry.successors],
            content=content,
        )
        self.problems += [problem for problem in register.problems if problem.severity != "hinweis"]
        self.reading["Register"] = register.source
        return register

    def _rows(self, table: Table, codebook: Codebook, headings: Mapping[str, str]) -> pd.DataFrame:
        """The rows that count, by the declared rules, each rule counted."""
        frame, person = table.frame, codebook.respondent
        self._count("gelesen", len(frame), f"Zeilen mit Inhalt in {table.file}")
        keep = pd.Series(True, index=frame.index)
        for rule in person.include:
            keep &= rows_matching(frame, rule, headings)
        if person.include:
            self._count("nicht_einbezogen", int((~keep).sum()), "; ".join(rule.column for rule in person.include))
        test = pd.Series(False, index=frame.index)
        for rule in person.test_rows:
            test |= rows_matching(frame, rule, headings)
        self._count(
            "testzeilen", int((test & keep).sum()), "; ".join(rule.column for rule in person.test_rows) or "keine Regel"
        )
        self._list_rows(test & keep, "testzeile", "Testzeile, nicht übernommen", table.file)
        keep &= ~test
        if person.completed is not None:
            done = completed_rows(frame, person.completed, headings)
            self._count(
                "unvollstaendig", int((keep & ~done).sum()), f"nicht abgeschlossen laut {person.completed.column}"
            )
            keep &= done
        kept = set(frame.index[keep])
        self.problems += [
            problem
            for problem in table.problems
            if problem.row is None or problem.kind not in ("zeilenlaenge",) or problem.row in kept
        ]
        return frame if keep.all() else frame[keep]

    def _list_rows(self, mask: pd.Series, kind: str, message: str, file: str) -> None:
        self.problems += [Problem("hinweis", kind, message, file=file, row=int(row)) for row in mask.index[mask]]

    def _without_tick(self, codebook: Codebook, goals: Answers, table: Table) -> None:
        if codebook.goals.kind == "pick" and set(codebook.goals.not_chosen) <= {""}:
            self.problems.append(
                Problem(
                    "hinweis",
                    "leerer_block",
                    f"{goals.n_without_tick} Zeilen ohne ein Kreuz bei den Zielen gelten als nicht "
                    "beantwortet; dieser Export unterscheidet nicht zwischen nicht gewählt und nicht beantwortet",
                    file=table.file,
                    expected="sonst goals.empty_block: chosen_none",
                )
            )
        self._count("ohne_kreuz", goals.n_without_tick, "gelten als nicht beantwortet")

    def _survey(
        self,
        codebook: Codebook,
        content: Content,
        register: Register | None,
        table: Table,
        headings: Mapping[str, str],
        frame: pd.DataFrame,
        all_keys: pd.Series,
        rows: pd.Index,
        goals: Answers,
        blocks: list[tuple[Block, Answers]],
    ) -> Survey | None:
        keys = all_keys.loc[rows]
        consent, mailbox_problems = keep_mailboxes(
            collect_consent(blocks, all_keys, rows, codebook.respondent.duplicates), keys, table.file
        )
        self.problems += mailbox_problems
        kept = [(block.role, part) for block, part in blocks if block.role not in ("consent", "mailbox")]
        parts = [("goal", goals), *kept]
        values = [_chosen(part.values, rows).add_prefix(f"{role}_") for role, part in parts]
        reasons = [_chosen(part.reasons, rows).add_prefix(f"{role}_") for role, part in parts]
        for block, answers in blocks:
            if block.role == "consent":
                values.append(consent[list(answers.values)].add_prefix("consent_"))
        if not any(block.role == "consent" for block, _ in blocks):
            self.problems.append(
                Problem(
                    "hinweis",
                    "einwilligung",
                    "Das Codebuch nennt keine Einwilligungen; keine Kommune wird öffentlich genannt",
                    file=FILE,
                    expected="ein Block mit role: consent",
                )
            )
        index = pd.Index(keys.to_list(), name="key", dtype=object)
        order = np.argsort(index.to_numpy(dtype=str), kind="stable")
        responses = _indexed(pd.concat(values, axis=1), index, order)
        goal_values = responses[[f"goal_{key}" for key in goals.values]].rename(
            columns=lambda name: name.removeprefix("goal_")
        )
        flags = flag_answers(goal_values, codebook.goals)
        self.problems += silent_goals(goal_values, codebook.goals, table.file)
        self._flagged(flags, keys, table)
        municipalities = (
            _from_register(register, responses.index)
            if register is not None
            else _indexed(describe_municipalities(codebook, content, frame.loc[rows], headings, keys), index, order)
        )
        self._count("behalten", len(responses), "Kommunen")
        if self.failed:
            return None
        info = codebook.survey
        source = {
            "survey": info.key,
            "title": info.title.de,
            "date": info.date.isoformat(),
            "source": info.source,
            "licence": info.licence,
            "file": table.file,
            "sha256": hashlib.sha256((self.folder / codebook.files.responses).read_bytes()).hexdigest(),
            "register": register.source if register is not None else "",
            **{f"taken_{k}": v for k, v in table.taken.items()},
        }
        return Survey(
            responses,
            _indexed(pd.concat(reasons, axis=1), index, order),
            codebook,
            content,
            municipalities,
            _indexed(consent, index, order),
            flags,
            register,
            MappingProxyType(source),
            self.report(),
            MappingProxyType(dict(table.labels)),
        )

    def _flagged(self, flags: pd.DataFrame, keys: pd.Series, table: Table) -> None:
        row_of = {key: int(row) for row, key in keys.items()}
        words = {
            "ticks_everything": "Kreuzt (fast) alle Ziele an; bleibt außerhalb der Schätzung, wird aber zugeordnet",
            "over_limit": "Mehr Ziele gewählt als die Frage erlaubt",
        }
        self.problems += [
            Problem(
                "hinweis" if flag == "ticks_everything" else "warnung",
                flag,
                words[flag],
                file=table.file,
                row=row_of.get(key),
                key=key,
                value=detail,
            )
            for key, flag, detail in flags[list(FLAG_COLUMNS)].itertuples(index=False)
        ]
        for flag in words:
            self._count(flag, int((flags["flag"] == flag).sum()), words[flag])


def _indexed(table: pd.DataFrame, index: pd.Index, order: np.ndarray) -> pd.DataFrame:
    """Rows by key, in the order of the keys, whatever the order in the file."""
    result = table.iloc[order]
    result.index = index[order]
    return result


def _chosen(table: pd.DataFrame, rows: pd.Index) -> pd.DataFrame:
    """These rows; a large table in which all of them count is not copied."""
    return table if table.index.equals(rows) else table.loc[rows]


def _from_register(register: Register, keys: pd.Index) -> pd.DataFrame:
    return register.rows(keys)[list(BODY_COLUMNS)].rename_axis("key")
