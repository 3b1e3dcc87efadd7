"""What compare says about the slope under other models."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest
from click.testing import CliRunner

from skillbench.cli import main
from skillbench.core.errors import SelectionError
from skillbench.stats import simulate_line


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ("score", "as if the scale had no ends (Tobit): +0.9"),
        ("solve", "as if the scale had no ends (Tobit): — (gentle: fewer than two values lie between the ends)"),
        ("tokens", "by GEE: — (three chains, two k and some variation are needed)"),
    ],
)
def test_compare_shows_the_slope_under_models_that_know_the_ceiling(
    monkeypatch: pytest.MonkeyPatch, measure: str, said: str
) -> None:
    """Both lines start above the ceiling: the difference of 0.9 a skill shows in the Tobit line, or why not."""
    runs = (("gentle", 0.0), ("steep", -0.9))
    lines = [simulate_line(11.0, fall, chains=200, noise_sd=1.0, name="compare", run=run) for run, fall in runs]
    table = SimpleNamespace(outcomes=pd.concat(lines).assign(tokens=1000.0))
    monkeypatch.setattr("skillbench.cli.design.read", lambda *_logs, **_options: table)
    done = CliRunner().invoke(
        main, ["compare", "gentle", "steep", "logs", "--measure", measure], catch_exceptions=False
    )
    assert "  by a mixed model: " in done.output
    assert said in done.output
    assert ("(ordinal)" in done.output) is (measure != "tokens")


def test_a_run_is_not_compared_with_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two names of one run are refused, and the runs there are named."""
    lines = [
        simulate_line(9.0, fall, chains=4, name="self", run=run) for run, fall in (("gentle", 0.0), ("steep", -0.9))
    ]
    table = SimpleNamespace(outcomes=pd.concat(lines))
    monkeypatch.setattr("skillbench.cli.design.read", lambda *_logs, **_options: table)
    done = CliRunner().invoke(main, ["compare", "gent", "gentle", "logs"])
    assert isinstance(done.exception, SelectionError | SystemExit)
    assert done.exit_code
    assert "both name gentle; the logs hold: gentle, steep" in f"{done.output}{done.exception}"
