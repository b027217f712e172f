"""What a stranger's program does with the package; checked by mypy against the installed wheel, never run."""

import typology

survey = typology.read_survey("data/raw/demo")
goals = typology.goals_matrix(survey)
groups: typology.Clustering = typology.cluster(goals, 4, question=typology.goal_question(survey))
named: typology.Typology = typology.name_types(groups, survey.content, survey=survey)
named.save("typology.json")

study: typology.Study = typology.read_study("data/processed/demo")
key: str = study.find("Musterstadt")
text: str = study.agenda(key, language="en")
typology.figures.type_marks(named.type_keys, survey.content)
