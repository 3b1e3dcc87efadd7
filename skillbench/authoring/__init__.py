"""Tasks that a language model writes: the paper's own construction (section 3.3, A.1, A.2, figure 6), with gates.

In come a plan of sampled tuples, a tagged corpus of atomic samples and an author: any model that Inspect reaches. Out
goes a task set of authored cases that :func:`skillbench.core.taskset.load_task_set` reads. Tasks that a gate refused
are listed beside them in ``quarantine.jsonl``, each with its reasons.

The way of a tuple: its skills' samples are picked (:mod:`.plan`), the author is asked (:mod:`.prompts`), its completion
is read strictly (:mod:`.reading`), a second author solves the task by itself, the gates speak (:mod:`.gates`), and
what they found wrong is told to the author once. Calls, logs, limits, caching, batches and cost are Inspect's
(:mod:`.task`); programs run in its sandbox only.
"""
