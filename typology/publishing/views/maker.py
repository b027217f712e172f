"""One view per municipality or type: plain data from which sheet, page and JSON twin are all rendered.

Texts carry both languages as ``{"de": …, "en": …}``. Numbers come from the study's tables and from nowhere
else; a number that must not be shown is ``None``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from typology.content.catalogue import Content
from typology.content.names import name_in
from typology.content.valid_for import form_of
from typology.content.vocabulary import ALL, NOT_ASSIGNED, AssignmentReason, PartnerList, TypeStatus, membership_column
from typology.errors import PublishingError
from typology.publishing.projection import COORDINATES
from typology.publishing.views.action import Actions
from typology.publishing.views.answers import Answers
from typology.publishing.views.leanings import LeaningViews
from typology.publishing.views.learning import Learning
from typology.publishing.views.locator import Locator
from typology.publishing.views.partners import Partners
from typology.publishing.views.portrait import type_texts
from typology.publishing.views.summary import summary
from typology.publishing.views.type_figures import corrected_fields, figures, instruments
from typology.publishing.views.values import (
    Both,
    Grouped,
    Row,
    both,
    number,
    printed,
    rows_by_key,
    stripped,
    text,
    whole,
)
from typology.publishing.views.waves import Waves
from typology.tables.info import StudyInfo
from typology.tables.package import DIGITS
from typology.tables.study_tables import StudyTables
from typology.writing import Said, day, listed

FORMAT = "view/1"
FLAGS_TOLD = ("ticks_everything", "over_limit")
Audience = Literal["self", "public"]


class ViewMaker:
    """Makes views; groups the long tables by municipality once.

    Parameters
    ----------
    tables : for ``audience="public"`` only what :func:`typology.publishing.gate.privacy.public_tables` returned.
    info : what the footers say.
    content : the words.
    places : ``longitude`` and ``latitude`` of all bodies by key, for the map; by default those of the tables.
    """

    def __init__(
        self,
        tables: StudyTables,
        info: StudyInfo,
        content: Content,
        audience: Audience = "self",
        *,
        places: pd.DataFrame | None = None,
    ) -> None:
        self._places = places
        self.tables, self.info, self.content, self.audience = tables, info, content, audience
        self.partners = Partners(tables, content)
        self.words = self.partners.words
        self.actions = Actions(tables, content, self.partners, public=audience == "public")
        self.answers = Answers(tables, content, self.actions.highest, self.actions.way_out)
        self.learning = Learning(tables, content, self.actions.named)
        self.waves = Waves(tables, content)
        self._flags = Grouped(tables.flags, "key")
        self._of_type = Grouped(tables.instruments, "type")
        self._type_profiles = Grouped(tables.type_profiles, "type")
        self._bodies, self._assigned = rows_by_key(tables.municipalities), rows_by_key(tables.assignments)
        self._answered = set(tables.goals.index)
        self.leanings = LeaningViews(tables, content, self.partners.marks) if content.leanings is not None else None

    # -- small parts -----------------------------------------------------------------------------------------

    def type_mark(self, key: str) -> dict[str, Any] | None:
        """Label, letter, symbol and colour of a type of the model; None for no type."""
        mark = self.partners.marks.get(key)
        return None if mark is None else dict(mark)

    def say(self, key: str, **values: Any) -> Both:
        """One sentence in both languages; a value may be a text or a text in both languages."""
        return self.words.say(key, **values)

    def label(self, kind: str, key: str, *, short: bool = False) -> Both:
        """The printed name of a catalogue entry in both languages."""
        return self.words.label(kind, key, short=short)

    def footer(self) -> dict[str, Any]:
        """Source, date, model, n and the standing notices."""
        return self._footer

    @cached_property
    def _footer(self) -> dict[str, Any]:
        info = self.info
        return {
            "source": self.say(
                "view_footer_source",
                source=info.source,
                date=both(lambda lang: day(info.date, lang)),
                model=info.model,
                n=printed(info.n, 0),
                sample=info.sample,
            ),
            "no_offer": self.say("no_offer"),
            "synthetic": self._banner(),
        }

    def _banner(self) -> Both | None:
        """What every page must not keep silent about: invented answers, files that were changed."""
        info = self.info
        said = {"synthetic_banner": info.synthetic, "unverified_banner": info.unverified}
        parts = [self.say(key) for key, holds in said.items() if holds]
        return both(lambda lang: " · ".join(part[lang] for part in parts)) if parts else None

    def survey(self) -> dict[str, Any]:
        """The survey block of every view."""
        info = self.info
        return {
            "key": info.survey,
            "title": info.title,
            "date": info.date,
            "source": info.source,
            "sample": info.sample,
            "n": info.n,
            "model": info.model,
            "licence": info.licence,
            "question": {"kind": info.question_kind, "limit": info.question_limit, "text": info.question},
            "weak": info.weak,
            "degrees": info.degrees if info.degrees["de"] else None,
            **({"doubted": info.degrees} if info.doubted else {}),
            **({"unverified": True} if info.unverified else {}),
        }

    def type_keys(self) -> list[str]:
        """Types of the model in their neutral order."""
        return list(self.partners.marks)

    # -- municipalities --------------------------------------------------------------------------------------

    def municipality(self, key: str) -> dict[str, Any]:
        """The view of one municipality.

        Raises
        ------
        PublishingError : the key is not in these tables (for the public: it is not listed).
        """
        self._refuse_unknown(key)
        body, row = self._bodies[key], self._assigned[key]
        flags = [str(flag["flag"]) for flag in self._flags.get(key, [])]
        told = text(row["reason"]) in ("", AssignmentReason.SPREAD) or text(row["type"]) != ""
        probabilities = [
            {**(self.type_mark(kind) or {}), "type": kind, "probability": number(row[membership_column(kind)])}
            # without answers that tell of priorities they are only how frequent the types are
            for kind in (self.type_keys() if self.leanings is None and told else ())
        ]
        shown = {item["type"]: item["probability"] for item in probabilities}
        mark, second = self.type_mark(text(row["type"])), self.type_mark(text(row["second_type"]))
        for item in (mark, second):
            if item is not None and self.leanings is None:
                item["probability"] = shown.get(item["key"])
        if mark is not None:
            known = self.content.type(mark["key"])
            mark["signature"] = list(known.signature if known else (self.content.leanings or {}).get(mark["key"], ()))
        notes = [self.say(f"view_note_{flag}") for flag in flags if flag in FLAGS_TOLD]
        if mark is not None and not mark["named"]:
            notes.append(self.say("view_note_not_named"))
        notes.append(self.say("view_note_no_ranking"))
        if self.content.goals_origin == "rekonstruiert":
            notes.append(self.say("view_note_reconstructed"))
        if self.audience == "public":
            notes.append(self.say("view_note_public_partners"))
        if key in self.partners.full:
            notes.insert(0, self.say("view_note_full", name=text(body["name"])))
        view: dict[str, Any] = {
            "format": FORMAT,
            "kind": "municipality",
            "audience": self.audience,
            "key": key,
            **self.body(body),
            "name_listed": self.partners.names[key],
            **({"names_listed": names} if (names := self.partners.elsewhere.get(key)) else {}),
            "synthetic": self.info.synthetic,
            "survey": self.survey(),
            "type": mark,
            "second_type": second,
            "status": {
                "key": text(row["status"]),
                "reason": text(row["reason"]),
                "flags": [flag for flag in flags if flag in FLAGS_TOLD],
                "sentence": self._status(key, row, mark, second),
            },
            "probabilities": probabilities if any(item["probability"] is not None for item in probabilities) else [],
            **({} if self.leanings is None else self.leanings.parts(key, mark, second)),
            "answered": whole(row["answered"]) if key in self._answered else None,
            "standing_rule": self._standing_rule(mark),
            **self._answers_and_steps(key),
            "similar": self.partners.of("similar", key),
            "complementary": self.partners.of("complementary", key),
            "no_partner": self.say("no_partner"),
            # A reason may tell what a municipality answered, so it takes the same consent.
            **{
                f"missing_{which}": self.partners.missing(which, key) if key in self._answered else None
                for which in PartnerList
            },
            "team": self.partners.team_of(key),
            **({"wave": wave} if (wave := self._wave(key, text(body["name"]))) else {}),
            "notes": notes,
            "footer": self.footer(),
        }
        return view | {"summary": summary(view, self.content)}

    def _wave(self, key: str, name: str) -> list[Both]:
        """What became of a municipality since the survey before; to itself also how often chance does as much."""
        told = self.waves.municipality(key, name)
        return told if self.audience == "public" else [*told, *self.waves.chance(key, name)]

    def _answers_and_steps(self, key: str) -> dict[str, Any]:
        """What a municipality answered, and what is proposed to it."""
        return {
            "goals": self.answers.goals(key),
            "fields": self.answers.fields(key),
            "pain_points": self.answers.pain_points(key),
            "agenda": self.actions.agenda(key),
            "agenda_estimates": self.actions.estimates(key),
            "agenda_questions": self.actions.questions(key),
            "cooperation": self.actions.cooperation(key),
            "gaps": self.learning.gaps(key),
            "trainings": self.learning.trainings(key),
        }

    def draft(self, key: str) -> dict[str, Any]:
        """The parts of a view that the draft of an agenda prints; errors as :meth:`municipality`."""
        self._refuse_unknown(key)
        return {
            "key": key,
            **self.body(self._bodies[key]),
            "survey": self.survey(),
            "standing_rule": self._standing_rule(self.type_mark(text(self._assigned[key]["type"]))),
            **self._answers_and_steps(key),
            "footer": self.footer(),
        }

    def _refuse_unknown(self, key: str) -> None:
        if key not in self._bodies or key not in self._assigned:
            public = self.audience == "public"
            raise PublishingError(
                Said("publishing.not_published" if public else "publishing.did_not_take_part", name=key)
            )

    def _standing_rule(self, mark: dict[str, Any] | None) -> Both:
        return self.say("standing_rule" if mark else "standing_rule_all")

    def body(self, body: Row) -> dict[str, Any]:
        """Register facts of one body."""
        kind = text(body.get("kind")) or "andere"
        label = text(body.get("kind_label"))
        size = text(body.get("size_class"))
        return {
            "name": text(body.get("base_name")) or text(body["name"]),
            "name_long": text(body["name"]),
            "body": kind,
            "form": form_of(kind, text(body.get("base_name")), text(body.get("land_name"))),
            "kind_label": self.say(f"view_kind_{kind}") | ({"de": label} if label else {}),
            "kreis": text(body.get("kreis")),
            "kreis_name": kreis if (kreis := text(body.get("kreis_name"))) != text(body["name"]) else "",
            "land": text(body.get("land")),
            "land_name": text(body.get("land_name")),
            "verband_name": text(body.get("verband_name")),
            "size_class": {"key": size, "label": self.label("size_class", size)} if size else None,
            "population": whole(body.get("population")),
            "area_km2": number(body.get("area_km2"), 1),
        }

    def _status(self, key: str, row: Row, mark: dict[str, Any] | None, second: dict[str, Any] | None) -> Both:
        status, body = text(row["status"]), self._bodies[key]
        # within a sentence "Stadt" and the like behind a comma would read as a word of it; a Kreis keeps its kind
        short = text(body.get("base_name")) if text(body.get("kind")) in ("gemeinde", "kreisfrei") else ""
        name = short or text(body["name"])
        if self.leanings is not None and (mark is not None or text(row["reason"]) in ("", AssignmentReason.SPREAD)):
            return self.leanings.sentence(name, key, row, mark, second)
        if status == NOT_ASSIGNED or mark is None:
            reason = self.say("view_reason_" + (text(row["reason"]) or "empty"))
            return stripped(self.say(f"view_status_{NOT_ASSIGNED}", name=name, reason=reason))
        if self.info.weak:
            return self.say("view_status_weak")
        if status == TypeStatus.MIXED and second is None:
            return self.say("view_status_mischtyp_closed", name=name, type=mark["label"])
        values: dict[str, Any] = {"name": name, "type": mark["label"]}
        if status == TypeStatus.MIXED:
            values["second"] = second["label"] if second else ""
        return self.say(f"view_status_{status}", **values)

    # -- types -----------------------------------------------------------------------------------------------

    def type(self, key: str) -> dict[str, Any]:
        """The view of one type or unnamed class."""
        mark = self.type_mark(key)
        if mark is None:
            raise PublishingError(Said("publishing.unknown_type", name=key))
        types = self.tables.types.set_index("type")
        known = self.content.type(key)
        rows, every = self._type_profiles.get(key, []), self._type_profiles.get(ALL, [])
        sizes = self.tables.type_sizes
        return {
            "format": FORMAT,
            "kind": "type",
            "audience": self.audience,
            **mark,
            "synthetic": self.info.synthetic,
            "survey": self.survey(),
            "share": number(types["share"].get(key), DIGITS),
            "n": whole(types["n"].get(key)),
            **type_texts(self.content, key),
            "signature": [
                {"key": goal, "label": self.label("goal", goal)}
                for goal in (known.signature if known else (self.content.leanings or {}).get(key, ()))
            ],
            "standing_rule": self._standing_rule(mark),
            "goals": figures(self.words, rows, every, "goal", "goal"),
            "fields": corrected_fields(self.words, rows, every),
            "instruments": instruments(self.content, *(self._of_type.get(kind, []) for kind in (key, ALL))),
            "size_classes": [
                {"key": row.band, "label": self._band(text(row.band)), "n": whole(row.n)}
                for row in (sizes[sizes["type"] == key].itertuples() if not (sizes.empty or self.leanings) else [])
            ],
            **({"wave": wave} if (wave := self.waves.type(key)) else {}),
            "notes": [
                self.say("view_note_no_ranking"),
                *([self.say("view_note_reconstructed")] if self.content.goals_origin == "rekonstruiert" else []),
            ],
            "footer": self.footer(),
        }

    def _band(self, band: str) -> Both:
        """A size class by its name; what is published, and what has no size class, are wider groups."""
        known = {item.key for item in self.content.size_classes}
        return self.label("size_class", band) if band in known else self.say(f"view_band_{band or 'ohne'}")

    # -- many ------------------------------------------------------------------------------------------------

    def municipalities(self, keys: Iterable[str] | None = None, *, maps: bool = False) -> Iterator[dict[str, Any]]:
        """Views of many municipalities in the order of their keys; with ``maps`` as they are printed, with a map."""
        for key in sorted(self._bodies) if keys is None else keys:
            view = self.municipality(key)
            yield view | {"map": self.map_of(view)} if maps else view

    def map_of(self, view: dict[str, Any]) -> dict[str, Any] | None:
        """Where a municipality and the first partners lie, as a drawing (``svg``) and in words (``says``)."""
        partners = [
            item for named in view["summary"]["partners"] for item in view[named["list"]] if item["key"] == named["key"]
        ]
        svg = self._locator.draw(view["key"], [item["key"] for item in partners])
        if not svg:
            return None
        names = both(lambda lang: listed([name_in(item, lang) for item in partners], lang))
        said = "sheetline_map" if partners else "sheetline_map_alone"
        return {
            "svg": svg,
            "says": self.say(said, name=view["name"], **({"partners": names} if partners else {})),
        }

    @cached_property
    def _locator(self) -> Locator:
        """The map with the bodies of the register and those of the study, which may bear keys of their own."""
        known = self.tables.municipalities.reindex(columns=list(COORDINATES))
        if self._places is None:
            return Locator(known)
        others = self._places.reindex(columns=list(COORDINATES))
        return Locator(pd.concat([known, others[~others.index.isin(known.index)]]))

    def types(self) -> list[dict[str, Any]]:
        """Views of all types of the model in neutral order."""
        return [self.type(key) for key in self.type_keys()]
