# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 4 · Der Steckbrief einer Kommune
#
# Ein Steckbrief zeigt, welchem Typ eine Kommune nahesteht (oder, wo es keine Typen gibt, welchem Schwerpunkt), wie sicher
# das ist, und wo sie im Vergleich zu ähnlichen und zu allen steht. Alle Zahlen stammen aus den Tabellen der gerechneten Studie. Die mitgelieferte Befragung ist
# **synthetisch – Übungsdaten**.

# %%
import os
from pathlib import Path

import typology

language = "de"
typology.set_language(language)
data, name = Path(os.environ.get("TYPOLOGY_DATA", "../data")), os.environ.get("TYPOLOGY_SURVEY", "demo")
words = {
    "end": "Hier endet das Notebook: {}",
    "no_type": "ohne Typ",
    "klar": "klar zugeordnet", "mischtyp": "zwischen zwei Typen", "nicht_zuzuordnen": "nicht zuzuordnen",
    "strengths": "stark: {}", "weaknesses": "schwach: {}", "priorities": "wichtig: {}", "none": "nichts",
    "only_goals": "Nach dem Stand der Handlungsfelder fragt diese Befragung nicht; hier stehen die Ziele.",
    "own": "eigene Antwort", "type_value": "eigener Typ", "all_value": "alle",
    "n_type": "Antworten im Typ", "n_all": "Antworten insgesamt", "standing": "Lage",
    "leaning": "Schwerpunkt", "place": "Platz", "error": "Standardfehler",
    "leaning_type_value": "nächstliegender Schwerpunkt", "leaning_n_type": "Antworten beim nächstliegenden Schwerpunkt",
    "ja": "ja", "nein": "nein", "stark": "stark", "schwach": "schwach",
}

# %%
import tempfile

try:
    study = typology.read_study(data / "processed" / Path(name).name)
except typology.TypologyError as error:
    raise SystemExit(words["end"].format(error.message)) from None
study

# %% [markdown]
# ## Eine Kommune auswählen
# Eine der kleinsten, wenn die Größe bekannt ist, sonst die erste.

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
# ## Ihre Antworten neben denen des Typs und aller

# %%
answers, kind = profile.answers.query("measure == 'stand'"), "field"
if answers.empty:
    print(words["only_goals"])
    answers, kind = profile.answers.query("measure == 'goal'"), "goal"
table = answers.set_axis([study.content.label(kind, item) for item in answers["item"]])
columns = ["own", "type_value", "all_value", "n_type", "n_all", "standing"]
table[columns].replace(words).rename(columns=words).round(2)

# %% [markdown]
# ## Der gedruckte Steckbrief
# Dieselben Daten als PDF, barrierefrei nach PDF/UA-1.

# %% alt="Erste Seite des Steckbriefs der ausgewählten Kommune"
study.sheet(key, Path(tempfile.mkdtemp()) / "steckbrief.pdf")
