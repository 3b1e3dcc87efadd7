"""What maintainers verified of a submission, kept as evidence from which anyone derives the tier again.

``evidence.json`` holds what was found, ``check.json`` the tier and the hash of the evidence. A tier is never
read: it is derived from the evidence, and a record that says anything else is refused.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import pandas as pd
from pydantic import Field, ValidationError

from skillbench.core.errors import SelectionError, SubmissionError
from skillbench.evidence.graded import judge_parts
from skillbench.report.wording import figure
from skillbench.stats import compare
from skillbench.submissions.draws import SHARE, TOLERANCE, draw
from skillbench.submissions.pack import CHECKED, EVIDENCE, STATEMENT, Pack, bounded
from skillbench.submissions.schema import Digest, Line, Log, PrintableRecord, Tier
from skillbench.submissions.signing import SIGNATURE, sign, signer_of

MARGIN: Final = 0.5
"""Points of score within which two runs, or two readings of a language-model judge, count as equal."""

LEVEL: Final = 0.9
"""Of the interval that must lie within the margin: two one-sided tests at 5 % each (Schuirmann 1987)."""

Score = Annotated[float, Field(ge=0, le=10)] | None
Outcome = Literal["agree", "differ", "undecided"]


class SampleScore(PrintableRecord):
    """One sample's score; None where it has none."""

    case: Line
    epoch: Annotated[int, Field(ge=1)]
    score: Score


class Rejudging(PrintableRecord):
    """The drawn samples, judged again; ``judge`` and ``judge_prompt`` as the submission names its own.

    ``share`` of each k was drawn: more than the usual tenth where that left a judge's noise undecided.
    """

    share: Annotated[float, Field(ge=SHARE, le=1)]
    judge: Line
    judge_prompt: Digest | None
    samples: list[SampleScore]


class Reproduction(PrintableRecord):
    """A rerun by the maintainers: its logs, and every composed sample's score."""

    logs: list[Log]
    samples: list[SampleScore]


class Verification(PrintableRecord):
    """``evidence.json``.

    Attributes:
        statement: sha256 of the submission's statement, which binds samples and logs.
        logs: the full logs that were read whole.
        recomputed: how many samples the audit judged again in them.
        rejudging, reproduction: what else was done, or None.
        checked_with: release of this package.
    """

    statement: Digest
    logs: list[Log]
    recomputed: Annotated[int, Field(ge=0)]
    rejudging: Rejudging | None = None
    reproduction: Reproduction | None = None
    checked_with: Line


class Record(PrintableRecord):
    """``check.json``: the tier, of which bytes, on what evidence, by which release."""

    tier: Tier
    statement: Digest
    evidence: Digest
    checked_with: Line


@dataclass(frozen=True)
class Agreement:
    """A paired difference held against the margin.

    Attributes:
        outcome: ``agree`` where the 90 % interval lies within the margin and no k differs by more than it,
            ``differ`` where the interval lies beyond it or a k differs, else ``undecided``.
        difference, low, high: found minus claimed, in points, over all k.
        apart: every k shown (Holm, 5 %) to differ by more than the margin.
        chains: shared chains.
    """

    outcome: Outcome
    difference: float
    low: float
    high: float
    apart: tuple[int, ...]
    chains: int

    def sentence(self) -> str:
        """The finding in words."""
        if math.isnan(self.low):
            return f"{self.outcome}: too few shared chains for an interval ({self.chains})"
        at = f"; differs at k = {', '.join(map(str, self.apart))}" if self.apart else ""
        shown = [figure(value, sign=True) for value in (self.difference, self.low, self.high)]
        found = f"{shown[0]} points, 90 % interval {shown[1]} to {shown[2]}"
        return f"{self.outcome}: {found}, margin ±{MARGIN}, {self.chains} chains{at}"


