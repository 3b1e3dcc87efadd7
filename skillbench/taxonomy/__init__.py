"""Skill taxonomies by structural entropy, and the skill tuples they suggest. Needs no Inspect.

>>> from skillbench.taxonomy import count_rows, induce, Sampler
>>> corpus = count_rows([["sql", "etl"], ["etl", "sql"], ["tax", "audit"], ["sql", "tax"]])
>>> tree = induce(corpus.graph())
>>> Sampler(tree).draw("etl", 3).skills
('etl', 'sql', 'tax')
"""

from skillbench.taxonomy.chains import SkillChain, sample_chains
from skillbench.taxonomy.corpus import WEIGHTS, BadRow, Corpus, Weight
from skillbench.taxonomy.counting import PairCounter, combined, count_rows
from skillbench.taxonomy.describe import describe
from skillbench.taxonomy.exchange import (
    from_json,
    from_networkx,
    load,
    save,
    to_json,
    to_networkx,
    to_newick,
)
from skillbench.taxonomy.graph import Graph
from skillbench.taxonomy.induction import DEFAULT_HEIGHT, induce
from skillbench.taxonomy.linkage import LINKAGES, Linkage
from skillbench.taxonomy.reading import ENGINES, Engine, TagFormat, read_corpus
from skillbench.taxonomy.sampler import METHODS, READINGS, SCHEDULES, Sampler, SkillTuple
from skillbench.taxonomy.tree import Origin, Tree

__all__ = [
    "DEFAULT_HEIGHT",
    "ENGINES",
    "LINKAGES",
    "METHODS",
    "READINGS",
    "SCHEDULES",
    "WEIGHTS",
    "BadRow",
    "Corpus",
    "Engine",
    "Graph",
    "Linkage",
    "Origin",
    "PairCounter",
    "Sampler",
    "SkillChain",
    "SkillTuple",
    "TagFormat",
    "Tree",
    "Weight",
    "combined",
    "count_rows",
    "describe",
    "from_json",
    "from_networkx",
    "induce",
    "load",
    "read_corpus",
    "sample_chains",
    "save",
    "to_json",
    "to_networkx",
    "to_newick",
]
