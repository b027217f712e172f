"""Simulated surveys with a known truth: whole raw exports for practice, and goals alone for studies."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from typology.content.catalogue import Content, load_content
from typology.content.file_names import is_device
from typology.content.reading import KEY, read_yaml
from typology.content.vocabulary import MOST_GOALS
from typology.errors import ContentError, EstimationError, StudyError
from typology.files.places import folder_beside
from typology.simulation.agreement import adjusted_rand
from typology.simulation.answers import simulate_answers
from typology.simulation.faults import add_faults
from typology.simulation.model import (
    TARGET_ARI,
    GoalModel,
    Kind,
    build_model,
    related_goals,
)  # fmt: skip
from typology.simulation.practice import (
    ASKED,
    Provenance,
    codebook_text,
    column_names,
    drawn_by_degrees,
    drawn_from_types,
    encode,
    source_text,
    truth_table,
    write_csv,
)  # fmt: skip
from typology.simulation.projects import asked_today
from typology.simulation.worlds import WORLDS, Styles, WorldName
from typology.writing import Said

REALISTIC_ARI = (0.60, 0.75)  # of the true model's own assignment against the truth
MOST_DRAWS = 200
FEWEST, MOST = 30, 20_000  # respondents
LEANING = 2.0  # how strongly a leaning lifts the goals that mark its type, where there are no types
Structure = Literal["types", "degrees"]


@dataclass(frozen=True)
class SimulatedGoals:
    """Goals drawn from known types.

    goals : as ``goals_matrix`` gives them (index ``key``, one categorical column per goal, missing is NA).
    truth : index ``key``, the type each row was drawn from.
    posterior : index ``key``, one column per type: its probability under the generating model.
    kind, limit : the form of the question; ``limit`` is None unless ``kind`` is ``pick``.
    """

    goals: pd.DataFrame
    truth: pd.Series
    posterior: pd.DataFrame
    kind: Kind
    limit: int | None
    model: GoalModel


def simulate_goals(
    n: int,
    *,
    content: Content | None = None,
    types: Mapping[str, Sequence[str]] | None = None,
    goals: Sequence[str] | None = None,
    kind: Kind = "pick",
    limit: int = MOST_GOALS,
    strength: float | None = None,
    target: float = TARGET_ARI,
    missing: float = 0.0,
    shares: Sequence[float] | None = None,
    random_state: int = 0,
) -> SimulatedGoals:
    """Draw the goals of ``n`` respondents from known types.

    Parameters
    ----------
    content : catalogue whose types and goals are used unless ``types`` and ``goals`` are given.
    types, goals : type key → signature goals, and all goal keys.
    kind : ``pick`` (at most ``limit`` goals), ``free`` (any number, totals vary widely), ``yes_no``, ``rating``.
    strength : how much types differ on the log-odds scale; 0 is no structure at all. Without it, the strength
        is sought at which the model's own assignment has the adjusted Rand index ``target``.
    missing : share of single answers (``yes_no``, ``rating``) or of whole rows (``pick``, ``free``) left out.
    shares : share of each type; default slightly unequal.

    Returns
    -------
    SimulatedGoals, rows ``90000001``, ``90000002`` …

    Examples
    --------
    >>> drawn = simulate_goals(5, kind="pick", strength=2.5)
    >>> int((drawn.goals == "ja").sum(axis=1).max())
    3
    """
    if types is None or goals is None:
        content = content or load_content()
        types = types or {item.key: item.signature for item in content.types}
        goals = goals or [goal.key for goal in content.goals]
        related = {key: near for key, near in related_goals(content).items() if key in types}
    else:
        related = {}
    if not 0 <= missing < 1:
        raise EstimationError(Said("simulation.share_missing", missing=missing))
    model = build_model(
        types, goals, kind=kind, limit=limit, strength=strength, target=target, shares=shares, related=related,
        random_state=random_state,
    )  # fmt: skip
    keys = [f"{90_000_001 + number}" for number in range(n)]
    return draw_goals(model, keys, np.random.default_rng([random_state, 41]), missing=missing)


def draw_goals(
    model: GoalModel, keys: Sequence[str], rng: np.random.Generator, *, missing: float = 0.0, exact: bool = False
) -> SimulatedGoals:
    """Draw one row per key from a generating model, and let answers go missing; ``exact`` as in ``GoalModel.draw``."""
    codes, types = model.draw(len(keys), rng, exact=exact)
    if missing:
        whole_rows = model.kind in ("pick", "free")
        gone = rng.random((len(keys), 1) if whole_rows else codes.shape) < missing
        codes = np.where(gone, -1, codes).astype(np.int8)
    index = pd.Index(list(keys), name="key")
    return SimulatedGoals(
        goals=model.frame(codes, keys),
        truth=pd.Series(np.array(model.types, dtype=object)[types], index=index, name="type"),
        posterior=pd.DataFrame(model.posterior(codes), index=index, columns=list(model.types)),
        kind=model.kind,
        limit=model.limit,
        model=model,
    )


def true_assignment(simulated: SimulatedGoals) -> pd.Series:
    """The type to which the generating model itself assigns each row: what no estimate can beat on average."""
    return simulated.posterior.idxmax(axis=1).rename("type")


def oracle_ari(simulated: SimulatedGoals) -> float:
    """Adjusted Rand index of :func:`true_assignment` against the truth, over rows with any answer."""
    answered = simulated.goals.notna().any(axis=1)
    return adjusted_rand(simulated.truth[answered], true_assignment(simulated)[answered])


def simulate_survey(
    folder: Path | str,
    *,
    n: int | None = None,
    random_state: int = 0,
    content: Content | None = None,
    key: str | None = None,
    limit: int = MOST_GOALS,
    world: WorldName = "demo",
    structure: Structure = "types",
) -> Path:
    """Write a whole practice survey: raw export, codebook, fictional register, provenance, and the truth beside it.

    From ``responses.csv`` exactly ``n`` bodies remain by the rules of ``codebook.yaml``. The structure is as strong
    as a realistic one: the true model's own assignment has an adjusted Rand index of 0.60 to 0.75. Same arguments,
    same bytes.

    Parameters
    ----------
    folder : the survey's folder; a folder that holds anything but a simulated survey is refused.
    n : respondents, 30 to 20,000; without it 412 of the demo world, 160 of the nationwide one.
    content : catalogue with the types and goals; one with an own folder is copied beside the answers.
    key : the survey's key, default the folder's name.
    limit : most goals that may be chosen.
    world : ``demo`` has neighbouring Länder, clear types and complete answers. ``nationwide`` has sixteen Länder in
        the proportions of the real ones, types of 55, 25, 15 and 5 %, gaps, refusals, and a third with closed answers.
    structure : ``types``, or ``degrees``: continuous leanings without any types make the answers.

    Returns
    -------
    The folder.

    Raises
    ------
    StudyError : the folder holds something else. EstimationError : these types cannot be told apart well enough, or
        ``key`` is none.

    Examples
    --------
    >>> import tempfile
    >>> written = typology.simulate_survey(f"{tempfile.mkdtemp()}/uebung", n=30)
    >>> sorted(path.name for path in written.iterdir())
    ['SOURCE.md', 'codebook.yaml', 'register.csv', 'responses.csv', 'truth']
    """
    folder = Path(folder)
    _check_target(folder)
    about = WORLDS[world]
    n = about.n if n is None else n
    if not FEWEST <= n <= MOST:
        raise EstimationError(Said("simulation.size_of_survey", least=FEWEST, most=MOST, n=n))
    key = key or folder.name
    if not re.fullmatch(KEY, key) or is_device(key):
        raise EstimationError(Said("simulation.no_key", name=key))
    content = content or load_content()
    rng = np.random.default_rng([random_state, 53])
    register = about.register(n, content, random_state)
    bodies = about.respondents(register, n, rng)
    keys = bodies.index.tolist()
    shares = about.shares_of(len(content.types))
    if structure == "degrees":
        drawn, truth = _draw_degrees(content, keys, limit, random_state)
        made = drawn_by_degrees(LEANING)
    else:
        known = _draw_realistic(content, keys, limit, random_state, shares)
        drawn, truth = known.goals, known.truth
        made = drawn_from_types(known.model.strength, oracle_ari(known), shares)
    answers = simulate_answers(truth, bodies, content, random_state=random_state)
    goals, usable, counts = _response_styles(drawn, limit, about.styles, rng)
    if about.left is not None:
        answers = about.left(answers, goals, rng)
    answers = asked_today(answers, bodies, content, random_state=random_state)
    names = column_names(list(goals.columns), content)
    clean = encode(pd.concat([goals.add_prefix("goal."), answers], axis=1), names)
    others = register.drop(index=bodies.index)
    raw = add_faults(clean, bodies, others[~others["kind"].isin(["verband", "gemeindefrei"])], rng)
    if structure == "degrees":
        said = Provenance(about.keys, about.country, "wohin und wie stark jede Kommune neigt", made)
        table = truth.round(4).reset_index()
    else:
        said = Provenance(about.keys, about.country, goals=made)
        table = truth_table(truth, true_assignment(known)[usable])
    asked = (*ASKED, *(kind for kind in ("verband",) if kind in set(bodies["kind"])))
    codebook = codebook_text(
        key, list(goals.columns), limit, content, title=about.title, codes=about.codes, kinds=asked
    )  # fmt: skip
    files = {
        "responses.csv": write_csv(raw.rows),
        "codebook.yaml": codebook.encode("utf-8"),
        "register.csv": register.to_csv(lineterminator="\n").encode("utf-8"),
        "SOURCE.md": source_text(key, raw.counts | counts, random_state, said).encode("utf-8"),
        "truth/truth.csv": table.to_csv(index=False, lineterminator="\n").encode("utf-8"),
    }
    if content.folder is not None:
        for path in sorted(content.folder.rglob("*.yaml")):
            files[f"content/{path.relative_to(content.folder).as_posix()}"] = path.read_bytes()
    _write_all(folder, files)
    return folder


def _draw_realistic(
    content: Content, keys: list[str], limit: int, random_state: int, shares: Sequence[float] | None
) -> SimulatedGoals:
    """Draw goals until the realised structure lies in the realistic range, which most draws do at once."""
    model = _model_of(content, limit, random_state, shares=shares)
    for attempt in range(MOST_DRAWS):
        rng = np.random.default_rng([random_state, 67, attempt])
        drawn = draw_goals(model, keys, rng, exact=shares is not None)
        if REALISTIC_ARI[0] <= oracle_ari(drawn) <= REALISTIC_ARI[1]:
            return drawn
    raise EstimationError(Said("simulation.separation_not_drawn", n=MOST_DRAWS))


def _draw_degrees(
    content: Content, keys: list[str], limit: int, random_state: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Goals drawn without types, and how much each body leans to each type (index ``key``, one column per type)."""
    model = _model_of(content, limit, random_state, strength=LEANING)
    codes, leanings = model.draw_degrees(len(keys), np.random.default_rng([random_state, 67]))
    index = pd.Index(keys, name="key")
    return model.frame(codes, keys), pd.DataFrame(leanings, index=index, columns=list(model.types))


