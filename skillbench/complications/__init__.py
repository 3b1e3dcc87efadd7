"""What makes a case like work: the truth of a placed skill comes in, what the agent meets and would get wrong goes out.

One file a complication; the folder walk in :mod:`skillbench.complications.base.registry` finds it.
"""
