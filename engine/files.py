"""The one way to write a file: whole or not at all."""

import errno
import os
import re
import stat
from contextlib import suppress
from secrets import token_hex

from engine.messages import brief, shown

KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
ATTEMPTS = 100


def write_file(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Make this the content of the file, text as UTF-8. Whoever reads sees the old file or the new
    one, never half of either: while it is written, and after a full disk, an error or a kill.

    A symbolic link stays, and the file that it leads to is written. A file keeps its permissions,
    and its owner and group where the system allows that; a new one has what umask leaves. The new
    content is a new file under the old name: another hard link to the old one keeps the old
    content, and access control lists and extended attributes are not taken along.

    Raises OSError (FileNotFoundError, PermissionError, …) that names the path, for a folder that
    cannot be written to, a file that is read-only, and what is no regular file: a folder, a FIFO, a
    device. Whatever is there is then as it was.

    The content first goes to a file beside the old one. On Linux that has no name until it is
    complete, so that a kill leaves nothing behind but in the instant between its being named and
    its taking the old one's place. In that instant, and on other systems, a kill leaves
    ".NAME.XXXXXXXX.saving", which the next save to the same path removes. A save that runs at the
    same time may lose its file so, and then writes it again.
    """
    target = os.fsdecode(path)
    failed = f"{brief(target)} was not saved"
    try:
        data = content.encode("utf-8") if isinstance(content, str) else content
        old = _checked(target)
        while os.path.islink(target):
            target = os.path.join(os.path.dirname(target), os.readlink(target))
        _replace(target, data, old)
        _remove_leftovers(target)
    except OSError as error:
        folder = shown(os.path.dirname(target) or os.getcwd())
        reason = f"{failed}: {error.strerror or error} (folder {folder})"
        raise OSError(error.errno, reason) from error
    except ValueError as error:  # no name that a file can have, or no text that UTF-8 can write
        raise ValueError(f"{failed}: {error}") from error


def _checked(path: str) -> os.stat_result | None:
    """What is there now; None for nothing. Raises OSError for what must not be replaced."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    kind = stat.S_IFMT(found.st_mode)
    if kind != stat.S_IFREG:
        number = errno.EISDIR if kind == stat.S_IFDIR else errno.EINVAL
        raise OSError(number, f"it is {KINDS.get(kind, 'something else')}, not a regular file")
    effective = os.access in os.supports_effective_ids
    writable = os.access(path, os.W_OK, effective_ids=effective)
    if not (writable and found.st_mode & 0o222):  # asked as well, as root may write everything
        raise PermissionError(errno.EACCES, "the file is read-only")
    return found


def _replace(target: str, data: bytes, old: os.stat_result | None) -> None:
    """Write a file beside the target, and let it take the target's place."""
    folder, name = os.path.split(target)
    for attempt in range(ATTEMPTS):
        temporary = os.path.join(folder, f"{_stem(name)}{token_hex(4)}.saving")
        try:
            _write_beside(folder or os.curdir, temporary, data, old)
            os.replace(temporary, target)
            return
        except FileNotFoundError:  # a save that has ended meanwhile removed it
            if attempt == ATTEMPTS - 1 or not (name and os.path.isdir(folder or os.curdir)):
                raise
        finally:
            with suppress(OSError):  # gone already where all went well
                os.unlink(temporary)


def _write_beside(folder: str, name: str, data: bytes, old: os.stat_result | None) -> None:
    """A new file of this name with the data, and with what the old file's owner had allowed."""
    mode = 0o666 if old is None else 0o600  # nobody else may read it before _keep has said who
    with suppress(AttributeError, OSError):  # where this cannot be done, nor may what follows
        descriptor = os.open(folder, os.O_TMPFILE | os.O_WRONLY, mode)
        _write(descriptor, data, old, name)
        return
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    _write(os.open(name, flags, mode), data, old)


def _write(descriptor: int, data: bytes, old: os.stat_result | None, name: str = "") -> None:
    """All of the data to the disk; then the name, for a file that has none."""
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if old is not None and hasattr(os, "fchmod"):
            with suppress(OSError):
                os.fchown(descriptor, -1, old.st_gid)
            with suppress(OSError):
                os.fchown(descriptor, old.st_uid, -1)
            os.fchmod(descriptor, old.st_mode & 0o777)
        os.fsync(descriptor)
        if name:  # through a folder's descriptor, even if unused: else the link is not followed
            link = f"/proc/self/fd/{descriptor}"
            os.link(link, name, src_dir_fd=descriptor, follow_symlinks=True)


def _remove_leftovers(target: str) -> None:
    """Remove what saves to the same path have left beside it when they were killed."""
    folder, name = os.path.split(target)
    with suppress(OSError), os.scandir(folder or os.curdir) as entries:
        for entry in entries:
            if re.fullmatch(re.escape(_stem(name)) + r"[0-9a-f]{8}\.saving", entry.name):
                with suppress(OSError):
                    os.unlink(entry.path)


def _stem(name: str) -> str:
    """How the name of a file beside this one begins; cut, as it must not become too long."""
    return f".{name[:50]}."
