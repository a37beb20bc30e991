"""Free-form bounces: servers that tell in prose that a mail was not delivered (qmail, Exim, old Exchange, Gmail, Postfix without MIME)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lanka.channels.email import own
from lanka.channels.email.mime import Headers, Part
from lanka.channels.email.phrases import DELAYED, UNDELIVERED
from lanka.channels.email.reports import REPLY, STATUS, Report, for_ever, originals

DAEMONS = re.compile(r"(mailer-daemon|postmaster|mail-?daemon|mdaemon|postmaster|maildelivery|bounce[sd]?)([+._-].*)?", re.IGNORECASE)
PROSE = re.compile(
    r"this is the qmail-send program|this message was created automatically by mail delivery software|this is the mail system at host|"
    r"delivery to the following recipients? (has )?(failed|was aborted)|did not reach the following recipient|"
    r"delivery has failed to these recipients|could ?n[o']t be delivered to|was(n't| not) delivered to|undeliverable to the following|"
    r"the following (address|recipient)(es|s|\(es\))? (failed|had permanent fatal errors|could not)|unable to deliver your message|"
    r"the original message was received at|sorry, we were unable to deliver|message could not be delivered|"
    r"i wasn't able to deliver your message|wurde nicht zugestellt|konnte nicht zugestellt werden|ei voitu toimittaa|"
    r"kunde inte levereras|nie została dostarczona|nie mogła zostać dostarczona",
    re.IGNORECASE,
)
COPY = re.compile(
    r"^[-\s*]*(?:below this line is a copy|this is a copy of (?:the|your) message|original message (?:follows|headers)|"
    r"(?:your )?original message|transcript of session|----- (?:message|original) header|undelivered message)",
    re.IGNORECASE | re.MULTILINE,
)
EMAIL = re.compile(r"[A-Za-z0-9][\w.+'%=-]{0,63}@[A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
RETURNED_ID = re.compile(r"^[>\s]*(?:message-id|x-lanka-id)\s*:\s*(<[^<>\s]{1,300}>)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Letter:
    """What the prose is judged by."""

    headers: Headers
    sender: str
    subject: str
    text: str
    to: tuple[str, ...]


def bounces(letter: Letter, root: Part) -> list[Report]:
    """Empty if it is no bounce. A person who writes about 'failed delivery' is no daemon: two signs are needed."""
    head = letter.text[:20_000]
    daemon = bool(DAEMONS.fullmatch(letter.sender.partition("@")[0])) or letter.headers.text("return-path") == "<>"
    named = letter.headers.text("x-failed-recipients")
    signs = daemon + bool(UNDELIVERED.search(letter.subject)) + bool(PROSE.search(head)) + 2 * bool(named)
    if signs < 2 or not (daemon or named):
        return []
    refs = tuple(dict.fromkeys(RETURNED_ID.findall(letter.text[:200_000]))) or originals(
        letter.headers, [p for p in root.walk() if not p.parts]
    )
    story = head[: found.start()] if (found := COPY.search(head)) and found.start() > 40 else head
    recipients = EMAIL.findall(named)[:50] or _recipients(story, letter)
    delayed = bool(DELAYED.search(letter.subject) or DELAYED.search(story[:1500])) and "5.1.1" not in story
    reports = [_report(recipient, story, delayed) for recipient in recipients or [""]]
    return [Report(r.kind, r.recipient, r.status, r.why, r.permanent, _own_first(refs)) for r in reports]


def _own_first(refs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(refs, key=lambda ref: not own.outbound_of(ref)))


def _recipients(story: str, letter: Letter) -> list[str]:
    """The first address that is neither ours nor a daemon's."""
    ours = {address.lower() for address in letter.to} | {letter.sender.lower()}
    for email in EMAIL.findall(story):
        if email.lower() not in ours and not DAEMONS.fullmatch(email.partition("@")[0]):
            return [email]
    return []


def _report(recipient: str, story: str, delayed: bool) -> Report:
    near = story[max(0, story.find(recipient)) :] if recipient else story
    status = (STATUS.search(near) or STATUS.search(story) or [""])[0]
    why = _words(near)
    if delayed:
        return Report("delay", recipient, status, why)
    return Report("bounce", recipient, status, why, for_ever(status, near[:1500]))


def _words(near: str) -> str:
    """The line with the server's answer and what follows of it; else the first lines."""
    lines = [line.strip() for line in near.split("\n") if line.strip()]
    at = next((n for n, line in enumerate(lines) if REPLY.search(line) or STATUS.search(line)), None)
    picked = lines[at : at + 3] if at is not None else lines[:3]
    return " ".join(picked)[:500]
