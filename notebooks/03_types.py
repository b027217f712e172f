# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 3 · Von Gruppen zu Typen
#
# Eine Gruppe trägt den Namen eines Typs nur, wenn sie dessen Kennziele deutlich häufiger nennt als die übrigen. Dieses
# Notebook zeigt die Benennung mit Punktwert und Abstand, die eingefrorene Typologie und die Zuordnung.
# Die mitgelieferte Befragung ist **synthetisch – Übungsdaten**.

# %%
import os
from pathlib import Path

import typology

language = "de"
typology.set_language(language)
data, name = Path(os.environ.get("TYPOLOGY_DATA", "../data")), os.environ.get("TYPOLOGY_SURVEY", "demo")
words = {
    "end": "Hier endet das Notebook: {}",
    "score": "Punktwert", "threshold": "Schwelle",
    "no_scores": "Hier hat keine Gruppe einen Punktwert; der letzte Satz oben sagt, warum.",
    "margin": "Abstand zur nächstbesten Benennung: {:.2f}",
    "bodies": "Kommunen", "all": "alle",
    "klar": "klar", "mischtyp": "zwischen zwei Typen", "nicht_zuzuordnen": "nicht zuzuordnen",
    "no_mixed": "Keine Kommune liegt zwischen zwei Typen.",
    "type": "Typ", "second_type": "zweiter Typ",
    "range": "{:.0f} bis {:.0f} %", "stated_as": "Angabe",
    "n": "Kommunen", "stated": "im Mittel angegeben", "right": "richtig",
    "overlap": "Die Typen überschneiden sich zu stark, um Fehlzuordnungen herauszurechnen.",
    "uncorrected": "Gezeigt ist die Zuordnung ohne Korrektur und ohne Intervall.",
    "field": "Feld", "level": "mittlerer Stand, 1 bis 5", "goal_share": "Anteil, der das Ziel nennt",
    "naive": "ohne Korrektur", "estimate": "mit Korrektur", "low": "von", "high": "bis",
    "leaning": "Schwerpunkt", "goals_of": "Ziele, die ihn ausmachen", "place": "Platz", "error": "Standardfehler",
    "leanings": "Ohne Typen gibt es nichts zu benennen. Wo jede Kommune steht, zeigen die Plätze oben und Notebook 4.",
    "no_shorter": "Bei höchstens drei Zielen gibt es keine kürzere Form.",
    "goals": "Ziele", "full_form": "Langform",
}

# %%
import matplotlib.pyplot as plt
import pandas as pd

from typology import figures

folder = data / "raw" / name  # a name, or the whole path of a survey's folder
survey = typology.read_survey(folder)
goals = typology.goals_matrix(survey)
used = goals.loc[typology.estimation_rows(survey, goals)]
computed = data / "processed" / folder.name
if computed.is_dir():
    study = typology.read_study(computed)
    if study.content.leanings is not None:  # the answers speak for degrees
        print(study.info.degrees[language])
        names = {key: study.content.label("type", key, short=True) for key in study.tables.leaning_goals["leaning"]}
        lifted = study.tables.leaning_goals.groupby("leaning", sort=False)["goal"].agg(list)
        lifted = lifted.map(lambda goals: ", ".join(study.content.label("goal", goal) for goal in goals[:3]))
        display(lifted.rename(index=names).rename_axis(index=words["leaning"]).to_frame(words["goals_of"]))
        spread = study.tables.leanings.groupby("leaning", sort=False)[["place", "error"]].describe().round(2)
        display(spread.rename(index=names, columns=words).rename_axis(index=words["leaning"]))
        raise SystemExit(words["end"].format(words["leanings"]))
try:
    clustering = typology.cluster(
        used, survey.codebook.typology.n_classes, question=typology.goal_question(survey), random_state=0
    )
except typology.TypologyError as error:
    raise SystemExit(words["end"].format(error.message)) from None
named = typology.name_types(clustering, survey.content, survey=survey)
print(named)
print(named.naming_sentence(survey.content))

