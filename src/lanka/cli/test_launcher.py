"""`./lanka` itself: says what is missing on a bare machine, and is quick when there is nothing to do."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from lanka.cli import demo

ROOT = Path(__file__).resolve().parents[3]
COMMANDS = ("sh", "cat", "cmp", "mkdir", "rm", "dirname", "sleep")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A machine without Python, and a fresh clone whose path has a space."""
    (tmp_path / "bin").mkdir()
    for name in COMMANDS:
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    clone = tmp_path / "my clone"
    (clone / "requirements").mkdir(parents=True)
    shutil.copy(ROOT / "lanka", clone / "lanka")
    for name in ("uv.txt", "base.txt", "dev.txt"):
        (clone / "requirements" / name).write_text(f"{name}\n")
    return tmp_path


def python(machine: Path, name: str, version: str, *, new: bool, venv: bool) -> None:
    """A Python that only answers the launcher's questions."""
    file = machine / "bin" / name
    file.write_text(f"""#!/bin/sh
case "$2" in
*"%d.%d.%d"*) echo {version} ;;
*version_info*) exit {0 if new else 1} ;;
*ensurepip*) exit {0 if venv else 1} ;;
esac
""")
    file.chmod(0o755)


def start(machine: Path) -> subprocess.CompletedProcess[str]:
    # not PATH alone: the launcher also looks at /usr/bin/python3, which this machine may have
    script = (machine / "my clone" / "lanka").read_text().replace(" /usr/bin/python3;", ";")
    (machine / "my clone" / "lanka").write_text(script)
    command = [str(machine / "bin" / "sh"), str(machine / "my clone" / "lanka"), "help"]
    return subprocess.run(command, env={"PATH": str(machine / "bin"), "HOME": str(machine)}, capture_output=True, text=True, check=False)


def test_no_python(bare: Path) -> None:
    said = start(bare)
    assert said.returncode == 1
    assert "no Python found" in said.stderr


def test_an_old_python(bare: Path) -> None:
    python(bare, "python3", "3.9.2", new=False, venv=True)
    assert "needs Python 3.11 or newer, but python3 is 3.9.2" in start(bare).stderr


def test_a_python_without_venv(bare: Path) -> None:
    python(bare, "python3", "3.11.2", new=True, venv=False)
    said = start(bare).stderr
    assert "apt install python3-venv" in said


def test_a_killed_start_leaves_no_lock_that_holds(bare: Path) -> None:
    lock = bare / "my clone" / ".venv.lock"
    lock.mkdir()
    (lock / "pid").write_text("999999999\n")
    assert "no Python found" in start(bare).stderr
    assert not lock.exists()


def test_set_up_once_it_only_passes_on(bare: Path) -> None:
    clone = bare / "my clone"
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "python").write_text('#!/bin/sh\necho "$@"\n')
    (clone / ".venv" / "bin" / "python").chmod(0o755)
    (clone / ".venv" / ".lanka-base").write_text(f"{clone.resolve()}\nuv.txt\nbase.txt\n")
    assert start(bare).stdout == "-m lanka help\n"


def test_a_taken_port_is_seen_and_the_next_free_one_found() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not demo.is_free("127.0.0.1", port)
        assert demo.next_free(port) > port


def test_fresh_wipes_only_what_a_demo_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "postgres").mkdir()
    with pytest.raises(SystemExit, match="not wiped"):
        demo.forget(tmp_path)
    (tmp_path / demo.MARK).touch()
    (tmp_path / "up.lock").touch()
    demo.forget(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["up.lock"]
    monkeypatch.setenv("DATABASE_URL", "postgresql:///lanka")
    with pytest.raises(SystemExit, match="Drop that database yourself"):
        demo.forget(tmp_path)
