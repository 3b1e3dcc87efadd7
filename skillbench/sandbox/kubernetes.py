"""The Kubernetes sandbox: a values file for the chart of inspect-k8s-sandbox."""

from pathlib import Path

K8S_VALUES = Path(__file__).parent / "docker" / "k8s-values.yaml"
"""Pass it to Inspect by absolute path: ``("k8s", str(K8S_VALUES))``."""
