"""Every error SkillBench raises on purpose.

SkillBenchError
├── InputError            something a person gave is wrong: an option, a file, a row
│   ├── SelectionError        k, chains or tools that select nothing or are unknown
│   ├── CorpusError           a tagged corpus cannot be read (names the line)
│   ├── TaskSetError          a task file is malformed, altered or of another version
│   ├── LogError              an Inspect log is not one of ours, or of another version
│   └── SubmissionError       a packed submission does not hold what it claims
├── SkillError            a skill breaks the contract and is refused at load
├── DeliverableError      a kind of deliverable breaks its contract and is refused at load
├── CompositionError      a chain cannot be composed from what it was given
├── GateError             a case failed a gate (names the case and the gate)
├── SandboxError          no sandbox, or one that may not be used here
└── JudgeError            the judge gave no verdict; the sample is unscored with this reason

A message says what was given, what is allowed, and what to do next. Raise plain errors; the command
line is the one boundary that turns them into an exit status.
"""


class SkillBenchError(Exception):
    """Base of the tree; catch this to catch everything SkillBench raises on purpose."""


class InputError(SkillBenchError):
    """Something a person gave is wrong."""


class SelectionError(InputError):
    """A selection of k, chains, tools or agents is unknown or empty."""


class CorpusError(InputError):
    """A tagged corpus cannot be read; the message names the line."""


class TaskSetError(InputError):
    """A task file is malformed, altered, or of another version."""


class LogError(InputError):
    """An Inspect log is not one of ours, or was written by another version."""


class SubmissionError(InputError):
    """A packed submission does not hold what it claims."""


class SkillError(SkillBenchError):
    """A skill breaks the contract."""


class DeliverableError(SkillBenchError):
    """A kind of deliverable breaks its contract."""


class CompositionError(SkillBenchError):
    """A chain cannot be composed from what it was given."""


class GateError(SkillBenchError):
    """A case failed a gate."""


class SandboxError(SkillBenchError):
    """No sandbox, or one that may not be used here."""


class JudgeError(SkillBenchError):
    """The judge gave no verdict."""