def agreement(claimed: Sequence[Mapping[str, Any]], found: Sequence[SampleScore]) -> Agreement:
    """Whether scores found agree with those claimed, paired by case, the chain as cluster; unscored counts 0.

    Args:
        claimed: packed rows of the submission.
        found: scores of some or all of the same cases, of any number of epochs.

    Raises:
        SubmissionError: a score of a case that the submission does not hold.
    """
    rows = {str(row["case"]): row for row in claimed}
    if strangers := sorted({one.case for one in found} - rows.keys()):
        raise SubmissionError(f"the evidence scores {strangers[0]}, which the submission does not hold")
    asked = {one.case for one in found}
    ours = [_row("claimed", row, row["epoch"], row["score"]) for row in claimed if row["case"] in asked]
    theirs = [_row("found", rows[one.case], one.epoch, one.score) for one in found]
    table = pd.DataFrame([row for row in (*ours, *theirs) if row["kind"] == "chain"])
    try:
        held = compare(table, "found", "claimed", unscored="zero", level=LEVEL)
    except (SelectionError, KeyError):
        return Agreement("undecided", math.nan, math.nan, math.nan, (), 0)
    total = held.overall
    apart = tuple(
        int(one.k) for one in held.by_k if one.k is not None and one.p_holm < 0.05 and abs(one.estimate) > MARGIN
    )
    beyond = total.low > MARGIN or total.high < -MARGIN
    within = total.low >= -MARGIN and total.high <= MARGIN
    outcome: Outcome = "differ" if beyond or apart else "agree" if within else "undecided"
    return Agreement(outcome, total.estimate, total.low, total.high, apart, held.shared)


def _row(run: str, row: Mapping[str, Any], epoch: int, score: float | None) -> dict[str, Any]:
    value = math.nan if score is None else float(score)
    graded = dict.fromkeys(("solve", "coverage", "tokens", "cost"), math.nan)
    kept = {name: row[name] for name in ("case", "chain", "kind", "k")}
    # A case is its own label of a skill here: k tells its place, and no estimate of a score asks for more.
    return {**kept, **graded, "run": run, "skill": row["case"], "epoch": epoch, "score": value, "score_no_bonus": value}


def tier_of(pack: Pack, found: Verification) -> Tier:
    """The tier that evidence gives a submission.

    Raises:
        SubmissionError: the evidence belongs to other bytes, is incomplete, or contradicts the submission.
    """
    place = pack.folder / EVIDENCE
    if found.statement != statement_digest(pack):
        raise SubmissionError(f"{place} was made for another statement than the folder holds; check it again")
    if sorted(found.logs, key=str) != sorted(pack.logs, key=str) or found.recomputed < len(pack.samples):
        raise SubmissionError(f"{place} does not cover every log and sample of the submission; check it again")
    if found.rejudging is not None:
        _hold_rejudged(pack, found.rejudging)
    if found.reproduction is not None:
        result = reproduced(pack, found.reproduction)
        if result.outcome != "agree":
            raise SubmissionError(f"{place}: the rerun does not agree with the submission; {result.sentence()}")
        return Tier.REPRODUCED
    return Tier.RE_JUDGED if found.rejudging is not None else Tier.LOG_CHECKED


def _hold_rejudged(pack: Pack, found: Rejudging) -> None:
    """Refuse a re-judging of other samples, by another judge, or with other results than claimed."""
    place, stated = pack.folder / EVIDENCE, pack.statement
    if sorted((one.case, one.epoch) for one in found.samples) != draw(pack.samples, stated.samples, found.share):
        raise SubmissionError(f"{place}: the samples judged again are not the ones drawn; check it again")
    if (found.judge, found.judge_prompt) != (stated.judge, stated.judge_prompt):
        raise SubmissionError(f"{place}: judged again by {found.judge}, the submission by {stated.judge}; not the same")
    claims = {(str(row["case"]), int(row["epoch"])): row["score"] for row in pack.samples}
    if judge_parts(stated.judge)[1]:
        silent = [one for one in found.samples if one.score is None and claims[one.case, one.epoch] is not None]
        if silent:
            raise SubmissionError(
                f"{place}: the judge gave no score for {len(silent)} of {len(found.samples)} drawn samples that have "
                "one in the submission; judge them again"
            )
        result = agreement(pack.samples, found.samples)
        if result.outcome != "agree":
            more = ". Judge more of them: --share 0.3" if result.outcome == "undecided" else ""
            raise SubmissionError(f"{place}: judged again, the drawn samples do not agree; {result.sentence()}{more}")
        return
    for one in found.samples:
        claim = claims[one.case, one.epoch]
        if (one.score is None) != (claim is None) or abs((one.score or 0) - (claim or 0)) > TOLERANCE:
            raise SubmissionError(
                f"{place}: {one.case}, epoch {one.epoch}: claimed {claim}, judged again {one.score}; the submission is "
                "refused"
            )


