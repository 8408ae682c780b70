"""The symbols of the program that was started last: loaded when exec begins it.

All programs lie at the same addresses, so one at a time has its symbols: the one that began last, whoever runs. A
program without any (of OVERLAY, busybox) takes those of the one before away and has none.
"""

import os

import gdb

from . import draw, kernel, task

_BEGIN = "task::exec::begin_anew"  # every new program comes this way, in its new address space


class Programs(gdb.Breakpoint):
    """The breakpoint, at which the machine never stops."""

    def __init__(self):
        super().__init__("*%#x" % kernel.entry(_BEGIN), internal=True)
        self.silent = True
        self.loaded = None

    def stop(self):
        try:
            self.follow(task.running())
        except kernel.ERRORS + (ValueError, KeyError, TypeError) as error:
            draw.say("tusk: the program that begins is not known: %s" % error)
        return False

    def follow(self, running):
        """Loads the symbols of the task's program, unless they are there."""
        memory = running.memory()
        found = None if memory is None else memory.executable()
        symbols = None if found is None else symbols_of(*found)
        if symbols == self.loaded:
            return
        self.forget()
        if symbols is None:
            return
        gdb.execute('add-symbol-file "%s"' % symbols, to_string=True)
        self.loaded = symbols
        draw.say(draw.dim("[%s: symbols of %s]" % (found[0], os.path.relpath(symbols, kernel.PROJECT))))

    def forget(self):
        """Takes the symbols away that are loaded."""
        if self.loaded is not None:
            loaded, self.loaded = self.loaded, None
            gdb.execute('remove-symbol-file "%s"' % loaded, to_string=True)


def symbols_of(path, length):
    """The file with the symbols of what is at `path` in the machine; None when that is none of our programs.

    It is one when the root file system as it was built has a file there, links followed, of the same length.
    """
    root = os.path.realpath(os.path.join(kernel.PROJECT, "build", "root"))
    place = root
    for name in path.strip("/").split("/"):
        place = os.path.join(place, name)
        if os.path.islink(place):
            target = os.readlink(place)
            place = root + target if target.startswith("/") else os.path.join(os.path.dirname(place), target)
    place = os.path.normpath(place)
    if not place.startswith(root + os.sep) or not os.path.isfile(place) or os.path.getsize(place) != length:
        return None
    symbols = os.path.join(kernel.PROGRAMS, os.path.basename(place))
    return symbols if os.path.isfile(symbols) else None


_WATCH = []


def watch():
    """Follows exec from now on; nothing without the kernel's symbols."""
    try:
        _WATCH.append(Programs())
    except kernel.ERRORS:
        return


def follow_now():
    """Loads the symbols of the program that the running task has: for who attaches later."""
    if _WATCH:
        _WATCH[-1].follow(task.running())
