# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 2 · Gruppen nach Zielen
#
# Grundlage der Typen sind allein die Ziele der Digitalisierung. Dieses Notebook schätzt latente Klassen, fragt, wie
# sicher die Lösung ist, und stellt andere Verfahren daneben. Die mitgelieferte Befragung ist
# **synthetisch – Übungsdaten**: Aus den Zahlen folgt nichts über wirkliche Kommunen.

# %%
import os
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

import typology
from typology import figures

data, name = Path(os.environ.get("TYPOLOGY_DATA", "../data")), os.environ.get("TYPOLOGY_SURVEY", "demo")
folder = data / "raw" / name  # a name, or the whole path of a survey's folder
survey = typology.read_survey(folder)
goals = typology.goals_matrix(survey)
question = typology.goal_question(survey)
question

# %% [markdown]
# ## Wie oft wird jedes Ziel genannt?
# Wer nahezu alles ankreuzt oder mehr als erlaubt, bleibt außerhalb der Schätzung. „Genannt“ heißt bei abgestuften
# Fragen: die höchste Stufe.

# %%
rows = typology.estimation_rows(survey, goals)
used = goals.loc[rows]
chosen = used.apply(lambda answers: answers == answers.cat.categories[-1])
print(f"{len(goals)} Kommunen, davon {len(used)} in der Schätzung")
chosen.mean().sort_values(ascending=False).round(2).to_frame("Anteil")

# %% [markdown]
# ## Wie viele Ziele werden genannt?
# Die Form der Frage gehört zum Modell: Bei „bis zu drei“ hängen die Antworten auch ohne jeden Typ voneinander ab.

# %%
chosen.sum(axis=1).value_counts().sort_index().to_frame("Kommunen")

# %%
ticks = {"mean": "Mittel", "sd": "Streuung", "expected_sd": "Streuung bei unabhängigen Zielen"}
spread = typology.tick_spread(used, question)
if spread:
    display(pd.Series(spread, dtype=float).rename(ticks).round(2).to_frame("Ziele je Kommune"))
else:
    print("Abgestufte Antworten werden nicht gezählt: Keines dieser Ziele ist angekreuzt.")

# %% [markdown]
# Ist die Streuung viel größer als bei unabhängigen Zielen, unterscheiden sich die Kommunen vor allem darin, wie viel sie
# ankreuzen. Ist sie viel kleiner, begrenzt die Frage die Antworten.

# %% [markdown]
# ## Die latenten Klassen
# Geschätzt mit 500 zufälligen Startwerten. „Erreicht“ sagt, wie viele davon zur besten Lösung kamen; der Abstand zur
# zweitbesten Lösung zeigt, ob es ernsthafte Konkurrenz gibt.

# %%
try:
    clustering = typology.cluster(used, survey.codebook.typology.n_classes, question=question, random_state=0)
except typology.TypologyError as error:
    raise SystemExit(f"Hier endet das Notebook: {error.message}") from None
pd.Series(
    {
        "Log-Likelihood": clustering.log_likelihood,
        "Parameter": clustering.n_parameters,
        "Antwortmuster": clustering.n_patterns,
        "erreicht": clustering.replicated,
        "Startwerte": clustering.n_starts,
        "Abstand zur zweitbesten": clustering.gap_to_second,
    }
).round(2).to_frame("Wert")

# %% [markdown]
# Waren die Ziele aus einer Liste zu wählen, nehmen die Klassen die Zahl der gewählten Ziele als gegeben: Nicht wie viele,
# sondern welche Ziele jemand wählt, macht die Gruppe. Bei Ja/Nein-Fragen und abgestuften Antworten sind es einfache
# Klassen. Zum Vergleich dieselben Antworten mit einfachen Klassen (Zeilen: so wie oben, Spalten: einfach):

# %%
plain = typology.cluster(used, survey.codebook.typology.n_classes, random_state=0)
pd.crosstab(clustering.labels, plain.labels).rename_axis(index="gegeben die Zahl", columns="einfach")

