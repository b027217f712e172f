# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 4 · The profile sheet of a municipality
#
# A profile sheet shows which type a municipality is close to, how certain that is, and where it stands beside its own
# type and beside all. Every number comes from the tables of the computed study. The survey that comes with the program
# is **synthetic – practice data**.

# %%
import os
from pathlib import Path

import typology

language = "en"
typology.set_language(language)
data, name = Path(os.environ.get("TYPOLOGY_DATA", "../../data")), os.environ.get("TYPOLOGY_SURVEY", "demo")
words = {
    "end": "The notebook ends here: {}",
    "no_type": "no type",
    "klar": "clearly assigned", "mischtyp": "between two types", "nicht_zuzuordnen": "not assignable",
    "strengths": "strong: {}", "weaknesses": "weak: {}", "priorities": "important: {}", "none": "nothing",
    "only_goals": "This survey does not ask about the level of the fields of action; here are the goals.",
    "own": "own answer", "type_value": "own type", "all_value": "all",
    "n_type": "answers in the type", "n_all": "answers in all", "standing": "standing",
    "leaning": "leaning", "place": "place", "error": "standard error",
    "leaning_type_value": "nearest leaning", "leaning_n_type": "answers at the nearest leaning",
    "ja": "yes", "nein": "no", "stark": "strong", "schwach": "weak",
}

# %%
import tempfile

try:
    study = typology.read_study(data / "processed" / Path(name).name)
except typology.TypologyError as error:
    raise SystemExit(words["end"].format(error.message)) from None
study

# %% [markdown]
# ## Choosing a municipality
# One of the smallest if sizes are known, otherwise the first.

# %%
bodies = study.tables.municipalities
smallest = bodies.index[bodies["size_class"] == "GK7"]
key = smallest[0] if len(smallest) else bodies.index[0]
profile = study.profile(key)
if study.content.leanings is not None:  # the answers speak for degrees
    words |= {name: words[f"leaning_{name}"] for name in ("type_value", "n_type")}
    print(study.view(key)["status"]["sentence"][language])
    print(study.info.degrees[language])
    places = study.tables.leanings.query("key == @key").set_index("leaning")[["place", "error"]]
    names = {name: study.content.label("type", name, short=True) for name in places.index}
    display(places.rename(index=names, columns=words).rename_axis(index=words["leaning"]).round(2))
else:
    kind = study.content.label("type", profile.type) if profile.type else words["no_type"]
    print(study.view(key)["name_long"], "·", kind, "·", words[profile.status])
for heading, fields in (("strengths", profile.strong), ("weaknesses", profile.weak), ("priorities", profile.important)):
    print(words[heading].format(", ".join(study.content.label("field", field) for field in fields) or words["none"]))

# %% [markdown]
# ## Its answers beside those of its type and of all

# %%
answers, kind = profile.answers.query("measure == 'stand'"), "field"
if answers.empty:
    print(words["only_goals"])
    answers, kind = profile.answers.query("measure == 'goal'"), "goal"
table = answers.set_axis([study.content.label(kind, item) for item in answers["item"]])
columns = ["own", "type_value", "all_value", "n_type", "n_all", "standing"]
table[columns].replace(words).rename(columns=words).round(2)

# %% [markdown]
# ## The printed profile sheet
# The same data as a PDF, accessible to PDF/UA-1.

# %% alt="First page of the profile sheet of the chosen municipality"
study.sheet(key, Path(tempfile.mkdtemp()) / "steckbrief.pdf")