# %% [markdown]
# ## Punktwert und Schwelle
# Punktwert: um wie viel häufiger die Kennziele eines Typs in der Gruppe genannt werden als außerhalb. Die Schwelle ist
# so gelegt, dass höchstens 5 Prozent der Schätzungen an Daten ohne jede Struktur alle Namen verdienen.

# %%
record = named.naming
type_names = {key: survey.content.label("type", key) for key in (*clustering.classes, *named.type_keys)}
if record.score:
    scores = pd.DataFrame({words["score"]: record.score, words["threshold"]: record.threshold})
    display(scores.rename(index=type_names).round(2))
else:
    print(words["no_scores"])

# %%
if record.margin is not None:
    print(words["margin"].format(record.margin))
pd.Series(record.permutation).map(type_names).rename(index=type_names).to_frame(words["type"])

# %% [markdown]
# ## Die Zuordnung

# %%
assignments = named.assign(goals, flags=survey.flags)
assignments["status"].value_counts().rename(index=words).rename_axis(index=None).to_frame(words["bodies"])

# %%
mixed = assignments.query("status == 'mischtyp'")
if mixed.empty:
    print(words["no_mixed"])
else:
    probabilities = {f"p_{key}": type_names[key] for key in named.type_keys}
    shown = mixed.head(5)[["type", "second_type", *probabilities]].round(2)
    display(shown.replace(type_names).rename(columns={**words, **probabilities}))

# %% [markdown]
# ## Die Typen im Vergleich

# %% alt="Punktreihen: je Ziel der Anteil, der es nennt, in jedem Typ und unter allen"
table = pd.DataFrame({goal: named.probabilities(goal)[:, -1] for goal in named.goal_keys}, index=named.type_keys).T
chosen = used.apply(lambda answers: answers == answers.cat.categories[-1])
table["alle"] = chosen.mean()
table.index = [survey.content.label("goal", goal) for goal in table.index]
marks = figures.type_marks(named.type_keys, survey.content)
fig, ax = plt.subplots(figsize=(8, 5))
figures.draw_goal_rows(table, marks, ax)

# %% [markdown]
# ## Stimmen die Wahrscheinlichkeiten?
# Eine Angabe von 90 Prozent ist ehrlich, wenn neun von zehn solchen Kommunen wirklich von diesem Typ sind. Den wahren
# Typ kennt nur die Simulation: Aus der eingefrorenen Typologie werden 20-mal Antworten gezogen, die Klassen neu
# geschätzt und je 1.000 weitere Kommunen zugeordnet.

# %%
reliable = typology.reliability(named, len(used), random_state=0)
short = {mark["key"]: mark["short"] for mark in marks} | {"alle": words["all"]}
spans = zip(reliable["low"] * 100, reliable["high"] * 100, strict=True)
reliable["range"] = [words["range"].format(*span) for span in spans]
every = reliable[reliable["type"] == "alle"].set_index("range").rename_axis(index=None, columns=words["stated_as"])
every[["n", "stated", "right"]].rename(columns=words).round(2)

# %% alt="Linien je Typ: angegebene Wahrscheinlichkeit gegen den Anteil richtiger Zuordnungen; die Diagonale ist genau"
fig, ax = plt.subplots(figsize=(5.5, 4.6))
figures.draw_reliability(reliable, marks, ax)

# %% [markdown]
# Ein Punkt unter der Diagonale heißt: Die Angabe ist zu zuversichtlich. Der Anteil richtiger Zuordnungen je Typ:

# %%
wide = reliable.pivot(index="range", columns="type", values="right").reindex(columns=list(short))
wide.rename(columns=short).rename_axis(index=None, columns=words["stated_as"]).round(2)

