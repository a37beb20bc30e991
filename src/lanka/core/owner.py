"""PostgreSQL refuses to run as root. Started as root, ours runs as another system user, who must be let in to its folders."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAME = "lanka-postgres"


@dataclass(frozen=True)
class Owner:
    user: int
    group: int


def owner_of(data: Path) -> Owner | None:
    """None: we are not root and run the server ourselves. Else who owns the data already, or our own system user."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Owner(data.stat().st_uid, data.stat().st_gid)
    entry = _entry() or _made()
    return Owner(entry.pw_uid, entry.pw_gid)


def _entry() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        return None


def _made() -> pwd.struct_passwd:
    if shutil.which("useradd"):
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/", "--shell", "/bin/false", NAME]
    else:  # Alpine
        command = ["adduser", "-S", "-D", "-H", "-h", "/", "-s", "/bin/false", NAME]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    entry = _entry()
    if entry is None:  # not: made.returncode, for another start may have made it in the same moment
        raise SystemExit(f"lanka: database: PostgreSQL does not run as root, and the user {NAME} could not be made: {made.stderr.strip()}")
    return entry


def let_in(owner: Owner | None, *folders: Path) -> None:
    """Lets everybody pass through (not list) the folders above; PostgreSQL's programs and their libraries may be read."""
    if owner is None:
        return
    for folder in folders:
        for above in (folder, *folder.parents):
            _add(above, stat.S_IXOTH)
        if folder.name == "bin" and not _readable(folder / "postgres"):
            for path in folder.parent.rglob("*"):
                _add(path, stat.S_IROTH | (stat.S_IXOTH if path.is_dir() or path.parent == folder else 0))


def _readable(file: Path) -> bool:
    wanted = stat.S_IROTH | stat.S_IXOTH
    return file.stat().st_mode & wanted == wanted


def _add(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(mode | bits)
