"""What a command_status other than 0 means to us (SMPP 3.4, 5.1.3)."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from lanka.channels.errors import ChannelError, Misconfigured, Refused, Throttled, Unavailable, Unreachable

INVALID_COMMAND = 0x03
BIND_STATUS = 0x04
SYSTEM_ERROR = 0x08
INVALID_DESTINATION = 0x0B
BIND_FAILED = 0x0D
WRONG_PASSWORD = 0x0E
QUEUE_FULL = 0x14
SUBMIT_FAILED = 0x45
THROTTLED = 0x58
TEMPORARY = 0x64

NAMES = {
    0x01: "ESME_RINVMSGLEN",
    0x03: "ESME_RINVCMDID",
    0x04: "ESME_RINVBNDSTS",
    0x05: "ESME_RALYBND",
    0x08: "ESME_RSYSERR",
    0x0A: "ESME_RINVSRCADR",
    0x0B: "ESME_RINVDSTADR",
    0x0D: "ESME_RBINDFAIL",
    0x0E: "ESME_RINVPASWD",
    0x0F: "ESME_RINVSYSID",
    0x14: "ESME_RMSGQFUL",
    0x15: "ESME_RINVSERTYP",
    0x45: "ESME_RSUBMITFAIL",
    0x48: "ESME_RINVSRCTON",
    0x49: "ESME_RINVSRCNPI",
    0x50: "ESME_RINVDSTTON",
    0x51: "ESME_RINVDSTNPI",
    0x53: "ESME_RINVSYSTYP",
    0x58: "ESME_RTHROTTLED",
    0x64: "ESME_RX_T_APPN",
    0x65: "ESME_RX_P_APPN",
    0x66: "ESME_RX_R_APPN",
}
OURS = {0x0A, 0x0D, 0x0E, 0x0F, 0x15, 0x48, 0x49, 0x50, 0x51, 0x53}  # the line's settings are wrong
LATER = {BIND_STATUS, 0x05, SYSTEM_ERROR, TEMPORARY}  # surely not taken
PAUSES = {THROTTLED: timedelta(seconds=5), QUEUE_FULL: timedelta(seconds=30)}


def name(number: int) -> str:
    return NAMES.get(number, f"{number:#010x}")


def error(number: int) -> ChannelError:
    """Statuses of our operator alone (from 0x400) are about the content or the account: a person must read them."""
    if number in PAUSES:
        return Throttled(_("The operator asks us to slow down (%s)") % name(number), after=PAUSES[number])
    if number == INVALID_DESTINATION:
        return Unreachable(_("The operator says that there is no such number (%s)") % name(number))
    if number in LATER:
        return Unavailable(_("The operator has a problem (%s)") % name(number))
    if number in OURS:
        return Misconfigured(_("The operator does not accept the settings of this line (%s)") % name(number))
    return Refused(_("The operator does not accept this message (%s)") % name(number))
