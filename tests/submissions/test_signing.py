"""Signed records: only a key among the signers raises a tier where signers are named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from submissions.keys import key

from skillbench.cli import main
from skillbench.core.errors import InputError, SkillBenchError, SubmissionError
from skillbench.submissions.published import read_submissions
from skillbench.submissions.schema import Tier
from skillbench.submissions.signing import read_signers, sign, signer_of

RESULTS = Path(__file__).parents[2] / "results"


def test_only_a_signer_signs_and_only_these_bytes(tmp_path: Path) -> None:
    """A changed record, another key and a malformed signature are refused."""
    one, other = key(tmp_path / "one"), key(tmp_path / "other")
    signers = read_signers(one.with_suffix(".pub"))
    text = sign(b"record", one).encode()
    assert signer_of(b"record", text, signers) == "one"
    for record, signature in ((b"Record", text), (b"record", sign(b"record", other).encode()), (b"record", b"{}")):
        with pytest.raises(SubmissionError, match=r"check\.sig"):
            signer_of(record, signature, signers)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("ssh-rsa AAAA me", "a line is"),
        ("nonsense", "a line is"),
        ("{key}", "a name of its own"),
        ("{key} me\n{key} me", "a name of its own"),
        ("# " + "x" * 2**15, "at most"),
    ],
)
def test_a_file_of_signers_is_refused_line_by_line(tmp_path: Path, line: str, reason: str) -> None:
    """Other kinds of key, a key without a name, a name twice, and a file too large."""
    public = key(tmp_path / "one").with_suffix(".pub").read_text(encoding="utf-8").rpartition(" ")[0]
    (tmp_path / "signers.pub").write_text(line.replace("{key}", public), encoding="utf-8")
    with pytest.raises(SubmissionError, match=reason):
        read_signers(tmp_path / "signers.pub")


def test_a_key_of_another_kind_does_not_sign(tmp_path: Path) -> None:
    """The message names the option and how a key is made."""
    made = ec.generate_private_key(ec.SECP256R1())
    openssh, plain = serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    (tmp_path / "ecdsa").write_bytes(made.private_bytes(serialization.Encoding.PEM, openssh, plain))
    (tmp_path / "text").write_text("no key", encoding="utf-8")
    for name in ("ecdsa", "text", "missing"):
        with pytest.raises(InputError, match=r"--sign .*ssh-keygen -t ed25519"):
            sign(b"record", tmp_path / name)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A results folder with one committed submission that was checked."""
    source = next(path.parent for path in sorted(RESULTS.rglob("check.json")))
    shutil.copytree(source, tmp_path / "results" / source.name)
    return tmp_path / "results"


def test_where_signers_are_named_an_unsigned_record_is_refused(results: Path, tmp_path: Path) -> None:
    """Without ``signers.pub`` the record counts; with it only once a signer has signed exactly this record."""
    (folder,) = results.iterdir()
    maintainer, stranger = key(tmp_path / "maintainer"), key(tmp_path / "stranger")
    assert [one.tier for one in read_submissions(results)] == [Tier.RE_JUDGED]
    shutil.copy(maintainer.with_suffix(".pub"), results / "signers.pub")
    record = (folder / "check.json").read_bytes()
    for text in (None, sign(record, stranger), sign(record + b" ", maintainer)):
        if text is not None:
            (folder / "check.sig").write_text(text, encoding="utf-8")
        with pytest.raises(SkillBenchError, match=r"check\.sig"):
            read_submissions(results)
    (folder / "check.sig").write_text(sign(record, maintainer), encoding="utf-8")
    assert [one.tier for one in read_submissions(results)] == [Tier.RE_JUDGED]
    for name in ("check.json", "evidence.json", "check.sig"):
        (folder / name).unlink()
    assert [one.tier for one in read_submissions(results)] == [Tier.SELF_REPORTED]


def test_the_option_asks_for_what_it_signs(results: Path, tmp_path: Path) -> None:
    """A record is made from full logs; there is nothing to sign without them."""
    (folder,) = results.iterdir()
    done = CliRunner().invoke(main, ["submit", "check", str(folder), "--sign", str(key(tmp_path / "one"))])
    assert done.exit_code == 2
    assert "stand on the full logs" in done.output


def test_links_in_a_results_folder_are_refused(results: Path, tmp_path: Path) -> None:
    """A folder or a file that is a link is no submission."""
    (folder,) = results.iterdir()
    outside = Path(shutil.copytree(folder, tmp_path / "outside"))
    (folder / "logs.json").unlink()
    (folder / "logs.json").symlink_to(outside / "logs.json")
    with pytest.raises(SubmissionError, match=r"logs\.json is missing or no plain file"):
        read_submissions(results)
