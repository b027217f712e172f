"""The blocks that describe the types: fields, pain points, structure, competences, consent.

Answers depend weakly on the true type (through the fields and structures that its signature goals draw on)
and on size. Shares that reports on the study give are met exactly before answers go missing; everything
else is invented. No type key is named here: another catalogue needs no other code.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from typology.content.catalogue import Content

JOB_FAMILIES = ("kita", "gruenpflege", "sozialarbeit", "ingenieurwesen", "feuerwehr", "stadtpolizei", "reinigung",
                "baeder", "handwerk", "verwaltung")  # fmt: skip
COMPETENCE_AREAS = ("informationskompetenz", "kommunikation", "inhalte", "sicherheit", "problemloesen")
COMPONENTS = ("chatbot", "servicekonto", "eid", "portal", "formulare", "epayment", "eakte", "postfach", "terminbuchung")
OPERATORS = ("eigen", "it_dienstleister", "land", "keine")
STRATEGY = ("vorhanden", "in_arbeit", "keine")
PAIN_STATES = ("aktuell", "geloest", "nie")

# Published for all respondents (DE.DIGITAL and KGSt on the survey of 2019).
STRATEGY_SHARES = (0.14, 0.45)
FOCUS_SHARES = {"strategie_verwaltung": 0.95, "strategie_infrastruktur": 0.70}
FIM_SHARES = (0.29, 0.70)  # known to all; helpful among those
FIBRE_SHARE = 0.76
# Number of components in use, 0 to 9; half use at most two, the rest is not published.
COMPONENT_COUNTS = (0.13, 0.18, 0.19, 0.14, 0.11, 0.09, 0.07, 0.05, 0.03, 0.01)
COMPONENT_ODDS = (-2.2, 0.6, 0.1, 0.7, 1.0, 0.2, -0.3, -0.2, 0.3)
OPERATOR_SHARES = (0.3, 0.5, 0.2)

# What a signature goal draws on beside the fields that goals.yaml names, and the structures that go with it.
EXTRA_FIELDS: dict[str, tuple[str, ...]] = {
    "buergernaehe": ("kompetenzen",), "attraktivitaet": ("kompetenzen", "buergerservices"),
    "rechtliche_vorgaben": ("informationssicherheit",),
}  # fmt: skip
GOAL_STRUCTURES: dict[str, dict[str, float]] = {
    "rechtliche_vorgaben": {"it_abteilung": 0.4, "externe_beratung": 0.3, "cdo": -0.4},
    "foerdermittel": {"externe_beratung": 0.4},
    "effizienz": {"it_abteilung": 0.4, "strategie": 0.2},
    "effektivitaet": {"it_abteilung": 0.2, "komponenten": 0.4},
    "attraktivitaet": {"cdo": 0.4, "strategie": 0.3},
    "buergernaehe": {"cdo": 0.2, "komponenten": 0.2},
    "daseinsvorsorge": {"glasfaser": 0.4, "beteiligung": 0.3},
    "oertliche_gemeinschaft": {"beteiligung": 0.6, "externe_beratung": -0.4},
}  # fmt: skip
# Share of yes, and how it grows with size.
YES_NO = {
    "cdo": (0.22, 0.35), "it_abteilung": (0.62, 0.9), "beteiligung": (0.34, 0.15), "externe_beratung": (0.4, -0.1),
    "glasfaser": (FIBRE_SHARE, -0.1),
}  # fmt: skip

FIELD_EFFECT, SIZE_EFFECT, BODY_SPREAD = 0.75, 0.22, 0.45
MISSING = {"stand": 0.02, "wichtig": 0.03, "structure": 0.015, "pain_point": 0.02, "competence": 0.02}
COMPETENCE_SHARE = 0.35
CONSENT = {"listed": 0.55, "answers": 0.75, "partner": 0.8, "contact": 0.45}  # the last three among the listed
PARTNER_ONLY = 0.02


def field_affinity(content: Content) -> pd.DataFrame:
    """How much each type cares for each field, types × fields, centred on 0 over the types.

    It is the share of the type's signature goals that draw on the field (goals.yaml, and ``EXTRA_FIELDS``).
    """
    draws_on = {goal.key: {*goal.fields, *EXTRA_FIELDS.get(goal.key, ())} for goal in content.goals}
    rows = {
        item.key: [np.mean([field.key in draws_on[goal] for goal in item.signature]) for field in content.fields]
        for item in content.types
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=[field.key for field in content.fields])
    return table - table.mean()


def structure_affinity(content: Content) -> pd.DataFrame:
    """Types × structure items: the sum over the type's signature goals, centred on 0 over the types."""
    items = sorted({item for effects in GOAL_STRUCTURES.values() for item in effects})
    rows = {
        item.key: [sum(GOAL_STRUCTURES.get(goal, {}).get(name, 0.0) for goal in item.signature) for name in items]
        for item in content.types
    }
    result = pd.DataFrame.from_dict(rows, orient="index", columns=items)
    return result - result.mean()


