"""An office printer on loopback that speaks IPP over HTTP and keeps what it printed. `trouble` makes it fail on purpose."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lanka.channels.letter import ippwire as wire


@dataclass
class Job:
    id: int
    name: str
    how: dict[str, Any]
    document: bytes
    state: int = wire.PENDING
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def told(self) -> dict[str, Any]:
        reasons = {wire.COMPLETED: "job-completed-successfully", wire.ABORTED: "document-format-error"}.get(self.state, "none")
        ended = {"date-time-at-completed": self.at} if self.state >= wire.CANCELED else {}
        return {"job-id": self.id, "job-name": self.name, "job-state": self.state, "job-state-reasons": reasons, **ended}


class IppPrinter:
    """`with IppPrinter() as printer:` then `printer.uri`, `printer.jobs`, `printer.finish()`."""

    def __init__(self, *, at_once: bool = True) -> None:
        self.jobs: list[Job] = []
        self.at_once = at_once  # a job is done as soon as it is taken
        self.trouble = ""  # 'busy', 'broken', 'cut': after the job was taken, before the answer
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Hand", (Hand,), {"printer": self}))
        self.uri = f"ipp://127.0.0.1:{self.server.server_address[1]}/ipp/print"

    def __enter__(self) -> IppPrinter:
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, name="ipp-printer", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def finish(self, state: int = wire.COMPLETED) -> None:
        for job in self.jobs:
            if job.state < wire.CANCELED:
                job.state, job.at = state, datetime.now(UTC)

    def answer(self, asked: wire.Message) -> wire.Message:
        charset = (wire.OPERATION, {"attributes-charset": "utf-8", "attributes-natural-language": "en"})
        if self.trouble == "busy":
            return wire.Message(0x0507, [charset])
        if asked.code == wire.PRINT_JOB:
            return wire.Message(0, [charset, (wire.JOB, self._print(asked).told())])
        if asked.code == wire.GET_JOBS:
            ended = asked.first(wire.OPERATION).get("which-jobs") == "completed"
            found = [job for job in self.jobs if (job.state >= wire.CANCELED) == ended]
            return wire.Message(0, [charset, *((wire.JOB, job.told()) for job in found)])
        told = {
            "printer-make-and-model": "Kamppi Office 2000",
            "document-format-supported": ["application/octet-stream", "application/pdf"],
            "printer-is-accepting-jobs": True,
            "printer-state": 3,
            "printer-state-reasons": "none",
        }
        return wire.Message(0, [charset, (wire.PRINTER, told)]) if asked.code == wire.GET_PRINTER else wire.Message(0x0501, [charset])

    def _print(self, asked: wire.Message) -> Job:
        name = str(asked.first(wire.OPERATION).get("job-name", ""))
        job = Job(len(self.jobs) + 1, name, asked.first(wire.JOB), asked.data)
        job.state = wire.COMPLETED if self.at_once else wire.PROCESSING
        if not job.document.startswith(b"%PDF-"):
            job.state = wire.ABORTED
        self.jobs.append(job)
        return job


class Hand(BaseHTTPRequestHandler):
    printer: IppPrinter

    def do_POST(self) -> None:
        asked = wire.decode(self.rfile.read(int(self.headers.get("content-length", 0))))
        answer = self.printer.answer(asked)
        if self.printer.trouble == "cut":
            self.close_connection = True
            return
        octets = b"?" if self.printer.trouble == "broken" else wire.encode(answer)
        self.send_response(200)
        self.send_header("content-type", "application/ipp")
        self.send_header("content-length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def log_message(self, *_: object) -> None:
        """Quiet."""
