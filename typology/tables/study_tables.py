"""All tables of one study in one frozen bundle; what each holds is declared in :mod:`typology.tables.schema`."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

import pandas as pd


def _not_made() -> pd.DataFrame:
    return pd.DataFrame()


@dataclass(frozen=True, eq=False)
class StudyTables:
    """All tables of one study; one without columns was not made.

    Wide tables have the municipality's ``key`` as index, long ones none.

    Examples
    --------
    >>> import pandas as pd
    >>> tables = StudyTables().having(weights=pd.DataFrame({"weight": [1.0]}, index=pd.Index(["91001000"], name="key")))
    >>> [name for name in StudyTables.names() if tables.is_made(name)]
    ['weights']
    """

    municipalities: pd.DataFrame = field(default_factory=_not_made)
    consent: pd.DataFrame = field(default_factory=_not_made)
    goals: pd.DataFrame = field(default_factory=_not_made)
    stand: pd.DataFrame = field(default_factory=_not_made)
    wichtig: pd.DataFrame = field(default_factory=_not_made)
    pain_points: pd.DataFrame = field(default_factory=_not_made)
    projects: pd.DataFrame = field(default_factory=_not_made)
    capacity: pd.DataFrame = field(default_factory=_not_made)
    structure: pd.DataFrame = field(default_factory=_not_made)
    competences: pd.DataFrame = field(default_factory=_not_made)
    flags: pd.DataFrame = field(default_factory=_not_made)
    assignments: pd.DataFrame = field(default_factory=_not_made)
    leanings: pd.DataFrame = field(default_factory=_not_made)
    leaning_goals: pd.DataFrame = field(default_factory=_not_made)
    types: pd.DataFrame = field(default_factory=_not_made)
    type_sizes: pd.DataFrame = field(default_factory=_not_made)
    type_profiles: pd.DataFrame = field(default_factory=_not_made)
    instruments: pd.DataFrame = field(default_factory=_not_made)
    municipality_profiles: pd.DataFrame = field(default_factory=_not_made)
    classes: pd.DataFrame = field(default_factory=_not_made)
    naming: pd.DataFrame = field(default_factory=_not_made)
    selection: pd.DataFrame = field(default_factory=_not_made)
    degrees: pd.DataFrame = field(default_factory=_not_made)
    residuals: pd.DataFrame = field(default_factory=_not_made)
    methods: pd.DataFrame = field(default_factory=_not_made)
    stability_types: pd.DataFrame = field(default_factory=_not_made)
    stability_municipalities: pd.DataFrame = field(default_factory=_not_made)
    calibration: pd.DataFrame = field(default_factory=_not_made)
    short_form: pd.DataFrame = field(default_factory=_not_made)
    weights: pd.DataFrame = field(default_factory=_not_made)
    weight_margins: pd.DataFrame = field(default_factory=_not_made)
    weighted: pd.DataFrame = field(default_factory=_not_made)
    quality: pd.DataFrame = field(default_factory=_not_made)
    similar: pd.DataFrame = field(default_factory=_not_made)
    complementary: pd.DataFrame = field(default_factory=_not_made)
    hub: pd.DataFrame = field(default_factory=_not_made)
    teams: pd.DataFrame = field(default_factory=_not_made)
    team_members: pd.DataFrame = field(default_factory=_not_made)
    uncapped: pd.DataFrame = field(default_factory=_not_made)
    missing_partners: pd.DataFrame = field(default_factory=_not_made)
    unmet_wishes: pd.DataFrame = field(default_factory=_not_made)
    without_team: pd.DataFrame = field(default_factory=_not_made)
    team_bounds: pd.DataFrame = field(default_factory=_not_made)
    matching_record: pd.DataFrame = field(default_factory=_not_made)
    pain_shares: pd.DataFrame = field(default_factory=_not_made)
    cooperation: pd.DataFrame = field(default_factory=_not_made)
    cooperation_members: pd.DataFrame = field(default_factory=_not_made)
    competence_gaps: pd.DataFrame = field(default_factory=_not_made)
    trainings: pd.DataFrame = field(default_factory=_not_made)
    courses: pd.DataFrame = field(default_factory=_not_made)
    agenda: pd.DataFrame = field(default_factory=_not_made)
    waves: pd.DataFrame = field(default_factory=_not_made)
    wave_types: pd.DataFrame = field(default_factory=_not_made)
    wave_movement: pd.DataFrame = field(default_factory=_not_made)
    wave_shares: pd.DataFrame = field(default_factory=_not_made)
    wave_flows: pd.DataFrame = field(default_factory=_not_made)
    wave_moves: pd.DataFrame = field(default_factory=_not_made)
    wave_changes: pd.DataFrame = field(default_factory=_not_made)
    wave_territory: pd.DataFrame = field(default_factory=_not_made)
    findings: pd.DataFrame = field(default_factory=_not_made)
    counts: pd.DataFrame = field(default_factory=_not_made)
    gate: pd.DataFrame = field(default_factory=_not_made)

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The table names in the order of the study."""
        return tuple(item.name for item in fields(cls))

    def get(self, name: str) -> pd.DataFrame:
        """One table by name."""
        table: pd.DataFrame = getattr(self, name)
        return table

    def is_made(self, name: str) -> bool:
        """Whether the study has this table; it may still be without rows."""
        return not self.get(name).columns.empty

    def having(self, **tables: pd.DataFrame) -> StudyTables:
        """A copy with some tables replaced."""
        return replace(self, **tables)
