"""Data by language models: rows tagged with skills, skills fused into dialogues, and what sets of them are like.

Enters: tagged or untagged corpora, a taxonomy, any Inspect model. Leaves: tagged rows that ``skillbench taxonomy``
reads, chat data sets with a card, tables of diversity. What authoring shares with it lies below both: the index of
atomic samples in ``taxonomy``, near-duplicates in ``stats``.
"""
