"""Fresh keys to sign records with."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def key(path: Path) -> Path:
    """A fresh private key as OpenSSH writes it, and its public line beside it."""
    made = Ed25519PrivateKey.generate()
    openssh, plain = serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    path.write_bytes(made.private_bytes(serialization.Encoding.PEM, openssh, plain))
    public = made.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    path.with_suffix(".pub").write_text(f"{public.decode()} {path.name}\n", encoding="utf-8")
    return path
