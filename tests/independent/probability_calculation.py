"""Expected fault loss by weights of evidence: log-odds are added up in data frames, report by report.

Written by one person with the reference, in another method: pandas over the three tables, logarithms and the
logistic function instead of products of ratios.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit, logit


def table(text: str) -> pd.DataFrame:
    """A Markdown table as text cells."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()]
    return pd.DataFrame(rows[2:], columns=rows[0])


def rate(cell: str) -> float:
    """Read `82 %`, `0.82` or `41 of 50`."""
    if "of" in cell:
        part, whole = map(int, cell.split("of"))
        return part / whole
    return float(cell.strip(" %")) / (100 if "%" in cell else 1)


def base_rates(history: pd.DataFrame, number: dict[str, float], clauses: dict[str, str]) -> dict[str, float]:
    """The base rate of everyone in the check history."""
    years, checks = history["year"].astype(int), history["checks"].astype(float)
    lost = history["faults"] == "-"
    faults = pd.to_numeric(history["faults"].where(~lost, "0")).astype(float)
    if clauses["lost"] == "assumed":
        faults = faults.where(~lost, checks * number["lost_rate"])
    early = years < number["first_year"]
    weight = {
        "from": 1.0 * ~early,
        "last": 1.0 * years.isin(sorted(set(years))[-2:]),
        "halved": 1 - 0.5 * early,
    }[clauses["years"]]
    if clauses["lost"] == "out":
        weight = weight * ~lost
    sums = pd.DataFrame({"code": history["code"], "f": faults * weight, "c": checks * weight})
    own = sums.groupby("code").sum()
    if clauses["base"] == "counts":
        return dict((own["f"] + number["prior_faults"]) / (own["c"] + number["prior_checks"]))
    plain = own["f"] / own["c"].replace(0, np.nan)
    if clauses["base"] == "bounds":
        return dict(plain.clip(number["base_low"], number["base_high"]).fillna(number["base_low"]))
    house = sums["f"].sum() / sums["c"].sum()
    return dict(((plain + house) / 2).fillna(house))


def evidence(log: pd.DataFrame, since: str, clauses: dict[str, str], contested: set[str]) -> pd.DataFrame:
    """One line per report that counts, with the outcome it is treated as."""
    out = log["status"] == "withdrawn"
    if clauses["withdrawn"] == "head":
        out &= log["office"] == "head office"
    told = out.groupby(log["report"])
    gone = told.all() if clauses["withdrawn"] == "all" else told.any()
    reports = log.drop_duplicates("report")
    reports = reports[~reports["report"].map(gone).astype(bool) & (reports["sampled"] >= since)].copy()
    if clauses["void"] != "silent":
        reports["outcome"] = reports["outcome"].replace("void", clauses["void"])
    reports = reports[reports["outcome"] != "void"]
    barred = reports["code"].isin(contested)
    if clauses["exception"] == "defended":
        barred &= reports["outcome"] == "positive"
    return reports[~barred | (clauses["exception"] == "primed")].copy()


def weighed(
    reports: pd.DataFrame, tests: pd.DataFrame, number: dict[str, float], clauses: dict[str, str]
) -> pd.DataFrame:
    """The reports that enter, each with the logarithm of what it multiplies the odds by."""
    known = tests.set_index("test")
    counted = reports["test"].map(known["counted"])
    faulty, sound = (reports["test"].map(known[column].map(rate)) for column in ("if faulty", "if sound"))
    same = reports["outcome"] == counted
    weight = np.log(faulty.where(same, 1 - faulty)) - np.log(sound.where(same, 1 - sound))
    if clauses["update"] == "capped":
        weight = weight.clip(-np.log(number["ratio_cap"]), np.log(number["ratio_cap"]))
    if clauses["update"] == "damped":
        weight = weight * number["damping"]
    reports = reports.assign(weight=weight, order=reports["report"].str[1:].astype(int))
    reports = reports.sort_values(["sampled", "order"])
    alike = reports.groupby(["code", "test"])
    if clauses["repeat"] == "latest":
        reports = alike.tail(1)
    if clauses["repeat"] == "weaker":
        reports["weight"] = reports["weight"].where(alike.cumcount() == 0, reports["weight"] / 2)
    return reports


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    clauses: dict[str, str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the expected fault loss and the flagged entities."""
    number = {name: float(value) for name, value in params.items() if name != "evidence_from"}
    base = base_rates(table(files["check_history.md"]), number, clauses)
    log = table(files["report_log.md"])
    reports = evidence(log, str(params["evidence_from"]), clauses, exceptions)
    entered = weighed(reports, table(files["test_register.md"]), number, clauses)
    pull = entered.groupby("code")["weight"].sum()
    found = entered.loc[entered["outcome"] == "positive", "code"].value_counts()
    chances, losses = {}, {}
    for code, exposure in quantities["exposure"].items():
        prime = np.log(number["odds_factor"]) if clauses["exception"] == "primed" and code in exceptions else 0.0
        chances[code] = float(expit(logit(base[code]) + prime + pull.get(code, 0.0)))
        units = exposure
        if clauses["loss"] == "band" and exposure > number["near_exposure"]:
            units = number["near_exposure"] + (exposure - number["near_exposure"]) * number["far_rate"]
        blend = number["residual_share"] + chances[code] * (1 - number["residual_share"])
        losses[code] = units * quantities["unit_cost"][code] * blend
    mean = sum(losses.values()) / len(losses)
    high = {
        "alarm": lambda code: chances[code] > number["alarm_level"],
        "tests": lambda code: found.get(code, 0) >= number["alarm_reports"],
        "loss": lambda code: losses[code] / mean > number["alarm_share"],
    }[clauses["flag"]]
    return losses, {code for code in losses if high(code)}
