"""Who learns from whom: the two lists of partners, teams, and what could not be met."""

from __future__ import annotations

from typology.content.vocabulary import Closeness, PartnerList, Pool, Stage, TeamRole
from typology.tables.contracts.answers import KEY
from typology.tables.contracts.columns import (
    COUNT,
    KILOMETRES,
    NO_UNIT,
    Column,
    Words,
    flag,
    number,
    points,
    share,
    text,
    whole,
)
from typology.tables.contracts.contract import TableContract, by_name

PARTNER = text("partner", "Schlüssel der empfohlenen Kommune", "Key of the proposed municipality", refers=True)
RANK = whole("rank", "Platz in der eigenen Liste", "Place in its own list", NO_UNIT, low=1)
LIST = text("list", "Liste", "List", values=PartnerList)
PERSONS = Words("Personen", "persons")
GINI = Words("Gini-Koeffizient von 0 bis 1", "Gini coefficient from 0 to 1")
PARTS = {
    "goals": Words("Punkte: gemeinsame Ziele", "Points: shared goals"),
    "need": Words("Punkte: gemeinsamer oder dort gelöster Bedarf", "Points: need that is shared, or solved there"),
    "field": Words("Punkte: stark, wo die andere schwach ist", "Points: strong where the other is weak"),
    "pain": Words("Punkte: gelöster Schmerzpunkt", "Points: pain point solved"),
    "size": Words("Punkte: ähnliche Größe", "Points: similar size"),
    "setting": Words("Punkte: ähnliche Lage", "Points: similar setting"),
    "type": Words("Punkte: Typ", "Points: type"),
    "place": Words("Punkte: Nähe", "Points: nearness"),
    "help": Words("Punkte: einander helfen können", "Points: able to help each other"),
    "mutual": Words("Punkte: gegenseitige Empfehlung", "Points: mutual proposal"),
}


def part(name: str) -> Column:
    """What one part adds to the score of a pair or a team."""
    return points(f"part_{name}", *PARTS[name])


def _peers(name: str, title: Words, sheet: Words, *parts: str) -> TableContract:
    return TableContract(
        name,
        title,
        (
            KEY,
            PARTNER,
            RANK,
            points("score", "Punktwert (Summe der Punkte)", "Score (sum of the points)"),
            *map(part, parts),
            text("topic", "Worüber beide sprechen können", "What the two can talk about"),
            text("likeness", "Was beide gemeinsam haben", "What the two have in common", gaps=True),
            text("difference", "Was beide unterscheidet", "What sets the two apart", gaps=True),
            text("closeness", "Wie ähnlich die Rahmenbedingungen sind", "How alike their settings are",
                 values=Closeness, gaps=True),
            flag("mutual", "Gegenseitige Empfehlung", "Mutual proposal"),
            number("distance_km", "Entfernung (Luftlinie)", "Distance (as the crow flies)", KILOMETRES, gaps=True,
                   low=0),
            flag("pinned", "Ausdrücklich gewünscht", "Wished for by name"),
        ),
        key=("key", "partner"), public=True, sheet=sheet,
    )  # fmt: skip


SIMILAR = _peers(
    "similar", Words("Ähnliche Lernpartner", "Similar partners"), Words("Ähnliche Partner", "Similar partners"),
    "goals", "need", "size", "setting", "type", "place", "mutual",
)  # fmt: skip
COMPLEMENTARY = _peers(
    "complementary", Words("Ergänzende Lernpartner", "Complementary partners"),
    Words("Ergänzende Partner", "Complementary partners"),
    "field", "pain", "size", "setting", "place", "type", "mutual",
)  # fmt: skip

HUB = TableContract(
    "hub", Words("Wie oft Kommunen empfohlen werden", "How often municipalities are proposed"),
    (
        LIST,
        text("stage", "Vor oder nach der Verteilung", "Before or after balancing", values=Stage),
        whole("seekers", "Kommunen mit einer Liste", "Municipalities with a list"),
        whole("partners", "Kommunen, die bereitstehen", "Municipalities that are ready"),
        whole("listings", "Empfehlungen", "Proposals"),
        whole("maximum", "Meiste Empfehlungen einer Kommune", "Most proposals of one municipality"),
        whole("never_listed", "Nie empfohlen", "Never proposed"),
        number("gini", "Ungleichheit der Empfehlungen (Gini)", "Inequality of proposals (Gini)", GINI, gaps=True, low=0,
               high=1),
        share("returned", "Anteil gegenseitiger Empfehlungen", "Share of mutual proposals", gaps=True),
        number("mean_rank", "Mittlerer Platz der Empfohlenen", "Mean rank of those proposed", NO_UNIT, gaps=True),
    ),
    key=("list", "stage"), sheet=Words("Empfehlungen je Kommune", "Proposals"),
)  # fmt: skip