# %% [markdown]
# ## Was die Typen sonst unterscheidet
# Mittlerer Stand der Handlungsfelder (1 bis 5). Wer jede Kommune einfach ihrem wahrscheinlichsten Typ zurechnet, mischt
# die Typen, und ihre Mittelwerte rücken zusammen. Die Korrektur nach Bolck, Croon und Hagenaars (BCH) rechnet die
# Fehlzuordnungen heraus. Die Intervalle wiederholen alle Schritte an 200 neu gezogenen Befragungen. Sie zeigen
# Modellunsicherheit und sind keine Hochrechnung. Fragt eine Befragung nicht nach Handlungsfeldern, stehen hier die
# Ziele selbst, als Anteile.

# %%
stand = survey.block("stand").loc[used.index]
answers, kind = (stand, "field") if stand.shape[1] else (chosen.astype(float), "goal")
fields = typology.compare_types(answers, used, clustering, named, n_replicates=200, random_state=0)
if not fields["corrected"].all():
    print(words["overlap"], words["uncorrected"], sep="\n")
fields["label"] = [survey.content.label(kind, item) for item in fields["item"]]
wide = fields.pivot(index="label", columns="type", values="estimate")
wide = wide.reindex(columns=list(named.type_keys))
wide.rename(columns=short).rename_axis(index=None, columns=words["field"]).round(2)

# %% alt="Punktreihen mit Intervallen: mittlerer Stand je Handlungsfeld in jedem Typ, von Fehlzuordnungen bereinigt"
fig, ax = plt.subplots(figsize=(8, 5.4))
scale = words["level"] if kind == "field" else words["goal_share"]
figures.draw_intervals(fields.assign(item=fields["label"]), marks, ax, label=scale)

# %% [markdown]
# Ohne und mit Korrektur, die sechs größten Unterschiede:

# %%
difference = (fields["estimate"] - fields["naive"]).abs()
largest = fields.loc[difference.nlargest(6).index].set_index("label").rename_axis(index=None)
largest = largest.assign(type=largest["type"].map(short))
largest[["type", "n", "naive", "estimate", "low", "high"]].rename(columns=words).round(2)

# %% [markdown]
# ## Wie weit trägt eine Kurzform?
# Mit weniger Zielen lässt sich der Typ schneller erfragen. Die Tabelle sagt, wie oft die besten 3, 5 oder 7 Ziele zum
# selben Typ führen wie alle Ziele. Übereinstimmung heißt derselbe Typ wie in der Langform, nicht der richtige. Geprüft
# wird an Kommunen, die weder bei der Schätzung noch bei der Auswahl der Ziele dabei waren (fünffache Kreuzprüfung).

# %%
question = typology.goal_question(survey)
if len(named.goal_keys) <= 3:
    raise SystemExit(words["end"].format(words["no_shorter"]))
try:
    short_form = typology.evaluate_short_form(used, named, survey.content, question=question, random_state=0)
except typology.TypologyError as error:
    raise SystemExit(words["end"].format(error.message)) from None
same = short_form.agreement.pivot(index="size", columns="type", values="agreement").reindex(columns=list(short))
same.rename(columns=short).rename_axis(index=None, columns=words["goals"]).round(2)

# %% alt="Linien je Typ: Übereinstimmung der Kurzform mit der Langform bei 3, 5 und 7 Zielen"
fig, ax = plt.subplots(figsize=(6, 3.4))
figures.draw_agreement(same, marks, ax)

# %% [markdown]
# Diese Ziele wären es, und so verteilen sich die Abweichungen bei der Kurzform mit fünf Zielen, bei weniger als fünf
# Zielen bei der längsten (Zeile: Langform, Spalte: Kurzform):

# %%
for size, best in short_form.subsets.items():
    print(f"{size}: {', '.join(survey.content.label('goal', goal) for goal in best)}")

# %%
size = 5 if 5 in short_form.subsets else max(short_form.subsets)
confusion = short_form.confusion.query("size == @size").pivot(index="full", columns="short", values="n")
confusion = confusion.loc[list(named.type_keys), list(named.type_keys)]
confusion.rename(index=short, columns=short).rename_axis(index=None, columns=words["full_form"])
