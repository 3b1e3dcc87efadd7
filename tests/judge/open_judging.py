"""Scripted judges over the small authored tasks."""

from __future__ import annotations

from judge.open_tasks import Written

from skillbench.core.errors import JudgeError
from skillbench.harness.authored_brief import AuthoredBrief, authored_brief
from skillbench.harness.scripted_judge import scripted_verdict
from skillbench.harness.scripted_reader import Temper
from skillbench.judge.authored.assess import NOTHING
from skillbench.judge.authored.court import AuthoredCourt
from skillbench.judge.authored.readings import Reading
from skillbench.judge.panel import Vote
from skillbench.judge.profile import load_profile
from skillbench.judge.transcript import ToolCall

PROFILE = load_profile("authored-2026-11-21")


def brief_of(task: Written, answer: str, calls: tuple[ToolCall, ...] = ()) -> AuthoredBrief:
    """What a judge is shown of an answer."""
    return authored_brief(task.case, task.files, task.session(answer, calls), PROFILE, "0" * 16)


def votes_of(
    task: Written, answer: str, tempers: tuple[Temper, ...], calls: tuple[ToolCall, ...] = ()
) -> list[Vote[Reading]]:
    """The readable reports of scripted judges, one family each."""
    brief = brief_of(task, answer, calls)
    votes = []
    for temper in tempers:
        for prompt in (brief.user, brief.bare):
            try:
                seen = brief.read(scripted_verdict(prompt, temper))
            except JudgeError:
                continue
            votes.append(Vote(f"skillbench-judge/{temper}", temper, seen))
            break
    return votes


def ruled(task: Written, answer: str, tempers: tuple[Temper, ...], calls: tuple[ToolCall, ...] = ()) -> float:
    """The score under scripted judges; the floor where none gives a report."""
    court = AuthoredCourt(task.case, task.files, task.session(answer, calls), PROFILE)
    votes = votes_of(task, answer, tempers, calls)
    if 2 * len(votes) <= len(tempers):
        return float(court.assessed(NOTHING).score)
    return float(court.rule(votes).scored.score)
