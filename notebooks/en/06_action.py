# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 6 · From type to action
#
# What follows from the answers? Pain points and who can tackle them together, gaps in digital competence and the
# training that fits, and for every municipality a draft of its digital agenda. Each step names the answer that prompts
# it, and its source. The survey that comes with the program is **synthetic – practice data**.

# %%
import os
from pathlib import Path

import typology

language = "en"
typology.set_language(language)
data, name = Path(os.environ.get("TYPOLOGY_DATA", "../../data")), os.environ.get("TYPOLOGY_SURVEY", "demo")
words = {
    "end": "The notebook ends here: {}",
    "item": "pain point", "group": "size class", "n": "municipalities", "estimate": "share",
    "low": "from", "high": "to",
    "no_pains": "This survey does not ask about pain points, so the hand-out and the cooperation groups stay empty.",
    "way_out": "{} → {}: {} groups with small municipalities",
    "no_groups": "There are no cooperation groups in this study.",
    "topic": "pain point", "place": "group", "score": "score", "mean_km": "mean distance (km)",
    "to_best": "distance to the best",
    "part_joined": "members", "part_near": "nearness", "part_size": "size", "part_host": "host",
    "name": "municipality", "host": "invites", "distance_km": "distance (km)", "reason": "reason",
    "nobody_waits": "Nobody is waiting for a group.",
    "no_levels": "Nobody in this study stated needed and available levels of digital competence.",
    "family": "job family", "area": "area", "missed": "hard to reach",
    "soll": "needed", "ist": "available", "gap": "gap", "share_large": "share of large gaps",
    "levels_said": "{} statements, {} gaps, {} of the gaps without an offer that fits",
    "no_courses": "No joint courses come about in this study.",
    "title": "course", "municipalities": "municipalities", "seats": "seats", "levels": "levels closed",
    "no_steps": "The answers of this survey lead to no steps of an agenda.",
    "step": "first step", "trigger": "prompted by", "source": "source",
}

# %%
import pandas as pd

pd.options.display.max_colwidth = 160  # sentences are shown whole
try:
    study = typology.read_study(data / "processed" / Path(name).name)
except typology.TypologyError as error:
    raise SystemExit(words["end"].format(error.message)) from None
tables = study.tables
names = tables.municipalities["name"]

# %% [markdown]
# ## Pain points of small municipalities
# Shares by size class with an interval (model uncertainty; nothing is projected to others).

# %%
asked = not tables.pain_shares.empty
if asked:
    small = tables.pain_shares.query("group in ['GK5', 'GK6', 'GK7'] and level == 'aktuell'")
    small = small.assign(item=[study.content.label("pain_point", item) for item in small["item"]])
    display(small[["item", "group", "n", "estimate", "low", "high"]].rename(columns=words).round(2))
else:
    print(words["no_pains"])

# %% [markdown]
# The same numbers as a hand-out for a workshop, with the way out that the source names:

# %%
for point in study.workshop()["pain_points"] if asked else ():
    print(words["way_out"].format(point["label"][language], point["way_out"]["label"][language], len(point["groups"])))

# %% [markdown]
# ## Cooperation groups
# Municipalities near one another with the same current pain point, three to eight in a group, all topics in one
# optimisation. The last column is the distance to the best possible grouping: 0 means that there is none better.

# %%
groups, members = tables.cooperation, tables.cooperation_members
pains = {pain.key: pain.label.of(language) for pain in study.content.pain_points}
if groups.empty:
    print(words["no_groups"])
else:
    parts = groups.filter(like="part_")
    assert (parts.sum(axis=1) - groups["score"]).abs().max() < 1e-5
    shown = groups.assign(topic=groups["topic"].map(pains), place=groups["group"].str.rpartition("-")[2])
    columns = ["topic", "place", "n", "score", *parts.columns, "mean_km", "gap"]
    display(shown[columns].head(8).rename(columns={**words, "gap": words["to_best"]}).round(3))
    seated = members[members["group"] != ""].tail(8)
    seated = seated.assign(
        topic=seated["topic"].map(pains), place=seated["group"].str.rpartition("-")[2], name=seated["key"].map(names)
    )
    display(seated[["topic", "place", "name", "host", "distance_km"]].rename(columns=words))

# %% [markdown]
# Who is not in a group yet, and why:

# %%
left = members[members["group"] == ""] if len(members) else members
if left.empty:
    print(words["nobody_waits"])
else:
    waiting = left.groupby(["topic", "reason"]).size().rename("n").reset_index()
    reasons = [study.content.say(f"action_left_{reason}") for reason in waiting["reason"]]
    display(waiting.assign(topic=waiting["topic"].map(pains), reason=reasons).rename(columns=words))

# %% [markdown]
# ## Digital competence: needed and available
# The largest mean gaps. “Hard to reach”: usual online courses rarely reach this job family.

# %%
gaps = study.gaps()
if gaps.empty:
    print(words["no_levels"])
else:
    display(gaps.rename(columns=words).head(10).round(2))

# %% [markdown]
# ## Training and joint courses
# The catalogue is an invented example. A course takes place if municipalities near one another fill it together.

# %%
if len(gaps):
    levels, offers = tables.competence_gaps["gap"], tables.trainings["offer"]
    print(words["levels_said"].format(len(levels), (levels > 0).sum(), (offers == "").sum()))
courses = study.courses()
if courses.empty:
    print(words["no_courses"])
else:
    shown = courses[["title", "municipalities", "seats", "levels", "mean_km", "gap"]].head(8)
    display(shown.rename(columns={**words, "gap": words["to_best"]}))

# %% [markdown]
# ## Digital agenda
# Up to three different first steps, each with one municipality:

# %%
if tables.agenda.empty:
    raise SystemExit(words["end"].format(words["no_steps"]))
first = tables.agenda[tables.agenda["rank"] == 1].drop_duplicates("step").head(3)
steps = [study.view(key)["agenda"][0] for key in first["key"]]
said = [{part: step[part][language] for part in ("title", "trigger", "source")} for step in steps]
pd.DataFrame(said, index=first["key"].map(names)).rename(columns={**words, "title": words["step"]}).rename_axis(None)

# %% [markdown]
# And a whole agenda as text to edit:

# %%
smallest = tables.municipalities.index[tables.municipalities["size_class"] == "GK7"]
print(study.agenda(smallest[1] if len(smallest) > 1 else tables.agenda["key"].iloc[0]))
