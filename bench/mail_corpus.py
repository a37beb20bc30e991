"""`python -m bench mail_corpus [FOLDER]`: a corpus of hard mails, read; what is expected (`*.expect.json`), compared; how fast.

The mails lie beside the repository and never in it. Their expectations come from another product: each difference is printed, and
docs/email.md says which of the two is right.
"""

from __future__ import annotations

import html
import json
import os
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lanka.settings")
FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "mail"
FIELDS = {
    "from_email": "from_email",
    "from_name": "from_display_name",
    "subject": "subject",
    "to": "to",
    "cc": "cc",
    "reply_to": "reply-to",
}
ROUNDS = 5


def bare(text: Any) -> str:
    """Without white space, quotes and case: what the corpus's own comparison leaves out, too."""
    return re.sub(r"[\s\"]", "", str(text or "")).lower()


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", html.unescape(re.sub(r"<[^>]*>", " ", text)).lower()))


def differences(found: dict[str, Any], expected: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(field, what differs). A field that is right yields nothing."""
    for ours, theirs in FIELDS.items():
        if bare(found[ours]) != bare(expected.get(theirs)):
            yield ours, f"{found[ours]!r:.90} | expected {expected.get(theirs)!r:.90}"
    wanted = {a["sha256"]: a for a in expected["attachments"] if not a["preferences"].get("content-alternative")}
    have = {a["sha256"]: a for a in found["attachments"]}
    for digest, file in wanted.items():
        if digest not in have:
            yield "files", f"missing {file['filename']!r}, {file['size']} bytes"
        elif bare(file["filename"]) != bare(have[digest]["filename"]):
            yield "file names", f"{have[digest]['filename']!r} | expected {file['filename']!r}"
    yield from (("more files", repr(file["filename"])) for digest, file in have.items() if digest not in wanted)
    said = words(expected["body"]) if expected["body"] != "no visible content" else set()
    if said and len(said & words(found["text"] + " " + found["html"])) < 0.95 * len(said):
        yield "body", f"of its words are missing: {sorted(said - words(found['text'] + found['html']))[:8]}"


def expected_of(file: Path) -> dict[str, Any] | None:
    told = file.with_suffix(".expect.json")
    return json.loads(told.read_text()) if told.exists() else None


def speed(mails: Sequence[bytes]) -> float:
    """Mails a second of processor time, the best of some rounds: other work on the machine only makes it slower."""
    from lanka.channels.email.parse import parse

    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for mail in mails:
            parse(mail)
        taken.append(time.process_time() - began)
    return len(mails) / min(taken)


def main(argv: Sequence[str]) -> int:
    from lanka.channels.email.look import inspected

    folder = Path(argv[0]) if argv else FOLDER
    files = sorted(file for file in folder.rglob("*") if file.suffix in (".eml", ".box"))
    mails = [file.read_bytes() for file in files]
    wrong: Counter[str] = Counter()
    compared = kept = 0
    for file, mail in zip(files, mails, strict=True):
        found = inspected(file.name, mail)
        kept += 1
        if expected := expected_of(file):
            compared += 1
            told = list(differences(found, expected))
            wrong.update({field for field, _ in told})
            for field, what in told:
                print(f"  {file.name:<24} {field:<11} {what}")
    print(f"\n{kept} of {len(files)} mails kept, {compared} with expectations")
    for field in [*FIELDS, "files", "more files", "file names", "body"]:
        print(f"  {field:<11} {compared - wrong[field]:>3} / {compared}  {(compared - wrong[field]) / max(1, compared):.1%}")
    size = statistics.mean(map(len, mails)) / 1000 if mails else 0
    print(f"  speed       {speed(mails):,.0f} mails/s ({size:.0f} kB on average, one core)")
    return 0 if kept == len(files) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
