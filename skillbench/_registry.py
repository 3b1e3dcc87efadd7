"""What Inspect finds in an installed SkillBench; every inspect process imports it."""

from skillbench.authoring.rehearsal import RehearsingAuthorAPI
from skillbench.harness.planted import PlantedAPI
from skillbench.harness.rubric import rubric
from skillbench.harness.scripted_judge import ScriptedJudgeAPI
from skillbench.harness.tagged import tagged
from skillbench.sandbox.bubblewrap import BubblewrapSandboxEnvironment
from skillbench.synthesis.rehearsal import RehearsalAPI
from skillbench.task import skillbench

__all__ = [
    "BubblewrapSandboxEnvironment",
    "PlantedAPI",
    "RehearsalAPI",
    "RehearsingAuthorAPI",
    "ScriptedJudgeAPI",
    "rubric",
    "skillbench",
    "tagged",
]
