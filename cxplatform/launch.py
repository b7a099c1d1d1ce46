"""Exec a command as a child that dies with its parent and, where asked, is not root.

Run as a script by `cxplatform.embedded` and `cxplatform.supervisor`, with the standard library only:
`python -I -S launch.py PARENT SIGNAL IDENTITY COMMAND...`. A script of its own, because code between
fork and exec (`preexec_fn`) is unsafe in a process that has threads.
"""

import ctypes
import os
import pwd
import signal
import sys

KEEP, NAMESPACE, NOBODY = "keep", "namespace", "nobody"
CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1


def enter_namespace(uid: int = 1000) -> None:
    """Enter a user namespace in which this process has the one user `uid`; raises OSError if refused.

    Files made inside belong to the caller outside, so data folders need no change of owner.
    """
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)  # os.unshare came with Python 3.12
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWUSER)")
    for name, text in [
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {outer_uid} 1"),
        ("gid_map", f"{uid} {outer_gid} 1"),
    ]:
        with open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123 (pathlib is slow to import)
            file.write(text)


def become_nobody() -> None:
    """Give up root for the system's nobody."""
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)


def die_with(parent: int, signum: int) -> None:
    """Have the kernel send `signum` to this process when `parent` ends (Linux; elsewhere nothing)."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)
    if os.getppid() != parent:  # it ended before we asked
        os.kill(os.getpid(), signal.SIGKILL)


def main(argv: list[str]) -> None:
    """Change identity, tie to the parent, exec."""
    parent, signum, identity, *command = argv
    if identity == NAMESPACE:
        enter_namespace()
    elif identity == NOBODY:
        become_nobody()
    die_with(int(parent), int(signum))  # last: a change of identity clears the death signal
    os.execv(command[0], command)  # noqa: S606 (no shell is the point)


if __name__ == "__main__":
    main(sys.argv[1:])
