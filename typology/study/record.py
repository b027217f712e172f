"""What a study is: the frozen bundle of all results, with the answers that people ask of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from typology.content.catalogue import Content
from typology.content.reading import Language
from typology.content.shown import Json, Shown
from typology.content.vocabulary import NOT_ASSIGNED
from typology.errors import Findings, StudyError
from typology.study.partners import PartnerLists, partner_lists
from typology.tables.info import StudyInfo
from typology.tables.study_tables import StudyTables
from typology.writing import Said, day, languages, number, percent, program_language

if TYPE_CHECKING:
    from typology.publishing.sheets.render import Kind
    from typology.publishing.views.maker import ViewMaker
    from typology.types.profiles.profiles import MunicipalityProfile
    from typology.types.typology import Typology

CANDIDATES = 8
"""So many bodies are offered where a name is unknown or ambiguous."""


@dataclass(frozen=True, eq=False, repr=False)
class Sheet:
    """A printed sheet: the PDF's ``path``, and what it was set from, so that a notebook can show it."""

    path: Path
    view: dict[str, Json]
    kind: Kind
    language: Language
    content: Content

    @cached_property
    def pages(self) -> tuple[bytes, ...]:
        """The pages as PNG pictures for the screen."""
        from typology.publishing.sheets.render import render_pages

        return tuple(render_pages(self.view, kind=self.kind, language=self.language, content=self.content))

    def __repr__(self) -> str:
        return Said("study.sheet", name=self.path.name)

    def _repr_png_(self) -> bytes:
        return self.pages[0]