def simulate_answers(
    truth: pd.Series | pd.DataFrame, bodies: pd.DataFrame, content: Content, *, random_state: int = 0
) -> pd.DataFrame:
    """Answers to all blocks but the goals, one row per body.

    Parameters
    ----------
    truth : index ``key``, the true type; or how much each leans to each type, one column per type.
    bodies : the register's rows in the same order.

    Returns
    -------
    DataFrame of text, columns ``<role>.<item>`` (``stand.daten``, ``competence_soll.kita.inhalte`` …); "" is missing.
    """
    rng = np.random.default_rng([random_state, 31])
    kreis = (bodies["kind"] == "kreis").to_numpy()
    log_size = np.log(bodies["population"].to_numpy(float))
    size = np.where(kreis, 0.6, (log_size - log_size[~kreis].mean()) / log_size[~kreis].std())
    habit = rng.normal(0, BODY_SPREAD, len(truth))
    blocks = [
        _fields(truth, size, habit, content, rng),
        _pain_points(size, kreis, content, rng),
        _structure(truth, bodies, size, habit, content, rng),
        _competences(len(truth), size, rng),
        _consent(truth.index, rng),
    ]
    return pd.concat([block.set_index(truth.index) for block in blocks], axis=1)


def _of_each(table: pd.DataFrame, truth: pd.Series | pd.DataFrame) -> pd.DataFrame:
    """The row of each body's type, or of a body that leans to several the sum of their rows times its leanings."""
    return truth @ table if isinstance(truth, pd.DataFrame) else table.loc[truth]


def _fields(
    truth: pd.Series | pd.DataFrame, size: np.ndarray, habit: np.ndarray, content: Content, rng: np.random.Generator
) -> pd.DataFrame:
    """``stand`` and ``wichtig`` on 1 to 5; some answer "don't know" (kA), some not at all."""
    affinity = _of_each(field_affinity(content), truth).to_numpy()
    shape = affinity.shape
    level = rng.normal(0, 0.25, shape[1])
    stand = 2.75 + level + FIELD_EFFECT * affinity + SIZE_EFFECT * size[:, None] + habit[:, None]
    important = 3.6 + rng.normal(0, 0.2, shape[1]) + 0.9 * affinity + 0.5 * habit[:, None]
    columns: dict[str, np.ndarray] = {}
    for role, mean in (("stand", stand), ("wichtig", important)):
        value = np.clip(np.rint(mean + rng.normal(0, 0.85, shape)), 1, 5).astype(int)
        text = _with_gaps(value.astype(str), MISSING[role], rng)
        text[rng.random(shape) < 0.01] = "kA"
        columns |= {f"{role}.{field.key}": text[:, number] for number, field in enumerate(content.fields)}
    return pd.DataFrame(columns)


def _pain_points(size: np.ndarray, kreis: np.ndarray, content: Content, rng: np.random.Generator) -> pd.DataFrame:
    """Mostly small municipalities feel them now; larger ones never did, or are past them."""
    columns: dict[str, np.ndarray] = {}
    asked = content.asked_pain_points
    replaced = [point for point in content.pain_points if point not in asked]
    parts = {key for point in replaced for key in point.replaced_by}  # see simulation.projects
    for point in content.pain_points:
        if point.key in parts:
            continue
        now = 1 / (1 + np.exp(-(0.1 + rng.normal(0, 0.3) - 1.1 * size - 0.6 * kreis)))
        past = (1 - now) * 0.45
        draw = rng.random(len(size))
        state = np.where(draw < now, PAIN_STATES[0], np.where(draw < now + past, PAIN_STATES[1], PAIN_STATES[2]))
        columns[f"pain_point.{point.key}"] = _with_gaps(state, MISSING["pain_point"], rng)
    return pd.DataFrame(columns)


