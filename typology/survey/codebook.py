"""The codebook: what each column of a survey's file means, declared once and read everywhere."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from typology.content.file_format import UNMARKED, check_format
from typology.content.reading import Key, Strict, Text, is_open, read_yaml, validate
from typology.errors import CodebookError, ContentError, system_message
from typology.survey.blocks import Block, Goals, Reason, Texts, listed
from typology.survey.open_places import open_places_in
from typology.writing import Said

FILE = "codebook.yaml"
FORMAT = "codebook/1"
# Columns of the register whose categories can be margins of a weighting.
MARGINS = ("size_class", "kind", "land", "urbanisation")
# Values that survey tools write for "missing", each with its reason. EFS writes 0 for "seen, not answered".
PRESETS: dict[str, dict[str, str]] = {
    "limesurvey": {"": "nicht_beantwortet", "N/A": "nicht_gefragt", "{question_not_shown}": "nicht_gefragt"},
    "efs": {"0": "nicht_beantwortet", "-77": "nicht_gefragt", "-99": "nicht_beantwortet", "-66": "ausgeblendet"},
    "sosci": {"-9": "nicht_beantwortet", "-1": "restoption_1", "-2": "restoption_2", "-3": "restoption_3"},
    "quamp": {"-998": "nicht_gefragt", "-999": "nicht_beantwortet"},
}


#: Stands for a day that is still open, so that the rest can be read; no output is made while it is there.
NO_DAY = dt.date.min


def _files(value: Any) -> Any:
    return () if value == "" else listed(value)


def _presets(value: Any) -> Any:
    return {"presets": value} if isinstance(value, (str, list)) else value


def _day(value: Any) -> Any:
    """A day as people write it; 20260630 would else pass as a number of seconds since 1970."""
    if is_open(value):
        return NO_DAY
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError(Said("survey.no_day"))
    return value


Day = Annotated[dt.date, BeforeValidator(_day)]


class SurveyInfo(Strict):
    """What the survey is; ``date`` is the only date that outputs print."""

    key: Key = Field(description="name of the survey in file names and addresses")
    title: Text = Field(description="title of the survey, as printed")
    date: Day = Field(description="last day of the survey, as 2026-06-30; the only date that outputs print")
    synthetic: bool = Field(default=False, description="whether the answers are invented")
    source: Annotated[str, Field(min_length=1)] = Field(
        description="who collected the answers, as every source line says it"
    )
    licence: str = Field(default="", description="licence of the answers")
    sample: Text = Field(description="how the respondents came about, for example that they are no random sample")
    retention: Text = Field(description="when the answers are deleted")
    former: Key | None = Field(
        default=None, description="key of the survey before this one; its study lies beside the study of this one"
    )


class Files(Strict):
    """Where the answers lie and how the file is read."""

    responses: Annotated[str, Field(min_length=1)] = Field(
        description="file with the answers, by its path from the folder of the survey"
    )
    sheet: str = Field(default="", description="sheet of a workbook; without it the first one")
    skip_rows: Annotated[int, Field(ge=0)] = Field(default=0, description="rows above the heading that are not read")
    header_rows: Annotated[int, Field(ge=0, le=5)] = Field(
        default=1, description="rows of the heading; several are joined"
    )
    delimiter: Literal["auto", ";", ",", "tab"] = Field(
        default="auto", description="what separates the cells of a text file"
    )
    encoding: Literal["auto", "utf-8", "cp1252", "latin-1", "utf-16"] = Field(
        default="auto", description="encoding of a text file"
    )
    structure: str = Field(
        default="", description="file with the texts of questions and answers: LimeSurvey .lss or SPSS syntax .sps"
    )


class RegisterFile(Strict):
    """The register that knows the keys of the respondents."""

    file: Annotated[str, Field(min_length=1)] = Field(
        description="the register, by its path from the folder of the survey"
    )
    format: Literal["table", "gv100ad", "gvisys"] = Field(
        description="a plain table, the text file GV100AD, or the Excel extract of GV-ISys"
    )
    date: Day = Field(description="day for which the register holds")
    successors: Annotated[tuple[str, ...], BeforeValidator(_files)] = Field(
        default=(), description="official lists of changed names and territories between survey and register"
    )


class Rows(Strict):
    """Rows by the value of one column. Exactly one of ``in`` and ``pattern`` is needed."""

    column: Annotated[str, Field(min_length=1)] = Field(description="column that decides")
    values: Annotated[Texts, Field(alias="in")] = Field(default=(), description="values for which the row is meant")
    pattern: str = Field(default="", description="regular expression that the whole value must match")

    @model_validator(mode="after")
    def _one_rule(self) -> Rows:
        if bool(self.values) == bool(self.pattern):
            raise ValueError(Said("survey.one_rule"))
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(Said("survey.no_pattern", error=str(error))) from None
        return self


class Completed(Strict):
    """How a completed answer is known. Exactly one of ``rule`` and ``in`` is needed."""

    column: Annotated[str, Field(min_length=1)] = Field(description="column that tells a completed answer")
    rule: Literal["", "not_empty"] = Field(default="", description="not_empty: the cell is not empty")
    values: Annotated[Texts, Field(alias="in")] = Field(default=(), description="values that mean completed")

    @model_validator(mode="after")
    def _one_rule(self) -> Completed:
        if bool(self.values) == bool(self.rule):
            raise ValueError(Said("survey.one_rule_of_completed"))
        return self


class Respondent(Strict):
    """Which column names the municipality, and which rows count."""

    id: str = Field(default="", description="column with the official key")
    name: str = Field(
        default="", description="column with the name; where there is a register, it is compared with the key"
    )
    completed: Completed | None = Field(
        default=None, description="how a completed answer is known; without it every row counts"
    )
    test_rows: tuple[Rows, ...] = Field(default=(), description="rows that were only a test")
    include: tuple[Rows, ...] = Field(default=(), description="only rows that meet all of these")
    exclude: tuple[Rows, ...] = Field(
        default=(), description="rows that are no answers, such as sums and notes below the table"
    )
    kinds: tuple[Literal["gemeinde", "kreisfrei", "kreis", "verband", "andere"], ...] = Field(
        default=(),
        description="kinds of bodies that were asked; without it keys of districts or associations among those of more "
        "municipalities are refused",
    )
    duplicates: Literal["latest", "most_complete", "error"] = Field(
        default="error", description="which of several answers of one body counts; error refuses them"
    )
    order_by: str = Field(default="", description="column with the time or a rising number, for duplicates: latest")
    min_answered: Annotated[int, Field(ge=1)] = Field(
        default=1, description="goals that must have an answer for a type"
    )
    attributes: dict[
        Literal[
            "land",
            "land_name",
            "kreis",
            "kreis_name",
            "population",
            "area_km2",
            "longitude",
            "latitude",
            "kind",
            "kind_label",
            "urbanisation",
            "size_class",
        ],
        str,
    ] = Field(default_factory=dict, description="what is known of a body without a register → column")

    @model_validator(mode="after")
    def _latest_needs_order(self) -> Respondent:
        if self.duplicates == "latest" and not self.order_by:
            raise ValueError(Said("survey.order_needed"))
        return self


class Missing(Strict):
    """Values that mean "missing", each with its reason."""

    presets: Annotated[tuple[Literal["limesurvey", "efs", "sosci", "quamp"], ...], BeforeValidator(listed)] = Field(
        default=(), description="codes for missing answers that this survey tool writes"
    )
    codes: dict[str, Reason] = Field(default_factory=dict, description="further value → reason, for all columns")


class TypologySettings(Strict):
    """Optional settings for the types."""

    n_classes: Annotated[int, Field(ge=1, le=12)] = Field(default=4, description="number of types to estimate")
    prior: str = Field(
        default="auto", description="auto, or pseudo-answers per class and goal, as the mean over the classes"
    )
    max_classes: Annotated[int, Field(ge=1, le=12)] | Literal["auto"] = Field(
        default="auto", description="largest number of types that is tried; auto: as many as the answers carry"
    )
    starts: Annotated[int, Field(ge=10, le=10_000)] = Field(default=500, description="random starts of the estimation")
    replicates: Annotated[int, Field(ge=199, le=9_999)] = Field(
        default=199, description="replicates of each test between numbers of types"
    )
    random_state: Annotated[int, Field(ge=0)] = Field(default=0, description="start of the random numbers")

    @model_validator(mode="after")
    def _searched_beyond(self) -> TypologySettings:
        if self.max_classes != "auto" and self.max_classes < self.n_classes:
            raise ValueError(Said("survey.fewer_tried", n_classes=self.n_classes, max_classes=self.max_classes))
        return self

    @model_validator(mode="after")
    def _prior_is_a_number(self) -> TypologySettings:
        if self.prior != "auto" and not re.fullmatch(r"\d+(\.\d+)?", self.prior):
            raise ValueError(Said("survey.prior"))
        return self


class Weighting(Strict):
    """Which margins of the register a comparison with weights uses; ``a+b`` is the combination of two columns.

    ``trim``: no weight exceeds so many times the mean.
    """

    margins: Texts = Field(
        default=("size_class", "kind"), description="columns of the register whose shares the weights reach"
    )
    trim: Annotated[float, Field(gt=1)] | None = Field(
        default=None, description="largest weight, as a multiple of the mean"
    )

    @model_validator(mode="after")
    def _known_margins(self) -> Weighting:
        wrong = [part for margin in self.margins for part in margin.split("+") if part not in MARGINS]
        if not self.margins:
            raise ValueError(Said("survey.no_margins", known=", ".join(MARGINS)))
        if wrong:
            raise ValueError(Said("survey.unknown_margin", wrong=", ".join(wrong), known=", ".join(MARGINS)))
        return self


class Publication(Strict):
    """How much must stand behind a figure that is published, and whether anything is published yet."""

    minimum: Annotated[int, Field(ge=3, le=50)] = Field(
        default=3, description="least number of municipalities behind a published figure that nobody else knows"
    )
    colluding: Annotated[int, Field(ge=0, le=20)] = Field(
        default=3, description="so many municipalities with closed answers may tell each other theirs"
    )
    draft: bool = Field(
        default=False,
        description="true while nothing has left the house; else every public folder that a run replaces counts as "
        "published",
    )


class Codebook(Strict):
    """One survey, fully described."""

    format: Literal["codebook/1"] = Field(default="codebook/1", description="format of this file; without it the first")
    survey: SurveyInfo = Field(description="what the survey is")
    files: Files = Field(description="where the answers lie")
    register_file: Annotated[
        RegisterFile | None,
        Field(alias="register", description="the register of municipalities, or none"),
        BeforeValidator(lambda value: None if value == "none" else value),
    ]
    respondent: Respondent = Field(description="who answered, and which rows count")
    missing: Annotated[Missing, BeforeValidator(_presets)] = Field(
        default=Missing(), description="values that mean missing; or only the name of a preset"
    )
    goals: Goals = Field(description="the question about the goals")
    blocks: tuple[Block, ...] = Field(
        default=(), description="all other questions that are read, one block for each kind and role"
    )
    drop: tuple[str, ...] = Field(default=(), description="columns that are deliberately not read")
    typology: TypologySettings = Field(default=TypologySettings(), description="settings for the types")
    weighting: Annotated[Weighting | None, BeforeValidator(lambda value: None if value == "none" else value)] = Field(
        default=Weighting(), description="comparison with weights to the register, or none"
    )

    publication: Publication = Field(default=Publication(), description="rules for what is published")

    def missing_codes(self) -> dict[str, str]:
        """Value → reason, from the presets and the codes declared for the whole file."""
        codes: dict[str, str] = {}
        for preset in self.missing.presets:
            codes |= PRESETS[preset]
        return codes | self.missing.codes

    def columns(self) -> dict[str, str]:
        """Every column the codebook reads → where in the codebook it is named."""
        person = self.respondent
        named = [
            (person.id, "respondent.id"),
            (person.name, "respondent.name"),
            (person.order_by, "respondent.order_by"),
        ]
        if person.completed:
            named.append((person.completed.column, "respondent.completed"))
        named += [(rows.column, "respondent.test_rows") for rows in person.test_rows]
        named += [(rows.column, "respondent.include") for rows in person.include]
        named += [(rows.column, "respondent.exclude") for rows in person.exclude]
        named += [(column, f"respondent.attributes.{key}") for key, column in person.attributes.items()]
        named += [(column, "goals") for column in self.goals.sources]
        for i, block in enumerate(self.blocks):
            named += [(column, f"blocks.{i}.columns.{key}") for key, column in block.columns.items()]
        result: dict[str, str] = {}
        for column, place in named:
            if column:
                result.setdefault(column, place)
        return result

    @model_validator(mode="before")
    @classmethod
    def _empty_parts_are_absent(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        data = {key: value for key, value in data.items() if value != ""}
        person = data.get("respondent")
        if isinstance(person, dict):
            data["respondent"] = {key: value for key, value in person.items() if value != ""}
        return data

    @model_validator(mode="after")
    def _parts_fit(self) -> Codebook:
        if not self.respondent.id and not self.respondent.name and self.register_file is not None:
            raise ValueError(Said("survey.id_needed"))
        if self.goals.limit is not None and self.goals.limit > len(self.goals.keys):
            raise ValueError(Said("survey.high_limit"))
        if self.respondent.min_answered > len(self.goals.keys):
            raise ValueError(Said("survey.high_min_answered"))
        seen: dict[str, str] = {}
        agreed = {f"blocks.{i}" for i, block in enumerate(self.blocks) if block.role == "consent"}
        for name, columns in (
            ("goals", list(self.goals.sources)),
            *((f"blocks.{i}", list(block.columns.values())) for i, block in enumerate(self.blocks)),
        ):
            for column in columns:
                if is_open(column):  # said by open_places
                    continue
                if not column.strip():
                    raise ValueError(Said("survey.column_without_name", place=name))
                # one answer may agree to several purposes, each with its own values that mean yes
                if column in seen and not {name, seen[column]} <= agreed:
                    raise ValueError(Said("survey.column_twice", column=column, first=seen[column], second=name))
                seen[column] = name
        if "key" in {*self.goals.keys, *(key for block in self.blocks for key in block.columns)}:
            raise ValueError(Said("survey.name_taken"))
        items = [f"{block.role}.{key}" for block in self.blocks for key in block.columns]
        twice = sorted({item for item in items if items.count(item) > 1})
        if twice:
            raise ValueError(Said("survey.items_twice", items=", ".join(twice)))
        return self


def read_codebook(path: str | Path) -> Codebook:
    """Read and check ``codebook.yaml``.

    Raises
    ------
    CodebookError : with one problem per wrong place, and the nearest permitted word for a misspelled one.
    """
    path = Path(path)
    try:
        data = read_yaml(path)
    except ContentError as error:
        raise CodebookError(error.message) from None
    except OSError as error:
        raise CodebookError(Said("survey.cannot_open", file=path.name, why=system_message(error))) from None
    except RecursionError:
        raise CodebookError(Said("survey.too_deep", file=path.name)) from None
    if isinstance(data, dict):
        check_format(data.get("format", FORMAT), FORMAT, path.name, CodebookError, UNMARKED)
    try:
        return validate(Codebook, data, path.name, CodebookError)
    except CodebookError as error:
        wrong = {problem.column for problem in error.problems}
        places = [place for place in open_places_in(path) if place.column not in wrong]
        raise CodebookError(error.message, [*error.problems, *places]) from None
