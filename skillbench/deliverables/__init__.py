"""What a case hands in beside its measures, one file a kind: the folder walk is the registry.

In: what the composer knows of a case (:class:`~skillbench.deliverables.base.contract.Ground`), later what an agent
handed in. Out: the frozen key, the words of the brief and the handbook, and how far a product agrees with its key.
Nothing outside a kind's file knows the fields of its key or of its answer.
"""