# %% alt="Punktreihen: je Ziel der Anteil, der es nennt, in jeder Gruppe und unter allen"
classes = list(clustering.classes)
table = pd.DataFrame({goal: clustering.probabilities(goal).iloc[:, -1] for goal in clustering.items}).T
table["alle"] = chosen.mean()
table.index = [survey.content.label("goal", goal) for goal in table.index]
marks = figures.type_marks(classes, survey.content)
fig, ax = plt.subplots(figsize=(8, 5))
figures.draw_goal_rows(table, marks, ax)

# %% [markdown]
# Dieselben Zahlen als Tabelle:

# %%
table.round(2)

# %% [markdown]
# ## Wie groß sind die Gruppen?

# %% alt="Balken mit dem Anteil jeder Gruppe"
fig, ax = plt.subplots(figsize=(6, 2.4))
figures.draw_share_bars(clustering.shares.to_frame("share"), marks, ax)

# %% [markdown]
# ## Wie sicher ist die Zuordnung der einzelnen Kommunen?
# Je dunkler, desto wahrscheinlicher. Graue Zonen sind Kommunen zwischen zwei Gruppen.

# %% alt="Streifen je Gruppe: Wahrscheinlichkeit der Zugehörigkeit je Kommune, nach Gruppe und Sicherheit geordnet"
memberships = clustering.memberships.dropna()
order = pd.DataFrame({"group": clustering.labels.loc[memberships.index], "top": memberships.max(axis=1)})
order = order.sort_values(["group", "top"], ascending=[True, False]).index
fig, ax = plt.subplots(figsize=(8, 2.4))
figures.draw_memberships(memberships.loc[order], marks, ax)

# %% [markdown]
# ## Wie viele?
# Die Zahl im Codebuch ist die Frage, nicht die Antwort. Für 1 bis 8 Klassen stehen die Kriterien nebeneinander: Log-Likelihood,
# Zahl der Parameter, AIC, BIC, korrigiertes BIC, ICL, Entropie, kleinste Klasse und ein Test gegen eine Klasse weniger.
# Der Test zieht 199 künstliche Befragungen aus der Lösung mit einer Klasse weniger. Dabei behält jede Kommune die Zahl
# ihrer genannten Ziele: Sonst sähe „bis zu drei“ schon ohne Typen nach Typen aus.

# %%
asked = survey.codebook.typology.n_classes
selection = typology.select_classes(used, range(1, 9), question=question, asked=asked, n_resamples=10)
numbers = selection.table.set_index("k").rename_axis(index=None, columns="k")
fit = ["log_likelihood", "n_parameters", "aic", "bic", "adjusted_bic", "icl"]
numbers[fit].rename(
    columns={
        "log_likelihood": "Log-Likelihood", "n_parameters": "Parameter", "aic": "AIC", "bic": "BIC",
        "adjusted_bic": "korrigiertes BIC", "icl": "ICL",
    }
).round(1)  # fmt: skip

# %%
quality = ["relative_entropy", "smallest_class", "replicated", "blrt_p", "blrt_replicates", "stability"]
numbers[quality].rename(
    columns={
        "relative_entropy": "Entropie", "smallest_class": "kleinste Klasse",
        "replicated": "erreicht (von 50)", "blrt_p": "p gegen k − 1",
        "blrt_replicates": "Wiederholungen", "stability": "Stabilität",
    }
).round(3).astype(object).where(lambda values: values.notna(), "–")  # fmt: skip

# %% [markdown]
# Ein Test endet früher, wenn fünf künstliche Befragungen den beobachteten Wert erreichen: p < 0,01 ist dann nicht mehr
# möglich. Ein Strich heißt: nicht mehr geprüft, weil zwei Klassenzahlen hintereinander nicht nötig waren.

