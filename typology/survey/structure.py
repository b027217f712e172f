"""LimeSurvey's structure file (.lss): question and answer texts for the codes of an export."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from typology.errors import FileFormatError, file_bytes, system_message
from typology.survey.columns import code_of
from typology.writing import Said

TAG = re.compile(r"<(?:script|style)\b.*?</(?:script|style)\s*>|<!--.*?-->|<[^<>]*>", flags=re.DOTALL | re.IGNORECASE)
INLINE = re.compile(r"</?(?:a|b|i|u|em|strong|span|font|small|sub|sup)\b[^>]*>", flags=re.IGNORECASE)


@dataclass(frozen=True)
class Structure:
    """Texts of one survey.

    questions : column code (``Q1_SQ001``, in the spelling of ``columns.code_of``) → language → text.
    answers : column code → answer code → language → text.
    languages : the base language first. missing_values : column code → value → reason.
    names : the columns of a data file without a heading, in their order. delimiter, quote : its signs between cells
    and around texts, "" where nothing is said of them.
    """

    questions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    missing_values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    delimiter: str = ""
    quote: str = ""

    def labels(self, headings: Iterable[str], language: str = "de") -> dict[str, str]:
        """Heading → question text in this language (else the base language)."""
        found = {heading: self._pick(self.questions.get(code_of(heading), {}), language) for heading in headings}
        return {heading: text for heading, text in found.items() if text}

    def value_labels(self, headings: Iterable[str], language: str = "de") -> dict[str, dict[str, str]]:
        """Heading → answer code → text in this language (else the base language)."""
        result = {}
        for heading in headings:
            answers = self.answers.get(code_of(heading), {})
            if answers:
                result[heading] = {code: self._pick(texts, language) for code, texts in answers.items()}
        return result

    def missing(self, headings: Iterable[str]) -> dict[str, dict[str, str]]:
        """Heading → value → reason, for what the file declares missing (SPSS syntax only)."""
        found = {heading: dict(self.missing_values.get(code_of(heading), {})) for heading in headings}
        return {heading: values for heading, values in found.items() if values}

    def _pick(self, texts: Mapping[str, str], language: str) -> str:
        for wanted in (language, *(code for code in texts if code.startswith(language + "-")), *self.languages, *texts):
            if texts.get(wanted):
                return texts[wanted]
        return ""


def strip_markup(text: str) -> str:
    """Text without HTML.

    >>> strip_markup("<p>Ziele &amp; <strong>Mittel</strong></p>")
    'Ziele & Mittel'
    """
    return " ".join(html.unescape(TAG.sub(" ", INLINE.sub("", text))).split())


def read_structure(path: str | Path) -> Structure:
    """Read a LimeSurvey structure file.

    Raises
    ------
    FileFormatError : missing, no XML, or no LimeSurvey survey.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    path = Path(path)
    try:
        root = fromstring(file_bytes(path))
    except FileNotFoundError:
        raise FileFormatError(Said("survey.structure_missing", file=path.name)) from None
    except OSError as error:
        raise FileFormatError(Said("survey.cannot_open_structure", file=path.name, why=system_message(error))) from None
    except DefusedXmlException:
        raise FileFormatError(Said("survey.forbidden_xml", file=path.name)) from None
    except (ParseError, ValueError, LookupError) as error:
        raise FileFormatError(Said("survey.no_xml", file=path.name, error=str(error))) from None
    if (root.findtext("LimeSurveyDocType") or "").strip() != "Survey":
        raise FileFormatError(Said("survey.no_limesurvey", file=path.name))
    return _build(root)


def _rows(root: Any, table: str) -> list[dict[str, str]]:
    return [{cell.tag: cell.text or "" for cell in row} for row in root.findall(f"{table}/rows/row")]


