"""Sandboxes: where code that a model wrote runs.

``docker`` and ``bubblewrap`` hold the same promises under the same limits (see docs/security.md);
:func:`resolve_sandbox` picks one. Import ``skillbench.sandbox.bubblewrap`` to register the provider.
"""

from skillbench.sandbox.select import ResolvedSandbox, SandboxStatus, resolve_sandbox, sandbox_report

__all__ = ["ResolvedSandbox", "SandboxStatus", "resolve_sandbox", "sandbox_report"]
