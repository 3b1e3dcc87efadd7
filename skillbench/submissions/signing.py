"""Signed records: whose check a tier rests on, by Ed25519 keys in OpenSSH's form, signed and verified by a library."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import Field, ValidationError

from skillbench.core.errors import InputError, SubmissionError
from skillbench.submissions.schema import Line, PrintableRecord

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIGNATURE: Final = "check.sig"
SIGNERS: Final = "signers.pub"
"""Beside the submissions: public keys, one a line as in ``authorized_keys``; where it is, every record is signed."""

PURPOSE: Final = b"skillbench check.json 1\n"
"""Goes before what is signed, so that a signature given for something else is none of a record."""

LARGEST_KEY: Final = 2**14


class Signature(PrintableRecord):
    """``check.sig``: the signature in base64, and the name its key has among the signers."""

    signer: Line
    signature: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{86}==$")]


def sign(record: bytes, key: Path) -> str:
    """The text of ``check.sig`` for the bytes of a ``check.json``.

    Args:
        record: what is signed.
        key: a private key as ``ssh-keygen -t ed25519`` writes it, without a passphrase; its comment is not kept, so
            the signer's name is the file's.

    Raises:
        InputError: no such key, or one of another kind.
    """
    library = _library()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415  an extra

    try:
        found = library.load_ssh_private_key(key.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"--sign {key}: {error}; give a key made by `ssh-keygen -t ed25519 -N ''`") from error
    if not isinstance(found, Ed25519PrivateKey):
        raise InputError(f"--sign {key} is no Ed25519 key; make one by `ssh-keygen -t ed25519 -N ''`")
    text = base64.b64encode(found.sign(PURPOSE + record)).decode()
    return Signature(signer=key.name, signature=text).model_dump_json(indent=1) + "\n"


def read_signers(path: Path) -> dict[str, Ed25519PublicKey]:
    """Public keys by their comment.

    Raises:
        SubmissionError: a line that is no Ed25519 key with a name, a name twice, or a file too large.
    """
    library = _library()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415  an extra

    text = path.read_bytes()
    if len(text) > LARGEST_KEY:
        raise SubmissionError(f"{path} has {len(text)} bytes; at most {LARGEST_KEY} are read")
    found: dict[str, Ed25519PublicKey] = {}
    for number, line in enumerate(text.decode("utf-8", "replace").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        kind, _, rest = line.partition(" ")
        name = rest.partition(" ")[2].strip()
        try:
            key = library.load_ssh_public_key(f"{kind} {rest.partition(' ')[0]}".encode())
        except ValueError as error:
            raise SubmissionError(f"{path}:{number}: {error}; a line is `ssh-ed25519 AAAA... name`") from error
        if not isinstance(key, Ed25519PublicKey) or not name or name in found:
            raise SubmissionError(f"{path}:{number}: give an Ed25519 key and a name of its own")
        found[name] = key
    return found


def signer_of(record: bytes, text: bytes, signers: Mapping[str, Ed25519PublicKey]) -> str:
    """Who signed a record.

    Args:
        record: the bytes of ``check.json``.
        text: the bytes of ``check.sig``.
        signers: keys that may sign.

    Raises:
        SubmissionError: malformed, or signed by none of them.
    """
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  an extra

    try:
        given = Signature.model_validate_json(text)
    except ValidationError as error:
        raise SubmissionError(f"{SIGNATURE}: {error.errors()[0]['msg']}") from error
    for name, key in signers.items():
        try:
            key.verify(base64.b64decode(given.signature), PURPOSE + record)
        except InvalidSignature:
            continue
        return name
    raise SubmissionError(
        f"{SIGNATURE} says {given.signer}, but no key of {SIGNERS} signed this record; the keys are of "
        f"{', '.join(signers) or 'nobody'}"
    )


def _library() -> Any:
    try:
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415  an extra
    except ImportError as missing:
        raise InputError(
            "signed records need cryptography, which is missing; pip install 'skillbench-steps[sign]'"
        ) from missing
    return serialization