def reproduced(pack: Pack, found: Reproduction) -> Agreement:
    """How far a rerun agrees.

    Raises:
        SubmissionError: the rerun is the submission's own logs, or lacks composed cases of it.
    """
    own = {log.sha256 for log in pack.logs}
    if any(log.sha256 in own for log in found.logs):
        raise SubmissionError("a rerun must have logs of its own; these are the submission's")
    asked = {str(row["case"]) for row in pack.samples if row["kind"] == "chain"}
    if lacking := sorted(asked - {one.case for one in found.samples}):
        raise SubmissionError(f"the rerun lacks {len(lacking)} composed cases, first {lacking[0]}; run the whole set")
    return agreement(pack.samples, found.samples)


def write_evidence(pack: Pack, found: Verification, key: Path | None = None) -> Tier:
    """Write ``evidence.json`` and ``check.json`` with the tier that follows from it, and return the tier.

    Args:
        pack: the submission.
        found: what was verified.
        key: a private key to sign the record with, in ``check.sig``.

    Raises:
        SubmissionError: see :func:`tier_of`; nothing is written then.
        InputError: the key cannot be used; nothing is written then.
    """
    tier = tier_of(pack, found)
    text = found.model_dump_json(indent=1) + "\n"
    record = Record(
        tier=tier,
        statement=found.statement,
        evidence=hashlib.sha256(text.encode()).hexdigest(),
        checked_with=found.checked_with,
    )
    told = record.model_dump_json(indent=1) + "\n"
    signed = sign(told.encode(), key) if key else None
    (pack.folder / EVIDENCE).write_text(text, encoding="utf-8", newline="\n")
    (pack.folder / CHECKED).write_text(told, encoding="utf-8", newline="\n")
    if signed is None:
        (pack.folder / SIGNATURE).unlink(missing_ok=True)
    else:
        (pack.folder / SIGNATURE).write_text(signed, encoding="utf-8", newline="\n")
    return tier


def verified_tier(pack: Pack, signers: Mapping[str, Any] | None = None) -> Tier:
    """The tier of a submission as its evidence gives it; self-reported without a record.

    Args:
        pack: the submission.
        signers: keys of which one must have signed the record, by name; None where records are not signed.

    Raises:
        SubmissionError: a record without its evidence, one that the evidence does not bear out, or that no signer
            signed.
    """
    path, source = pack.folder / CHECKED, pack.folder / EVIDENCE
    if not path.exists() and not source.exists():
        return Tier.SELF_REPORTED
    if not (path.exists() and source.exists()):
        raise SubmissionError(
            f"{pack.folder} holds only one of {CHECKED} and {EVIDENCE}; a tier needs both. Remove it, or check the "
            "submission again with `skillbench submit check --logs ... --record`"
        )
    content = bounded(source)
    if signers is not None:
        signer_of(bounded(path), bounded(pack.folder / SIGNATURE), signers)
    try:
        record = Record.model_validate_json(bounded(path))
        found = Verification.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise SubmissionError(f"{path}: {where}: {first['msg']}; check the submission again") from error
    if record.evidence != hashlib.sha256(content).hexdigest():
        raise SubmissionError(f"{path} was made on other evidence than {EVIDENCE} holds; check the submission again")
    if record.statement != statement_digest(pack):
        raise SubmissionError(
            f"{path} was made for another statement than the folder holds; check the submission again"
        )
    tier = tier_of(pack, found)
    if record.tier != tier:
        raise SubmissionError(f"{path} says {record.tier}, its evidence gives {tier}; check the submission again")
    return tier


def statement_digest(pack: Pack) -> str:
    """What binds evidence to a submission: the hash of its statement, which names the hashes of all else."""
    return hashlib.sha256(bounded(pack.folder / STATEMENT)).hexdigest()
