"""What a process apart takes from itself before it sees anybody's SQL: writing, the network, rights, and other files.

Linux offers the most of them; elsewhere, and in a kernel that has them not, the limits of POSIX are what there is.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

WITHOUT_STATUS = 2**30
"""Addresses that a ready process is taken to have, where the system does not say."""
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_CAPBSET_DROP = 1, 4, 38, 24
"""Source: prctl(2)."""
CLONE_NEWUSER, CLONE_NEWNET = 0x1000_0000, 0x4000_0000
"""Source: unshare(2)."""
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
"""Source: landlock(7). The numbers are the same for every machine."""
READ_FILE, READ_DIR, EXECUTE = 1 << 2, 1 << 3, 1 << 0
RIGHTS = (13, 13, 14, 15, 15, 16)
"""How many rights on files each version of Landlock knows, from the first."""
CAPSET = {"x86_64": 126, "aarch64": 91}
CAP_DAC_READ_SEARCH = 2
CAPABILITIES_VERSION = 0x2008_0522
CODE = (
    "/usr",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/proc/self",
    "/sys/fs/cgroup",
    "/sys/devices/system",
    "/dev/null",
)
"""What any program reads of its machine: its own code, and how it stands with itself."""


def confine() -> None:
    """Nothing is written, no core is left, and no network is there: for the process and all that it forks."""
    os.environ.clear()
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        libc = _libc()
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if libc.unshare(CLONE_NEWNET) and os.geteuid():
            libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)
        _give_up_rights(libc)


def leave() -> None:
    """A session of its own, that ends with whoever forked it."""
    os.setsid()
    if sys.platform == "linux":
        libc = _libc()
        libc.prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0)
        libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def limit_memory(more: int) -> None:
    """The process may take so many bytes of addresses beyond what it has by now."""
    most = addresses() + more
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def addresses() -> int:
    return _pages(0) or WITHOUT_STATUS


def resident() -> int:
    """Bytes of memory that the process takes; 0 where the system does not say."""
    return _pages(1)


def _pages(at: int) -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[at]) * resource.getpagesize()
    except OSError:
        return 0


def reach_only(files: Iterable[Path]) -> bool:
    """From now on these files alone can be opened, to be read, beside the program's own code. Whether the system offers that.

    Source: landlock(7).
    """
    if sys.platform != "linux":
        return False
    libc = _libc()
    version = libc.syscall(LANDLOCK_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    known = (1 << RIGHTS[min(version, len(RIGHTS)) - 1]) - 1
    network = 3 if version >= 4 else 0
    attributes = struct.pack("=QQ", known, network) if network else struct.pack("=Q", known)
    rules = libc.syscall(LANDLOCK_CREATE_RULESET, attributes, len(attributes), 0)
    if rules < 0:
        return False
    try:
        for path in {*CODE, *filter(None, sys.path), sys.prefix, sys.base_prefix}:
            _allow(libc, rules, (path, READ_FILE | READ_DIR | EXECUTE))
        for file in files:
            _allow(libc, rules, (str(file), READ_FILE))
        return not libc.syscall(LANDLOCK_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, rule: tuple[str, int]) -> None:
    path, rights = rule
    with suppress(OSError):
        at = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            rights = rights if Path(path).is_dir() else rights & ~READ_DIR
            libc.syscall(LANDLOCK_ADD_RULE, rules, 1, struct.pack("=Qi", rights, at), 0)
        finally:
            os.close(at)


def _give_up_rights(libc: ctypes.CDLL) -> None:
    """What root may do besides what anybody may: nothing is left but to read, so that file permissions hold. Source: capabilities(7)."""
    number = CAPSET.get(os.uname().machine)
    if number is None:
        return
    head = struct.pack("=Ii", CAPABILITIES_VERSION, 0)
    kept = 1 << CAP_DAC_READ_SEARCH if os.geteuid() == 0 else 0
    libc.syscall(number, head, struct.pack("=6I", kept, kept, 0, 0, 0, 0), 0)


def _libc() -> ctypes.CDLL:
    found = ctypes.CDLL(None, use_errno=True)
    found.syscall.restype = ctypes.c_long
    return found