@dataclass(frozen=True, eq=False, repr=False)
class Study(Shown):
    """All results of one study, and what people ask of it by name or official key.

    ``info`` is what every page says about its source, ``tables`` holds the numbers, ``typology`` the frozen model,
    ``content`` the words, ``run`` the record of settings, versions, input hashes and seed, ``folder`` where it stands.
    Made by :func:`typology.run_study` and :func:`typology.read_study`.

    Examples
    --------
    >>> key = study.tables.municipalities.index[0]
    >>> study.find(study.tables.municipalities.loc[key, "name"]) == key
    True
    >>> study.view(key)["key"] == key
    True
    """

    info: StudyInfo
    typology: Typology
    tables: StudyTables
    content: Content
    run: dict[str, Any]
    folder: Path | None = None

    def find(self, text: str) -> str:
        """The official key of the municipality, Kreis or Verband that a name or a key means.

        Parameters
        ----------
        text : a name as people write it, or a key, also without its leading zero.

        Raises
        ------
        StudyError : the text is a number, the name is unknown (the findings list names like it) or means several
            bodies (the findings list them with Kreis, Land and key).
        """
        from typology.register.names import OFFERS
        from typology.register.register import Register

        if not isinstance(text, str):
            raise StudyError(Said("study.no_text", text=text))
        found = Register(table=self.tables.municipalities).find(text)
        sure = found[~found["match"].isin(OFFERS)]
        if len(sure) == 1:
            return str(sure["key"].iloc[0])
        message = "study.several" if len(sure) else "study.unknown_but_alike" if len(found) else "study.unknown"
        offers = Findings()
        for row in found.head(CANDIDATES).to_dict("records"):
            offers.error("name", f"{row['name']} ({self._place(row)})", key=row["key"])
        raise StudyError(Said(message, text=text), offers)

    def _place(self, row: dict[str, str]) -> str:
        """What kind of body this is, and its Kreis and Land as far as they say more than its name."""
        kind = self.content.say(f"view_kind_{row['kind'] or 'andere'}", program_language())
        places = (row["kreis_name"], row["land_name"])
        return ", ".join([kind, *(place for place in places if place and place != row["name"])])

    def view(self, name: str) -> dict[str, Json]:
        """Everything that sheet and page of one municipality say, for its own eyes.

        Plain data: texts stand as ``{"de": …, "en": …}``, a number that is not known or not shown is None. The same
        data set the sheet, so that its numbers cannot differ.

        Raises
        ------
        StudyError : as :meth:`find`.
        """
        return self._maker.municipality(self.find(name))

    def sheet(self, name: str, path: str | Path, *, kind: Kind = "full", language: Language | None = None) -> Sheet:
        """Set the profile sheet of one municipality, for its own eyes, as an accessible PDF (PDF/UA-1, PDF/A-2a).

        Parameters
        ----------
        path : the file that is written.
        kind : ``short`` (one page), ``full`` (three) or ``council`` (a paper to be voted on, in large print).
        language : without one that of the program, as in all that a study says.

        Returns
        -------
        Sheet with the ``path``; a notebook shows its first page.

        Raises
        ------
        StudyError : as :meth:`find`.
        PublishingError : the sheet cannot be set without a warning.
        """
        from typology.publishing.sheets.render import render_sheet

        language = _spoken(language)
        seen = self.view(name)
        seen = seen | {"map": self._maker.map_of(seen)}
        render_sheet(seen, path, kind=kind, language=language, content=self.content)
        return Sheet(Path(path), seen, kind, language, self.content)

    def peers(self, name: str, *, language: Language | None = None) -> PartnerLists:
        """Both lists of partners to learn from of one municipality, with their reasons as sentences.

        Raises
        ------
        StudyError : as :meth:`find`.
        """
        language = _spoken(language)
        return partner_lists(self.tables, self._maker, self.find(name), language)

    def agenda(self, name: str, *, language: Language | None = None) -> str:
        """The draft of a municipality's digital agenda as Markdown to edit.

        Raises
        ------
        StudyError : as :meth:`find`.
        """
        from typology.publishing.views.agenda_text import agenda_text

        language = _spoken(language)
        return agenda_text(self._maker.municipality(self.find(name)), self.content, language)

    def profile(self, name: str) -> MunicipalityProfile:
        """Type and answers of one municipality beside those of its type and of all.

        Raises
        ------
        StudyError : as :meth:`find`.
        """
        from typology.types.profiles.profiles import profile_municipality

        return profile_municipality(self.find(name), self.tables.municipality_profiles, self.tables.assignments)

    def workshop(self) -> dict[str, Json]:
        """What a workshop on the pain points of small municipalities needs, as plain data: shares, ways out, groups."""
        from typology.publishing.views.workshop import workshop_view

        return workshop_view(self._maker)

    def gaps(self) -> pd.DataFrame:
        """Gaps of digital competence over all municipalities, the largest mean gap first.

        Returns
        -------
        One row per job family and area: ``family, area`` (printed names in the program's language), ``missed`` (usual
        online courses rarely reach this group), ``n`` (municipalities with both levels), ``soll, ist, gap`` (means,
        levels 1 to 8), ``share_large`` (share with a gap of at least two levels).
        """
        from typology.content.trainings import load_job_families
        from typology.matching.action.competences import GAP_COLUMNS, summarise_gaps

        families = load_job_families(self.content.folder)
        table = summarise_gaps(self.tables.competence_gaps.reindex(columns=list(GAP_COLUMNS)))
        return table.assign(family=table["family"].map(families.family), area=table["area"].map(families.area))

    def courses(self) -> pd.DataFrame:
        """The courses that near municipalities can fill together, in the order of the table ``courses``.

        Returns
        -------
        The columns of that table, and before them ``title``: that of the offer, in the program's language.
        """
        from typology.content.trainings import load_trainings
        from typology.matching.action.courses import COURSE_COLUMNS

        table = self.tables.courses.reindex(columns=list(COURSE_COLUMNS))
        offers = {offer.key: offer.title.of(program_language()) for offer in load_trainings(self.content.folder).offers}
        table.insert(0, "title", [offers.get(key, key) for key in table["offer"]])
        return table

    @cached_property
    def _maker(self) -> ViewMaker:
        from typology.publishing.views.maker import ViewMaker

        return ViewMaker(self.tables, self.info, self.content)

    def _lines(self) -> tuple[str, ...]:
        info, spoken = self.info, program_language()
        title = info.title.get(spoken, info.title["en"])
        told = {"day": day(info.date, spoken), "n": number(info.n, spoken), "model": info.model}
        if self.content.leanings is not None:
            last = info.degrees.get(spoken, info.degrees["en"])
        else:
            last = ", ".join(f"{item.short.of(spoken)} {percent(item.share, spoken)}" for item in self.typology.types)
        return (
            Said("study.practice_study" if info.synthetic else "study.study", survey=info.survey, title=title),
            "  " + Said("study.answers_and_model", **told),
            "  " + last,
        )

    def _overview(self) -> pd.DataFrame:
        kinds = self.tables.assignments.get("type", pd.Series(dtype=object))
        spoken, types = program_language(), self.typology.types
        if self.content.leanings is not None:
            names = [str(name) for name in self.tables.types["type"] if name != NOT_ASSIGNED]
            return pd.DataFrame(
                {
                    Said("study.leaning"): [self.content.label("type", name, spoken, short=True) for name in names],
                    Said("study.nearest"): [int((kinds == name).sum()) for name in names],
                }
            )
        return pd.DataFrame(
            {
                Said("study.type"): [item.label.of(spoken) for item in types],
                Said("study.share_in_the_model"): [percent(item.share, spoken) for item in types],
                Said("study.municipalities"): [int((kinds == item.key).sum()) for item in types],
            }
        )


def _spoken(language: Language | None) -> Language:
    """The language asked for; without one that of the program."""
    if language is not None and language not in languages():
        raise StudyError(Said("study.no_language", language=language, known=", ".join(languages())))
    return language or program_language()
