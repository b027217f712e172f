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

import typology

language = "de"
typology.set_language(language)
data, name = Path(os.environ.get("TYPOLOGY_DATA", "../data")), os.environ.get("TYPOLOGY_SURVEY", "demo")
words = {
    "end": "Hier endet das Notebook: {}",
    "asked": "{} Kommunen, davon {} in der Schätzung",
    "bodies": "Kommunen", "share": "Anteil", "goals": "Ziele je Kommune", "all": "alle",
    "mean": "Mittel", "sd": "Streuung", "expected_sd": "Streuung bei unabhängigen Zielen",
    "no_ticks": "Abgestufte Antworten werden nicht gezählt: Keines dieser Ziele ist angekreuzt.",
    "value": "Wert", "log_likelihood": "Log-Likelihood", "n_parameters": "Parameter",
    "n_patterns": "Antwortmuster", "replicated": "erreicht", "n_starts": "Startwerte",
    "gap_to_second": "Abstand zur zweitbesten",
    "given": "gegeben die Zahl", "plain": "einfach",
    "aic": "AIC", "bic": "BIC", "adjusted_bic": "korrigiertes BIC", "icl": "ICL",
    "relative_entropy": "Entropie", "smallest_class": "kleinste Klasse",
    "replicated_of_50": "erreicht (von 50)", "blrt_p": "p gegen k − 1",
    "blrt_replicates": "Wiederholungen", "stability": "Stabilität",
    "jaccard": "Jaccard", "low": "von", "high": "bis", "recovered": "wiedergefunden",
    "mean_kept": "Im Mittel bleibt eine Kommune in {} Prozent der Wiederholungen in ihrer Gruppe.",
    "movers": "{} von {} Kommunen wechseln in mehr als 30 Prozent der Wiederholungen.",
    "smallest": "kleinste Gruppe", "own_stability": "eigene Stabilität",
}

# %%
import matplotlib.pyplot as plt
import pandas as pd

from typology import figures

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
print(words["asked"].format(len(goals), len(used)))
goal_names = {goal: survey.content.label("goal", goal) for goal in used.columns}
chosen.mean().sort_values(ascending=False).round(2).rename(index=goal_names).to_frame(words["share"])

# %% [markdown]
# ## Wie viele Ziele werden genannt?
# Die Form der Frage gehört zum Modell: Bei „bis zu drei“ hängen die Antworten auch ohne jeden Typ voneinander ab.

# %%
chosen.sum(axis=1).value_counts().sort_index().to_frame(words["bodies"])

# %%
spread = typology.tick_spread(used, question)
if spread:
    display(pd.Series(spread, dtype=float).rename(words).round(2).to_frame(words["goals"]))
else:
    print(words["no_ticks"])

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
    raise SystemExit(words["end"].format(error.message)) from None
facts = ("log_likelihood", "n_parameters", "n_patterns", "replicated", "n_starts", "gap_to_second")
pd.Series({words[fact]: getattr(clustering, fact) for fact in facts}).round(2).to_frame(words["value"])

# %% [markdown]
# Waren die Ziele aus einer Liste zu wählen, nehmen die Klassen die Zahl der gewählten Ziele als gegeben: Nicht wie viele,
# sondern welche Ziele jemand wählt, macht die Gruppe. Bei Ja/Nein-Fragen und abgestuften Antworten sind es einfache
# Klassen. Zum Vergleich dieselben Antworten mit einfachen Klassen (Zeilen: so wie oben, Spalten: einfach):

# %%
plain = typology.cluster(used, survey.codebook.typology.n_classes, random_state=0)
groups = {key: survey.content.label("type", key) for key in (*clustering.classes, *plain.classes)}
pd.crosstab(clustering.labels.map(groups), plain.labels.map(groups)).rename_axis(
    index=words["given"], columns=words["plain"]
)

# %% alt="Punktreihen: je Ziel der Anteil, der es nennt, in jeder Gruppe und unter allen"
classes = list(clustering.classes)
table = pd.DataFrame({goal: clustering.probabilities(goal).iloc[:, -1] for goal in clustering.items}).T
table["alle"] = chosen.mean()
table = table.rename(index=goal_names)
marks = figures.type_marks(classes, survey.content)
fig, ax = plt.subplots(figsize=(8, 5))
figures.draw_goal_rows(table, marks, ax)

