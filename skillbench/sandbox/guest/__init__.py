"""What runs inside a sandbox: standard library only, because the guest has no SkillBench.

The files of this folder are copied into the runtime cache and bound read-only into every bubblewrap
sandbox (``init``, the first process), and copied into the Docker image (``init`` and ``timeout``).
"""
