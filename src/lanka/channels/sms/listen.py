"""The receiving session of a line: bound for ever, bound again when it breaks."""

from __future__ import annotations

import asyncio
import logging
import random

from lanka.channels.base import Inbox, LineView
from lanka.channels.errors import ChannelError
from lanka.channels.sms import pdu, status
from lanka.channels.sms.keep import Keeper
from lanka.channels.sms.pdu import Pdu
from lanka.channels.sms.session import Role, Session, bind

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
SWEEP = 30.0  # seconds between two looks for parts that wait too long
log = logging.getLogger(__name__)


async def listen(line: LineView, inbox: Inbox) -> None:
    """Until cancelled."""
    keeper = Keeper(line, inbox)
    sweeper = asyncio.create_task(sweep(keeper))
    wait = FIRST_WAIT
    try:
        while True:
            began = asyncio.get_running_loop().time()
            await one_session(keeper)
            lived = asyncio.get_running_loop().time() - began
            wait = FIRST_WAIT if lived > LONGEST_WAIT else min(wait * 2, LONGEST_WAIT)
            await asyncio.sleep(wait * random.uniform(0.5, 1))  # noqa: S311 lines must not knock in step
    finally:
        sweeper.cancel()


async def one_session(keeper: Keeper) -> None:
    async def take(message: Pdu, octets: bytes) -> Pdu:
        if message.command not in (pdu.DELIVER_SM, pdu.DATA_SM):
            return Pdu(pdu.GENERIC_NACK, status.INVALID_COMMAND, message.sequence)
        await keeper.keep(message, octets)
        return message.answer(message_id="")

    role: Role = "receiver" if keeper.line.settings.bind == "separate" else "transceiver"
    session: Session | None = None
    try:
        session = await bind(keeper.line.settings, role, take)
        log.info("line %s: bound as %s", keeper.line.name, role)
        await session.closed.wait()
        log.warning("line %s: the session ended", keeper.line.name)
    except ChannelError as error:
        log.warning("line %s: %s", keeper.line.name, error.words)
    finally:
        if session:
            await (session.close() if session.closed.is_set() else session.unbind())
        keeper.broke()


async def sweep(keeper: Keeper) -> None:
    reopened = False
    while True:
        try:
            if not reopened:
                await keeper.reopen()
                reopened = True
            await keeper.give_up()
        except Exception:
            log.exception("line %s: the parts that wait could not be looked at", keeper.line.name)
        await asyncio.sleep(SWEEP)