def _structure(
    truth: pd.Series | pd.DataFrame, bodies: pd.DataFrame, size: np.ndarray, habit: np.ndarray, content: Content,
    rng: np.random.Generator,
) -> pd.DataFrame:  # fmt: skip
    n = len(truth)
    affinity = _of_each(structure_affinity(content), truth).reset_index(drop=True)

    def noise() -> np.ndarray:
        return rng.logistic(0, 1, n)

    gaps = MISSING["structure"]
    tendency = affinity["strategie"].to_numpy() + 0.6 * size + habit + noise()
    strategy = np.array(STRATEGY)[_split(tendency, (*STRATEGY_SHARES, 1 - sum(STRATEGY_SHARES)))]
    answered = rng.random(n) >= gaps
    columns = {"structure.strategie": np.where(answered, strategy, "")}
    for item, share in FOCUS_SHARES.items():
        focus = np.full(n, "", dtype=object)
        for state in STRATEGY[:2]:
            asked = np.flatnonzero(answered & (strategy == state))
            focus[asked] = np.array(["ja", "nein"])[_split(rng.random(len(asked)), (share, 1 - share))]
        columns[f"structure.{item}"] = focus
    fim = np.array(["ja", "nein"])[_split(0.4 * size + habit + noise(), (FIM_SHARES[0], 1 - FIM_SHARES[0]))]
    fim = _with_gaps(fim, gaps, rng)
    helpful = np.full(n, "", dtype=object)
    known = np.flatnonzero(fim == "ja")
    helpful[known] = np.array(["ja", "nein"])[_split(rng.random(len(known)), (FIM_SHARES[1], 1 - FIM_SHARES[1]))]
    columns |= {"structure.fim_bekannt": fim, "structure.fim_hilfreich": helpful}
    tendency = affinity["komponenten"].to_numpy() + 0.7 * size + habit + noise()
    count = len(COMPONENT_COUNTS) - 1 - _split(tendency, COMPONENT_COUNTS[::-1])
    wish = np.array(COMPONENT_ODDS) + rng.gumbel(size=(n, len(COMPONENTS)))
    used = np.argsort(np.argsort(-wish, axis=1), axis=1) < count[:, None]
    operator = np.array(OPERATORS)[rng.choice(3, size=used.shape, p=OPERATOR_SHARES)]
    operator = _with_gaps(np.where(used, operator, OPERATORS[3]), gaps / 3, rng)
    columns |= {f"structure.{item}": operator[:, number] for number, item in enumerate(COMPONENTS)}
    for item, (share, growth) in YES_NO.items():
        tendency = affinity[item].to_numpy() + growth * size + noise()
        answer = np.array(["ja", "nein"])[_split(tendency, (share, 1 - share))]
        columns[f"structure.{item}"] = _with_gaps(answer, gaps, rng)
    per_head = np.where(bodies["kind"] == "kreis", 0.0045, 0.0095)
    staff = bodies["population"].to_numpy(float) * per_head * np.exp(rng.normal(0, 0.25, n))
    columns["structure.beschaeftigte"] = _with_gaps(np.maximum(1, staff.astype(int)).astype(str), 0.04, rng)
    return pd.DataFrame(columns)


def _competences(n: int, size: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Needed and available level (1 to 8) for some job families of some bodies; larger ones report more."""
    takes_part = rng.random(n) < np.clip(COMPETENCE_SHARE + 0.08 * size, 0.05, 0.8)
    chosen = rng.random((n, len(JOB_FAMILIES))) < 0.3
    chosen[np.arange(n), rng.integers(len(JOB_FAMILIES), size=n)] = True
    shape = (n, len(JOB_FAMILIES), len(COMPETENCE_AREAS))
    need = 3.9 + rng.normal(0, 0.8, shape[1:]) + rng.normal(0, 0.4, (n, 1, 1)) + rng.normal(0, 0.6, shape)
    need = np.clip(np.rint(need), 1, 8)
    gap = rng.choice([-1, 0, 1, 2, 3], size=shape, p=[0.06, 0.24, 0.36, 0.24, 0.10])
    have = np.clip(need - gap, 1, 8)
    asked = (takes_part[:, None] & chosen)[..., None] & np.ones(shape, bool)
    columns: dict[str, np.ndarray] = {}
    for role, level in (("competence_soll", need), ("competence_ist", have)):
        text = _with_gaps(np.where(asked, level.astype(int).astype(str), ""), MISSING["competence"], rng)
        for row, family in enumerate(JOB_FAMILIES):
            columns |= {f"{role}.{family}.{area}": text[:, row, column] for column, area in enumerate(COMPETENCE_AREAS)}
    return pd.DataFrame(columns)


def _consent(keys: pd.Index, rng: np.random.Generator) -> pd.DataFrame:
    """Four consents, most purposes only among the listed."""
    n = len(keys)
    listed = rng.permutation(n) < round(CONSENT["listed"] * n)
    given = {"listed": listed} | {
        purpose: listed & (rng.random(n) < CONSENT[purpose]) for purpose in ("answers", "partner", "contact")
    }
    return consent_columns(keys, given, rng)


def consent_columns(keys: pd.Index, given: dict[str, np.ndarray], rng: np.random.Generator) -> pd.DataFrame:
    """The consents by purpose; a few wish to be partners without being listed, a few leave a mailbox unasked."""
    n, listed = len(keys), given["listed"]
    given = given | {"contact": given["contact"] & given["partner"]}
    given["partner"] = given["partner"] | ~listed & (rng.random(n) < PARTNER_ONLY)
    columns = {f"consent.{purpose}": np.where(value, "ja", "") for purpose, value in given.items()}
    writes = given["contact"] | (rng.random(n) < 0.02)
    columns["mailbox.mailbox"] = np.where(writes, [f"digital@{key}.example" for key in keys], "")
    return pd.DataFrame(columns)


def _split(tendency: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """Number of the part each body falls into: the highest tendencies make the first share, and so on."""
    borders = np.rint(np.cumsum(shares) * len(tendency)).astype(int)
    rank = np.empty(len(tendency), dtype=int)
    rank[np.argsort(-tendency, kind="stable")] = np.arange(len(tendency))
    return np.minimum(np.searchsorted(borders, rank, side="right"), len(shares) - 1)


def _with_gaps(text: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """The same answers with some left out."""
    result = text.astype(object)
    result[rng.random(text.shape) < share] = ""
    return result