# %% [markdown]
# Dieselben Zahlen als Tabelle:

# %%
table.rename(columns={**groups, "alle": words["all"]}).rename_axis(columns=None).round(2)

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
numbers[fit].rename(columns=words).round(1)

# %%
quality = ["relative_entropy", "smallest_class", "replicated", "blrt_p", "blrt_replicates", "stability"]
numbers[quality].rename(columns={**words, "replicated": words["replicated_of_50"]}).round(3).astype(object).where(
    lambda values: values.notna(), "–"
)

# %% [markdown]
# Ein Test endet früher, wenn fünf künstliche Befragungen den beobachteten Wert erreichen: p < 0,01 ist dann nicht mehr
# möglich. Ein Strich heißt: nicht mehr geprüft, weil zwei Klassenzahlen hintereinander nicht nötig waren.

# %% alt="Linien: BIC, korrigiertes BIC und AIC über der Zahl der Klassen; kleinere Werte sind besser"
fig, ax = plt.subplots(figsize=(7, 3.6))
criteria = [words[name] for name in ("bic", "adjusted_bic", "aic")]
figures.draw_selection(numbers.rename(columns=words), ax, measures=criteria)

# %% [markdown]
# Auch stufenlose Neigungen lassen Antworten zusammenhängen, ganz ohne Gruppen. Darum stehen den Klassen zuerst Modelle
# ohne Typen gegenüber; nur wenn die Antworten nicht für sie sprechen, folgt die Zahl der Typen.

# %%
signatures = {item.key: item.signature for item in survey.content.types}
compared = typology.compare_degrees(used, question=question, signatures=signatures, random_state=0)
for said in compared.with_number(selection.verdict, survey.content):  # both sentences, or the one that suffices
    if said[language]:
        print(said[language])

# %% [markdown]
# Für die Auswahl gilt bei „bis zu drei“ ein Modell, das die Zahl der genannten Ziele als gegeben nimmt; darum weichen
# Log-Likelihood und Parameter von der Schätzung oben ab. `docs/pages/method.md` beschreibt es.

# %% [markdown]
# ## Wie stabil?
# 200-mal werden die Kommunen mit Zurücklegen neu gezogen und die Klassen neu geschätzt, jedes Mal mit 20 frischen
# Startwerten. Der Jaccard-Index sagt, welcher Teil einer Gruppe zusammenbleibt (1: alle); ab 0,75 gilt sie als wiedergefunden.

# %%
stable = typology.stability(clustering, used, n_replicates=200, random_state=0)
stable.types.set_index("type").rename_axis(index=None).rename(index=groups, columns=words).round(2)

# %% alt="Säulen: wie viele Kommunen in welchem Anteil der Wiederholungen in ihrer Gruppe blieben"
agreement = stable.municipalities["agreement"]
fig, ax = plt.subplots(figsize=(7, 2.8))
figures.draw_kept(agreement, ax)

# %%
print(words["mean_kept"].format(round(agreement.mean() * 100)))
print(words["movers"].format((agreement < 0.7).sum(), len(agreement)))

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
    raise SystemExit(words["end"].format(error.message)) from None
compared = methods.table.set_index("method").rename_axis(index=None)
names = {method: survey.content.say(f"method_short_{method}") for method in compared.index}
compared.rename(index=names, columns={**words, **names}).round(2)

# %% alt="Farbtafel: bereinigter Rand-Index zwischen je zwei Verfahren, daneben die eigene Stabilität jedes Verfahrens"
fig, ax = plt.subplots(figsize=(8, 4.2))
own = words["own_stability"]
figures.draw_methods(compared.rename(index=names, columns={**names, "stability": own}), ax, stability=own)

# %% [markdown]
# Stimmen die Verfahren überein, liegt das Ergebnis an den Antworten; weichen sie ab, liegt es auch am Verfahren. Die
# latenten Klassen bleiben die Grundlage, weil nur sie Wahrscheinlichkeiten angeben und mit fehlenden Antworten rechnen.