TEAM = text("team", "D-Team", "Team")
TEAMS = TableContract(
    "teams", Words("D-Teams", "Teams"),
    (
        TEAM,
        text("pool", "Gemeinden, Kreise oder andere", "Municipalities, districts or others", values=Pool),
        text("topic", "Thema des Teams", "Topic of the team"),
        points("score", "Punktwert (Summe der Punkte)", "Score (sum of the points)"),
        *map(part, ("size", "place", "help")),
        whole("members", "Mitglieder", "Members", COUNT, low=2),
        text("host", "Schlüssel der einladenden Kommune", "Key of the inviting municipality", refers=True),
        whole("population_low", "Einwohnerzahl der kleinsten Kommune", "Smallest population", PERSONS, gaps=True),
        whole("population_high", "Einwohnerzahl der größten Kommune", "Largest population", PERSONS, gaps=True),
        number("distance_km", "Größte Entfernung zweier Mitglieder", "Largest distance of two members", KILOMETRES,
               gaps=True, low=0),
    ),
    key=("team",), public=True, sheet=Words("D-Teams", "Teams"),
)  # fmt: skip
TEAM_MEMBERS = TableContract(
    "team_members", Words("Mitglieder der D-Teams", "Members of the teams"),
    (
        TEAM,
        KEY,
        text("type", "Typ", "Type"),
        flag("host", "Lädt ein", "Invites"),
        text("role", "Hilft beim Thema oder sucht Hilfe", "Helps with the topic or seeks help", values=TeamRole,
             gaps=True),
        number("distance_km", "Entfernung zur einladenden Kommune", "Distance to the host", KILOMETRES, gaps=True,
               low=0),
        text("brings", "Was die Kommune mitbringt", "What the municipality brings"),
    ),
    key=("team", "key"), public=True, sheet=Words("Mitglieder der D-Teams", "Team members"),
)  # fmt: skip
UNCAPPED = TableContract(
    "uncapped",
    Words("Lernpartner, wenn es keine Obergrenze je Kommune gäbe", "Partners if there were no cap per municipality"),
    (LIST, KEY, PARTNER, RANK, points("score", "Punktwert ohne Zuschlag", "Score without bonus")),
    key=("list", "key", "partner"),
)  # fmt: skip
MISSING_PARTNERS = TableContract(
    "missing_partners",
    Words("Kommunen mit leerer oder kurzer Liste, und was fehlt",
          "Municipalities with an empty or short list, and what is missing"),
    (
        LIST,
        KEY,
        whole("found", "Gefundene Partner", "Partners found"),
        text("reason", "Was fehlt", "What is missing"),
    ),
    key=("list", "key"),
)  # fmt: skip
UNMET_WISHES = TableContract(
    "unmet_wishes", Words("Wünsche, die sich nicht erfüllen ließen", "Wishes that could not be met"),
    (
        text("list", "Liste oder Team", "List or team", values=(*PartnerList, "team")),
        text("key", "Schlüssel der Kommune; im Team mit + verbunden", "Key; of a team joined by +"),
        text("partner", "Gewünschte Kommune", "Municipality wished for", gaps=True),
        text("wish", "Art des Wunsches", "Kind of wish"),
        text("reason", "Was dagegen stand", "What spoke against it"),
    ),
)  # fmt: skip
WITHOUT_TEAM = TableContract(
    "without_team", Words("Kommunen ohne D-Team, und warum", "Municipalities without a team, and why"),
    (KEY, text("reason", "Warum", "Why")),
    key=("key",),
)  # fmt: skip
TEAM_BOUNDS = TableContract(
    "team_bounds", Words("Wie viele D-Teams höchstens möglich sind", "How many teams are possible at most"),
    (
        text("pool", "Gemeinden, Kreise oder andere", "Municipalities, districts or others", values=Pool),
        whole("members", "Kommunen, die bereitstehen", "Municipalities that are ready"),
        text("rarest_type", "Seltenster Typ", "Rarest type", gaps=True),
        whole("n_rarest", "Kommunen des seltensten Typs", "Municipalities of the rarest type"),
        whole("teams", "Höchstens mögliche Teams", "Teams possible at most"),
        whole("served", "Höchstens versorgte Kommunen", "Municipalities served at most"),
    ),
    key=("pool",), public=True,
)  # fmt: skip
MATCHING_RECORD = TableContract(
    "matching_record",
    Words("Einstellungen, Zielwert und Schranke der Vermittlung", "Settings, objective and bound of the matching"),
    (text("name", "Angabe", "Item"), text("value", "Wert", "Value", gaps=True)),
    key=("name",),
)  # fmt: skip

PARTNER_TABLES = by_name(
    SIMILAR, COMPLEMENTARY, HUB, TEAMS, TEAM_MEMBERS, UNCAPPED, MISSING_PARTNERS, UNMET_WISHES, WITHOUT_TEAM,
    TEAM_BOUNDS, MATCHING_RECORD,
)  # fmt: skip
