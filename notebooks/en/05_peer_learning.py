# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 5 · Learning from one another
#
# Two lists that are never mixed: **similar** partners start from the same situation; **complementary** partners belong
# to another type, or lean elsewhere, and are strong where one's own municipality is weak. What is worth sharing comes first, then with
# whom. The survey that comes with the program is **synthetic – practice data**.

# %%
import os
from pathlib import Path

import typology

language = "en"
typology.set_language(language)
data, name = Path(os.environ.get("TYPOLOGY_DATA", "../../data")), os.environ.get("TYPOLOGY_SURVEY", "demo")
words = {
    "end": "The notebook ends here: {}",
    "unknown": "Place and size of the municipalities are not known from this survey.",
    "name": "municipality", "topic": "topic", "score": "score", "mutual": "mutual",
    "type": "type", "team": "team", "host": "invites",
    "no_complementary": "It has no complementary partners; the sentence above says why.",
    "no_similar": "It has no similar partners; the sentence above says why.",
    "part_field": "field of action", "part_pain": "pain point", "part_size": "size", "part_setting": "setting",
    "part_place": "place", "part_type": "other type", "part_mutual": "mutual",
    "leaning_type": "highest leaning", "leaning_part_type": "other leanings",
    "nobody": "Nobody is recommended in this study.",
    "similar": "similar", "complementary": "complementary", "vorher": "without limit", "nachher": "with limit",
    "list": "list", "stage": "version", "seekers": "seek", "partners": "are ready",
    "listings": "recommendations", "maximum": "at most", "never_listed": "never recommended", "gini": "Gini",
    "returned": "returned", "mean_rank": "mean rank",
    "no_pairs": "There are no complementary partners among these municipalities.",
    "no_teams": "No D-Teams can be formed in this study.",
}

# %%
import matplotlib.pyplot as plt
import pandas as pd

from typology import figures

pd.options.display.max_colwidth = 160  # sentences are shown whole
try:
    study = typology.read_study(data / "processed" / Path(name).name)
except typology.TypologyError as error:
    raise SystemExit(words["end"].format(error.message)) from None
if study.content.leanings is not None:  # the answers speak for degrees
    words |= {name: words[f"leaning_{name}"] for name in ("type", "part_type")}
tables = study.tables
names = tables.municipalities["name"]

# %% [markdown]
# ## Nearest neighbours by place and size
# Euclidean distance in z-scores: differences of 3 and 4 make a distance of 5.

# %%
features = tables.municipalities.loc[
    tables.municipalities["kind"].isin(["gemeinde", "kreisfrei"]), ["population", "density", "longitude", "latitude"]
]
known = features.dropna()
if len(known) > 3:
    display(typology.nearest_neighbours(known, 3))
else:
    print(words["unknown"])

# %% [markdown]
# ## Both lists of one municipality
# The score is the sum of its parts; every reason is a sentence from the catalogue.

# %%
lists = pd.concat([tables.complementary, tables.similar])
key = lists["key"].iloc[0] if len(lists) else tables.municipalities.index[0]
peers = study.peers(key)
peers

# %%
own = peers.complementary
if own.empty:
    print(words["no_complementary"])
else:
    parts = own.filter(like="part_")
    assert (parts.sum(axis=1) - own["score"]).abs().max() < 1e-6
    display(own[["name", "topic", "score"]].rename(columns=words).round(3))
    display(parts.rename(columns=words).round(3))

# %%
if peers.similar.empty:
    print(words["no_similar"])
else:
    display(peers.similar[["name", "topic", "mutual"]].rename(columns=words))

# %% [markdown]
# ## Is anybody recommended too often, or never?
# Lists without a limit recommend a few stars and forget others. Without and with a limit:

# %%
if lists.empty:
    print(words["nobody"])
else:
    display(tables.hub.replace(words).rename(columns=words).round(2))

# %% [markdown]
# ## Who is recommended to whom
# An excerpt: municipalities of one Land, if the survey knows their Land.

# %% alt="Two columns of municipalities joined by lines: who seeks on the left, who is recommended on the right"
lands = tables.municipalities["land_name"].fillna("")
inside = lands.index[lands == lands.mode()[0]][:14]
pairs = tables.complementary[tables.complementary["key"].isin(inside)]
if pairs.empty:
    print(words["no_pairs"])
else:
    fig, ax = plt.subplots(figsize=(8, 6))
    marks = figures.type_marks(tables.types["type"].iloc[:-1], study.content)
    figures.draw_peers(pairs, tables.assignments["type"], marks, ax)

# %% [markdown]
# ## D-Teams: different views in one team

# %%
members = tables.team_members.head(8)
if members.empty:
    print(words["no_teams"])
else:
    print(study.view(members["key"].iloc[0])["team"]["topic"][language])
    types = [study.content.label("type", key) for key in members["type"]]
    shown = members.assign(name=members["key"].map(names), type=types)
    display(shown[["team", "name", "type", "host"]].rename(columns=words))