# %% alt="Linien: BIC, korrigiertes BIC und AIC über der Zahl der Klassen; kleinere Werte sind besser"
fig, ax = plt.subplots(figsize=(7, 3.6))
curves = numbers.rename(columns={"bic": "BIC", "adjusted_bic": "korrigiertes BIC", "aic": "AIC"})
figures.draw_selection(curves, ax, measures=("BIC", "korrigiertes BIC", "AIC"))

# %%
print(selection.text["de"])

# %% [markdown]
# Für die Auswahl gilt bei „bis zu drei“ ein Modell, das die Zahl der genannten Ziele als gegeben nimmt; darum weichen
# Log-Likelihood und Parameter von der Schätzung oben ab. `docs/pages/method.md` beschreibt es.

# %% [markdown]
# ## Wie stabil?
# 200-mal werden die Kommunen mit Zurücklegen neu gezogen und die Klassen neu geschätzt, jedes Mal mit 20 frischen
# Startwerten. Der Jaccard-Index sagt, welcher Teil einer Gruppe zusammenbleibt (1: alle); ab 0,75 gilt sie als wiedergefunden.

# %%
stable = typology.stability(clustering, used, n_replicates=200, random_state=0)
groups = {key: survey.content.label("type", key) for key in classes}
stable.types.set_index("type").rename_axis(index=None).rename(index=groups).rename(
    columns={
        "jaccard": "Jaccard", "low": "von", "high": "bis", "recovered": "wiedergefunden", "share": "Anteil",
    }
).round(2)  # fmt: skip

# %% alt="Säulen: wie viele Kommunen in welchem Anteil der Wiederholungen in ihrer Gruppe blieben"
agreement = stable.municipalities["agreement"]
fig, ax = plt.subplots(figsize=(7, 2.8))
figures.draw_kept(agreement, ax)

# %%
print(f"Im Mittel bleibt eine Kommune in {agreement.mean():.0%} der Wiederholungen in ihrer Gruppe.")
print(f"{(agreement < 0.7).sum()} von {len(agreement)} Kommunen wechseln in mehr als 30 % der Wiederholungen.")

# %% [markdown]
# ## Welches Verfahren?
# Dieselben Kommunen, dieselbe Zahl der Gruppen, andere Verfahren: k-Means und Ward auf ipsatisierten Zielen (jede
# Antwort abzüglich des Mittels der Kommune), multiple Korrespondenzanalyse (MCA) mit Ward und k-Means, k-Medoide mit
# einfacher Übereinstimmung. Der bereinigte Rand-Index ist 1 bei gleichen Gruppen und um 0 bei Zufall. Die Stabilität
# vergleicht ein Verfahren mit sich selbst auf neu gezogenen Kommunen.

# %%
try:
    methods = typology.compare_methods(
        used, clustering.n_classes, question=question, prior=clustering.prior, random_state=0
    )
except typology.TypologyError as error:
    raise SystemExit(f"Hier endet das Notebook: {error.message}") from None
names = {
    "latent_class": "Latente Klassen", "kmeans": "k-Means", "ward": "Ward",
    "mca_ward": "MCA + Ward", "kmedoids": "k-Medoide", "gaussian": "Gauß-Mischung",
}  # fmt: skip
compared = methods.table.set_index("method").rename_axis(index=None).rename(index=names)
compared.rename(columns={**names, "stability": "Stabilität", "smallest": "kleinste Gruppe"}).round(2)

# %% alt="Farbtafel: bereinigter Rand-Index zwischen je zwei Verfahren, daneben die eigene Stabilität jedes Verfahrens"
fig, ax = plt.subplots(figsize=(8, 4.2))
own = "eigene Stabilität"
figures.draw_methods(compared.rename(columns={**names, "stability": own}), ax, stability=own)

# %% [markdown]
# Stimmen die Verfahren überein, liegt das Ergebnis an den Antworten; weichen sie ab, liegt es auch am Verfahren. Die
# latenten Klassen bleiben die Grundlage, weil nur sie Wahrscheinlichkeiten angeben und mit fehlenden Antworten rechnen.
