"""The machine's own terminal, as tools/debug.sh lays it out: what it has printed, and a way to type."""

import os
import signal
import socket

import gdb

from . import draw, kernel

_FOLDER = "TUSK_DEBUG"  # in the environment: where tools/debug.sh keeps console, log and terminal


class Console:
    """What the machine has printed on its first serial line, as it grows."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "console")
        self.read = 0

    def news(self):
        """What has come since the last time, as lines."""
        try:
            with open(self.path, "rb") as file:
                file.seek(self.read)
                data = file.read()
        except OSError:
            return []
        # A line that has not ended yet is shown, and once more when it has.
        self.read += data.rfind(b"\n") + 1
        return data.decode("utf-8", "replace").replace("\r", "").splitlines()


class Terminal:
    """The line into the machine, taken when something is typed first."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "terminal")
        self.socket = None

    def type(self, text):
        """Sends the text."""
        try:
            if self.socket is None:
                made = socket.socket(socket.AF_UNIX)
                # A socket's name must be short: the link's target is.
                made.connect(os.path.realpath(self.path))
                self.socket = made
            self.socket.sendall(text.encode())
        except OSError as error:
            raise kernel.trouble("nothing can be typed: %s (is something else at the terminal?)" % error) from error


def folder():
    """The folder of the machine that `make debug` has started; None for another machine."""
    return os.environ.get(_FOLDER)


def attend():
    """Belongs to the machine that `make debug` has started: shows at each stop what it prints, and ends with it."""
    if folder() is None:
        return
    # tools/debug.sh gets it too, ends the machine and then us. A gdb of its own accord would end at once, and crash if
    # the machine runs.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    console = Console(folder())

    def on_stop(_event):
        for line in console.news():
            draw.say(draw.dim("| " + line))

    gdb.events.stop.connect(on_stop)
    gdb.events.exited.connect(on_stop)
