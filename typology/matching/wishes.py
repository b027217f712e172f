"""What municipalities and consultants wish: partners pinned or excluded, weights, teams together or apart.

A small YAML, read strictly; every problem is reported at once::

    weights:
      similar: {size: 0.4, goals: 0.3}
    wishes:
      - {key: "90101003", list: similar, pin: ["90101004"], exclude: ["90101007"]}
      - {key: "90101005", weights: {complementary: {place: 0.5}}}
      - {key: "90101009", partner: voll}
    teams:
      together: [["90101003", "90102001"]]
      apart: [["90101003", "90101007"]]
    limits: {near_km: 60, need_km: 120}

A wish that cannot be met is no error: the result says which one and why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from typology.content.reading import Strict, read_yaml, validate
from typology.content.vocabulary import Capacity, PartnerList
from typology.errors import ContentError, Findings, MatchingError
from typology.matching import numbers
from typology.writing import Said

SIMILAR, COMPLEMENTARY = PartnerList.SIMILAR.value, PartnerList.COMPLEMENTARY.value
LISTS = (SIMILAR, COMPLEMENTARY)
UNMET_COLUMNS = ("list", "key", "partner", "wish", "reason")
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Kilometres = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Ratio = Annotated[float, Field(ge=1, allow_inf_nan=False)]
BodyKey = Annotated[str, Field(min_length=1)]
Pair = Annotated[tuple[BodyKey, ...], Field(min_length=2)]


class SimilarWeights(Strict):
    """Weights of the parts of the similar list; what is left out keeps its default."""

    size: Weight | None = Field(default=None, description="nearness in inhabitants")
    setting: Weight | None = Field(
        default=None, description="likeness in density, urbanisation, kind of body and structure"
    )
    place: Weight | None = Field(default=None, description="nearness in kilometres, and the same Land")
    goals: Weight | None = Field(default=None, description="goals in common")
    need: Weight | None = Field(
        default=None, description="weaknesses and current pain points in common, or solved by the partner"
    )
    type: Weight | None = Field(default=None, description="overlap of the probabilities of the types")
    mutual: Weight | None = Field(default=None, description="bonus if the partner lists the municipality, too")


class ComplementaryWeights(Strict):
    """Weights of the parts of the complementary list; what is left out keeps its default."""

    field: Weight | None = Field(
        default=None, description="fields in which the partner is strong and the municipality weak"
    )
    pain: Weight | None = Field(
        default=None, description="pain points that the partner has solved and the municipality has"
    )
    size: Weight | None = Field(default=None, description="nearness in inhabitants")
    setting: Weight | None = Field(
        default=None, description="likeness in density, urbanisation, kind of body and structure"
    )
    place: Weight | None = Field(default=None, description="nearness in kilometres, and the same Land")
    type: Weight | None = Field(default=None, description="difference of the probabilities of the types")
    mutual: Weight | None = Field(default=None, description="bonus if the partner lists the municipality, too")


class ListWeights(Strict):
    """Weights per list."""

    similar: SimilarWeights = Field(default=SimilarWeights(), description="weights of the list of similar partners")
    complementary: ComplementaryWeights = Field(
        default=ComplementaryWeights(), description="weights of the list of complementary partners"
    )


class OwnWeights(ListWeights):
    """Weights of one municipality; the weight of mutual pairs is the same for all."""

    @model_validator(mode="after")
    def _mutual_is_common(self) -> OwnWeights:
        if self.similar.mutual is not None or self.complementary.mutual is not None:
            raise ValueError(Said("matching.mutual_is_common"))
        return self


class Wish(Strict):
    """The wishes of one municipality, for one list or for both."""

    key: BodyKey = Field(description="key of the municipality that wishes")
    list: Literal["similar", "complementary", "both"] = Field(
        default="both", description="list for which the wish holds"
    )
    pin: tuple[BodyKey, ...] = Field(default=(), description="partners that shall be in the list")
    exclude: tuple[BodyKey, ...] = Field(default=(), description="partners that shall not")
    weights: OwnWeights = Field(default=OwnWeights(), description="weights of its own")
    partner: Literal["offen", "voll"] = Field(
        default="offen", description="voll: is proposed to nobody further, though it still agrees to be a partner"
    )

    @model_validator(mode="after")
    def _no_contradiction(self) -> Wish:
        both = sorted(set(self.pin) & set(self.exclude))
        if both:
            raise ValueError(Said("matching.wished_and_excluded", names=", ".join(both)))
        if self.key in self.pin or self.key in self.exclude:
            raise ValueError(Said("matching.wishes_itself", name=self.key))
        return self

    def holds_for(self, list_name: str) -> bool:
        """Whether the wish speaks about this list."""
        return self.list in (list_name, "both")


class TeamWishes(Strict):
    """Groups of keys that shall meet in one team, or shall not."""

    together: tuple[Pair, ...] = Field(default=(), description="keys that shall be in one team")
    apart: tuple[Pair, ...] = Field(default=(), description="keys that shall not")


class Limits(Strict):
    """How far and how different a partner may be; what is left out keeps its default."""

    near_km: Kilometres | None = Field(default=None, description="who is nearer needs no other reason")
    need_km: Kilometres | None = Field(
        default=None, description="farthest partner that has something to say on a declared need"
    )
    size_ratio: Ratio | None = Field(
        default=None, description="how many times larger the larger of two near ones may be"
    )
    need_size_ratio: Ratio | None = Field(
        default=None, description="the same for a partner that has something to say on a declared need"
    )
    far_km: Kilometres | None = Field(default=None, description="from here on a need stretches only the way")
    far_size_ratio: Ratio | None = Field(
        default=None, description="how many times larger the larger of two may be beyond far_km"
    )
    group_km: Kilometres | None = Field(default=None, description="farthest way to the host of a cooperation group")
    course_km: Kilometres | None = Field(default=None, description="farthest way to a joint course")
    online_km: Kilometres | None = Field(default=None, description="farthest participants of a joint course online")


class Wishes(Strict):
    """Everything a wishes file may say."""

    weights: ListWeights = Field(default=ListWeights(), description="weights for all")
    wishes: tuple[Wish, ...] = Field(default=(), description="wishes of single municipalities")
    teams: TeamWishes = Field(default=TeamWishes(), description="who shall meet in teams")
    limits: Limits = Field(default=Limits(), description="how far and how different a partner may be")

    @property
    def capacity(self) -> dict[str, str]:
        """Whether further requests are welcome, of those of whom it is said; the last word of a municipality counts."""
        return {wish.key: wish.partner for wish in self.wishes if "partner" in wish.model_fields_set}

    @property
    def full(self) -> frozenset[str]:
        """Keys of those that take no further requests."""
        return frozenset(key for key, word in self.capacity.items() if word == Capacity.FULL)

    def after(self, full: Iterable[str]) -> Wishes:
        """The same wishes, with what the survey says of those of whom no wish says whether they take requests.

        full : keys of those that answered that they take no further requests.

        >>> wishes = Wishes(wishes=(Wish(key="1", partner="offen"),))
        >>> sorted(wishes.after(["1", "2"]).full)
        ['2']
        """
        told = self.capacity
        more = [Wish(key=key, partner="voll") for key in sorted(full) if key not in told]
        return self.model_copy(update={"wishes": (*self.wishes, *more)}) if more else self

    def common_weights(self, list_name: str) -> dict[str, float]:
        """The weights set for everybody in one list."""
        result: dict[str, float] = getattr(self.weights, list_name).model_dump(exclude_none=True)
        return result

    def own_weights(self, list_name: str) -> dict[str, dict[str, float]]:
        """The weights that single municipalities set for themselves, by key; later wishes win."""
        out: dict[str, dict[str, float]] = {}
        for wish in self.wishes:
            part = getattr(wish.weights, list_name).model_dump(exclude_none=True)
            if part:
                out[wish.key] = out.get(wish.key, {}) | part
        return out

    def pins(self, list_name: str) -> list[tuple[str, str]]:
        """(key, wished partner) in the order written, each once."""
        return list(
            dict.fromkeys(
                (wish.key, partner) for wish in self.wishes if wish.holds_for(list_name) for partner in wish.pin
            )
        )

    def exclusions(self, list_name: str) -> list[tuple[str, str]]:
        """(key, excluded partner) in the order written, each once."""
        return list(
            dict.fromkeys(
                (wish.key, partner) for wish in self.wishes if wish.holds_for(list_name) for partner in wish.exclude
            )
        )

    def among(self, keys: Collection[str]) -> Wishes:
        """The wishes in which every key named is one of ``keys``; common weights stay, and who takes requests."""
        held = set(keys)
        kept = tuple(wish for wish in self.wishes if {wish.key, *wish.pin, *wish.exclude} <= held)
        told = Wishes(wishes=kept).capacity
        more = [
            Wish.model_validate({"key": key, "partner": word})
            for key, word in self.capacity.items() if key in held and told.get(key) != word
        ]  # fmt: skip
        return Wishes(
            weights=self.weights,
            limits=self.limits,
            wishes=(*kept, *more),
            teams=TeamWishes(
                together=tuple(pair for pair in self.teams.together if set(pair) <= held),
                apart=tuple(pair for pair in self.teams.apart if set(pair) <= held),
            ),
        )


def read_wishes(path: Path | str) -> Wishes:
    """Read a wishes file.

    Raises
    ------
    MatchingError : the file is missing, no YAML, or says something it may not; with all problems.
    """
    path = Path(path)
    try:
        data = read_yaml(path)
    except ContentError as error:
        raise MatchingError(error.message, error.problems) from None
    return parse_wishes(data, path.name)


def parse_wishes(data: object, file: str = "wishes.yaml") -> Wishes:
    """Check plain data (texts as YAML gives them) into wishes.

    Raises
    ------
    MatchingError : with one problem per wrong place.
    """
    wishes = validate(Wishes, {} if data is None else data, file, MatchingError)
    found = Findings(file)
    for name, default in numbers.LIST_WEIGHTS.items():
        for key, own in {"": {}, **wishes.own_weights(name)}.items():
            merged = default | wishes.common_weights(name) | own
            if not any(value > 0 for part, value in merged.items() if part != "mutual"):
                message = Said("matching.one_weight_above_zero")
                found.error("gewicht", message, key=key, column=f"weights.{name}")
    found.raise_if_failed(MatchingError, "matching.wishes_not_allowed")
    return wishes