def _texts(root: Any, table: str, localised: str, id_name: str, text_name: str) -> dict[str, dict[str, str]]:
    """Id → language → text, from the table itself (versions up to 3) or its table of translations (from 4)."""
    texts: dict[str, dict[str, str]] = {}
    for row in [*_rows(root, table), *_rows(root, localised)]:
        if row.get(text_name) and row.get("language"):
            texts.setdefault(row.get(id_name, ""), {})[row["language"]] = strip_markup(row[text_name])
    return texts


def _build(root: Any) -> Structure:
    languages = tuple(
        dict.fromkeys(
            [row.get("language", "") for row in _rows(root, "surveys")]
            + [cell.text or "" for cell in root.findall("languages/language")]
        )
    )
    texts = _texts(root, "questions", "question_l10ns", "qid", "question")
    texts |= _texts(root, "subquestions", "question_l10ns", "qid", "question")
    parents = {row.get("qid", ""): row for row in _rows(root, "questions") if row.get("parent_qid", "0") in ("0", "")}
    children: dict[str, dict[str, dict[str, str]]] = {}
    for row in _rows(root, "subquestions"):
        children.setdefault(row.get("parent_qid", ""), {})[row.get("qid", "")] = row
    answers = _answers(root)
    questions: dict[str, Mapping[str, str]] = {}
    codes: dict[str, Mapping[str, Mapping[str, str]]] = {}
    for qid, row in parents.items():
        title = row.get("title", "")
        own, scales = texts.get(qid, {}), answers.get(qid, {})
        flat = {code: text for scale in scales.values() for code, text in scale.items()}
        subs = list(children.get(qid, {}).values())
        first = [sub for sub in subs if sub.get("scale_id", "0") in ("0", "")]
        second = [sub for sub in subs if sub.get("scale_id", "0") not in ("0", "")]
        names = [title] if not first else []
        if row.get("other") == "Y":
            questions[code_of(f"{title}[other]")] = own
        for sub in first:
            part = texts.get(sub.get("qid", ""), {})
            for outer in second or [{}]:
                name = (
                    f"{title}[{sub.get('title', '')}]"
                    if not outer
                    else (f"{title}[{sub.get('title', '')}_{outer.get('title', '')}]")
                )
                inner = texts.get(outer.get("qid", ""), {})
                label = {
                    code: " ".join(
                        filter(
                            None, (own.get(code, ""), f"[{part[code]}]", f"[{inner[code]}]" if code in inner else "")
                        )
                    )
                    for code in part
                }
                questions[code_of(name)] = label or own
                names.append(name)
                if row.get("type") == "P":  # options with a comment each
                    questions[code_of(f"{title}[{sub.get('title', '')}comment]")] = label or own
        if row.get("type") == "O":
            questions[code_of(f"{title}[comment]")] = own
        if row.get("type") == "1":  # two scales side by side, each with its own answers
            for name in names:
                for scale, codes_of_scale in scales.items():
                    twin = code_of(f"{name}[{int(scale) + 1 if scale.isdigit() else scale}]")
                    questions[twin], codes[twin] = questions.get(code_of(name), own), codes_of_scale
            continue
        if row.get("type") == "R":
            names = [f"{title}[{rank}]" for rank in range(1, len(flat) + 1)]
        questions.setdefault(code_of(title), own)
        for name in names:
            questions.setdefault(code_of(name), own)
            if flat:
                codes[code_of(name)] = flat
    return Structure(questions, codes, tuple(filter(None, languages)))


def _answers(root: Any) -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    """Question id → scale → answer code → language → text."""
    localised = _texts(root, "answers", "answer_l10ns", "aid", "answer")
    result: dict[str, dict[str, dict[str, dict[str, str]]]] = {}
    for row in _rows(root, "answers"):
        scale = result.setdefault(row.get("qid", ""), {}).setdefault(row.get("scale_id", "0"), {})
        entry = scale.setdefault(row.get("code", ""), {})
        if row.get("answer") and row.get("language"):
            entry[row["language"]] = strip_markup(row["answer"])
        entry.update(localised.get(row.get("aid", " "), {}))
    return result