def _model_of(content: Content, limit: int, random_state: int, **how: Any) -> GoalModel:
    return build_model(
        {item.key: item.signature for item in content.types}, [goal.key for goal in content.goals],
        kind="pick", limit=limit, related=related_goals(content), random_state=random_state, **how,
    )  # fmt: skip


def _response_styles(
    drawn: pd.DataFrame, limit: int, styles: Styles, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.Index, dict[str, int]]:
    """Some tick everything, some more than allowed, some nothing; the keys of the others stay usable."""
    goals = drawn.astype(object)
    n = len(goals)
    sizes = [max(1, round(share * n)) for share in (styles.everything, styles.over_limit, styles.nothing)]
    rows = rng.permutation(n)[: sum(sizes)]
    everything, over, nothing = np.split(rows, np.cumsum(sizes)[:-1])
    goals.iloc[everything] = "ja"
    for row in over:
        wanted = min(limit + 1 + int(rng.integers(2)), goals.shape[1] - 2)
        unticked = rng.permutation(np.flatnonzero(goals.iloc[row] == "nein"))
        goals.iloc[row, unticked[: wanted - int((goals.iloc[row] == "ja").sum())]] = "ja"
    goals.iloc[nothing] = "nein"
    counts = dict(zip(("ticks_everything", "over_limit", "unanswered"), sizes, strict=True))
    return goals, goals.index.delete(rows), counts


def _check_target(folder: Path) -> None:
    """Only an empty place or a simulated survey may be written over."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    try:
        written = read_yaml(folder / "codebook.yaml")
        synthetic = isinstance(written, dict) and str(written.get("survey", {}).get("synthetic", "")).lower() == "true"
    except ContentError:
        synthetic = False
    if not synthetic:
        raise StudyError(Said("simulation.folder_of_another", folder=str(folder)))


def _write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the folder beside its place and swap it in, so that a crash leaves the old one whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = folder_beside(folder, "building")
    try:
        for name, data in files.items():
            path = staging / "new" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if folder.exists():
            os.replace(folder, staging / "old")
        os.replace(staging / "new", folder)
    finally:
        shutil.rmtree(staging)
