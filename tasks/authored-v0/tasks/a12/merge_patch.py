"""How the depot's page applies corrections to a gauge's record (uses nestor.merge)."""
from nestor import merge


def corrected(record, patches):
    """The record after its corrections, oldest first."""
    for patch in sorted(patches, key=lambda p: p["seq"]):
        record = merge(record, patch["body"])
    return record


def shown(record):
    """A gauge is shown when it has a height and is not out of service."""
    if "out" in record:
        return False
    return record["height"] is not None and record["height"] >= 0
