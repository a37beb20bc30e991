"""The worker: understands what arrived, sends what is planned, keeps the clocks.

The two hot queues are rows already (raw items, deliveries) and are drained with SKIP LOCKED as soon as NOTIFY tells of
them; what is periodic or heavy is a procrastinate job (docs/decisions/0002-queues.md).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections

from lanka.core import pool
from lanka.core.live import hub
from lanka.deliver.batch import gather_due
from lanka.deliver.claim import SENDERS
from lanka.deliver.fallback import fall_back_due
from lanka.deliver.promise import promise_due
from lanka.deliver.recover import end_leases
from lanka.deliver.send import answer_next, deliver_next
from lanka.deliver.trouble import take_over
from lanka.deliver.withdraw import withdraw_due
from lanka.outreach.campaigns.carry_on import carry_on
from lanka.outreach.follow import keep_all_current
from lanka.receive.understand import understand_next

IDLE = 2.0  # seconds until it looks without being told
log = logging.getLogger(__name__)


def safely(step: Callable[[], object]) -> bool:
    """One step in a thread; a lost database is waited for, not died of."""
    try:
        close_old_connections()
        return bool(step())
    except Exception:
        log.exception("work: %s", getattr(step, "__name__", step))
        close_old_connections()
        return False


async def drain(topic: str, step: Callable[[], object], stopping: asyncio.Event, threads: ThreadPoolExecutor) -> None:
    """Runs `step` while it finds something, then waits for news of the topic."""
    loop = asyncio.get_running_loop()
    async with hub.subscribe(topic) as news:
        while not stopping.is_set():
            if await loop.run_in_executor(threads, safely, step):
                continue
            try:
                await asyncio.wait_for(anext(news), IDLE)
                news.waiting()
            except TimeoutError:
                continue


async def every(seconds: float, step: Callable[[], object], stopping: asyncio.Event, threads: ThreadPoolExecutor) -> None:
    while not stopping.is_set():
        await asyncio.get_running_loop().run_in_executor(threads, safely, step)
        try:
            await asyncio.wait_for(stopping.wait(), seconds)
        except TimeoutError:
            continue


async def jobs(stopping: asyncio.Event) -> None:
    """Procrastinate's worker: `jobs.py` of the rooms."""
    from procrastinate.contrib.django import app

    worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with worker.open_async():
        task = asyncio.create_task(worker.run_worker_async(concurrency=2, install_signal_handlers=False, listen_notify=True))
        await asyncio.wait([task, asyncio.create_task(stopping.wait())], return_when=asyncio.FIRST_COMPLETED)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def jobs_for_ever(stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            await jobs(stopping)
        except Exception as error:
            log.warning("jobs: %s; again in 3 s", error)
            await asyncio.sleep(3)


async def work(stopping: asyncio.Event) -> None:
    """Until `stopping` is set; what is in hand is finished first."""
    threads = ThreadPoolExecutor(SENDERS + 10, thread_name_prefix="work")
    async with pool.opened(size=2):
        await hub.start()
        tasks = [
            asyncio.create_task(drain("raw", understand_next, stopping, threads)),
            *(asyncio.create_task(drain("outbox", deliver_next, stopping, threads)) for _ in range(SENDERS)),
            asyncio.create_task(drain("outbox", answer_next, stopping, threads)),
            asyncio.create_task(drain("verdicts", promise_due, stopping, threads)),
            asyncio.create_task(every(5, end_leases, stopping, threads)),
            asyncio.create_task(every(5, take_over, stopping, threads)),
            asyncio.create_task(every(5, withdraw_due, stopping, threads)),
            asyncio.create_task(every(5, fall_back_due, stopping, threads)),
            asyncio.create_task(every(10, gather_due, stopping, threads)),
            asyncio.create_task(drain("campaigns", carry_on, stopping, threads)),
            asyncio.create_task(every(0.5, keep_all_current, stopping, threads)),  # segments: any news may move somebody
            asyncio.create_task(jobs_for_ever(stopping)),
        ]
        await stopping.wait()
        await asyncio.gather(*tasks, return_exceptions=True)
        await hub.stop()
    threads.shutdown()
