"""Keys to a socket, and what comes back to the screen, until Ctrl-]. tools/terminal.sh runs it in gdb's Python."""

import os
import select
import socket
import sys
import termios
import tty

LEAVE = b"\x1d"


def main():
    """Carries bytes both ways; stdin may be a terminal or not."""
    line = socket.socket(socket.AF_UNIX)
    line.connect(os.environ["TUSK_TERMINAL"])
    before = termios.tcgetattr(0) if os.isatty(0) else None
    if before:
        tty.setraw(0)
    try:
        carry(line)
    finally:
        if before:
            termios.tcsetattr(0, termios.TCSADRAIN, before)
    sys.stderr.write("\n")


def carry(line):
    """Until one of both has nothing more to say."""
    sources = [line, 0]
    while line in sources:
        for source in select.select(sources, [], [])[0]:
            data = line.recv(4096) if source is line else os.read(0, 4096)
            if source is line and data:
                os.write(1, data)
            elif data and LEAVE not in data:
                line.sendall(data)
            elif data or source is line:
                return
            else:
                sources.remove(0)


main()
