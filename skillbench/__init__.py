"""SkillBench: how an agent's ability falls as more skills must be combined in one piece of work."""

__version__ = "0.1.0"
