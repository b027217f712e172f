# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 3 · From groups to types
#
# A group bears the name of a type only if it chooses the signature goals of that type clearly more often than the
# others do. This notebook shows the naming with its score and margin, the frozen typology, and the assignment. The
# survey that comes with the program is **synthetic – practice data**.

# %%
import os
from pathlib import Path

import typology

language = "en"
typology.set_language(language)
data, name = Path(os.environ.get("TYPOLOGY_DATA", "../../data")), os.environ.get("TYPOLOGY_SURVEY", "demo")
words = {
    "end": "The notebook ends here: {}",
    "score": "score", "threshold": "threshold",
    "no_scores": "No group has a score here; the last sentence above says why.",
    "margin": "Margin to the next-best naming: {:.2f}",
    "bodies": "municipalities", "all": "all",
    "klar": "clear", "mischtyp": "between two types", "nicht_zuzuordnen": "not assignable",
    "no_mixed": "No municipality lies between two types.",
    "type": "type", "second_type": "second type",
    "range": "{:.0f} to {:.0f}%", "stated_as": "stated",
    "n": "municipalities", "stated": "stated on average", "right": "right",
    "overlap": "The types overlap too much to take misassignment out.",
    "uncorrected": "Shown is the assignment without correction and without an interval.",
    "field": "field", "level": "mean level, 1 to 5", "goal_share": "share that chooses the goal",
    "naive": "without correction", "estimate": "with correction", "low": "from", "high": "to",
    "leaning": "leaning", "goals_of": "goals that make it", "place": "place", "error": "standard error",
    "leanings": "Without types there is nothing to name. The places above and notebook 4 show where each municipality stands.",
    "no_shorter": "With three goals or fewer there is no shorter form.",
    "goals": "goals", "full_form": "full form",
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
# ## Score and threshold
# The score: how much more often the signature goals of a type are chosen inside the group than outside. The threshold
# is set so that at most 5 per cent of estimations on data without any structure would earn all names.

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
# ## The assignment

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
# ## The types compared

# %% alt="Rows of dots: for each goal the share that chooses it, in every type and among all"
table = pd.DataFrame({goal: named.probabilities(goal)[:, -1] for goal in named.goal_keys}, index=named.type_keys).T
chosen = used.apply(lambda answers: answers == answers.cat.categories[-1])
table["alle"] = chosen.mean()
table.index = [survey.content.label("goal", goal) for goal in table.index]
marks = figures.type_marks(named.type_keys, survey.content)
fig, ax = plt.subplots(figsize=(8, 5))
figures.draw_goal_rows(table, marks, ax)

# %% [markdown]
# ## Are the probabilities honest?
# A stated 90 per cent is honest if nine out of ten such municipalities really are of that type. Only a simulation knows
# the true type: 20 times, answers are drawn from the frozen typology, the classes are estimated again, and another
# 1,000 municipalities are assigned.

# %%
reliable = typology.reliability(named, len(used), random_state=0)
short = {mark["key"]: mark["short"] for mark in marks} | {"alle": words["all"]}
spans = zip(reliable["low"] * 100, reliable["high"] * 100, strict=True)
reliable["range"] = [words["range"].format(*span) for span in spans]
every = reliable[reliable["type"] == "alle"].set_index("range").rename_axis(index=None, columns=words["stated_as"])
every[["n", "stated", "right"]].rename(columns=words).round(2)

# %% alt="Lines by type: stated probability against the share of right assignments; the diagonal is exact"
fig, ax = plt.subplots(figsize=(5.5, 4.6))
figures.draw_reliability(reliable, marks, ax)

# %% [markdown]
# A point below the diagonal means that the stated probability is too confident. The share of right assignments by type:

# %%
wide = reliable.pivot(index="range", columns="type", values="right").reindex(columns=list(short))
wide.rename(columns=short).rename_axis(index=None, columns=words["stated_as"]).round(2)

# %% [markdown]
# ## What else sets the types apart
# Mean level of the fields of action (1 to 5). Counting every municipality fully towards its most probable type blends
# the types, and their means move together. The correction by Bolck, Croon and Hagenaars (BCH) takes misassignment out
# again. The intervals repeat all steps on 200 surveys drawn anew. They show model uncertainty and project nothing to
# municipalities that did not answer. If a survey does not ask about fields of action, the goals themselves stand here,
# as shares.

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

# %% alt="Rows of dots with intervals: mean level of each field of action in every type, corrected for misassignment"
fig, ax = plt.subplots(figsize=(8, 5.4))
scale = words["level"] if kind == "field" else words["goal_share"]
figures.draw_intervals(fields.assign(item=fields["label"]), marks, ax, label=scale)

# %% [markdown]
# Without and with the correction, the six largest differences:

# %%
difference = (fields["estimate"] - fields["naive"]).abs()
largest = fields.loc[difference.nlargest(6).index].set_index("label").rename_axis(index=None)
largest = largest.assign(type=largest["type"].map(short))
largest[["type", "n", "naive", "estimate", "low", "high"]].rename(columns=words).round(2)

# %% [markdown]
# ## How far does a short form carry?
# With fewer goals the type can be asked for in less time. The table says how often the best 3, 5 or 7 goals lead to the
# same type as all goals. Agreement means the same type as in the full form, not the right one. It is measured on
# municipalities that took part neither in the estimation nor in the choice of the goals (five-fold cross-validation).

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

# %% alt="Lines by type: agreement of the short form with the full form at 3, 5 and 7 goals"
fig, ax = plt.subplots(figsize=(6, 3.4))
figures.draw_agreement(same, marks, ax)

# %% [markdown]
# These would be the goals, and this is how the deviations spread in the short form with five goals, or in the longest
# one if there are fewer than five (row: full form, column: short form):

# %%
for size, best in short_form.subsets.items():
    print(f"{size}: {', '.join(survey.content.label('goal', goal) for goal in best)}")

# %%
size = 5 if 5 in short_form.subsets else max(short_form.subsets)
confusion = short_form.confusion.query("size == @size").pivot(index="full", columns="short", values="n")
confusion = confusion.loc[list(named.type_keys), list(named.type_keys)]
confusion.rename(index=short, columns=short).rename_axis(index=None, columns=words["full_form"])
