"""Text for a person: colours (on a terminal only), tables, sizes."""

import os

import gdb

_COLOURS = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}


def is_terminal():
    """Says whether a person reads this as it comes."""
    try:
        return os.isatty(1)
    except OSError:
        return False


def colour(name, text):
    """The text in a colour, where colours can be seen and are wanted."""
    if not is_terminal() or os.environ.get("NO_COLOR") or not gdb.parameter("style enabled"):
        return text
    return "\x1b[%sm%s\x1b[0m" % (_COLOURS[name], text)


def title(text):
    """A heading."""
    return colour("bold", text)


def dim(text):
    """What matters less."""
    return colour("dim", text)


def say(text=""):
    """Prints a line."""
    gdb.write(text + "\n")


def cut(text, width):
    """The text, shortened to a width."""
    return text if len(text) <= width else text[: width - 1] + "…"


def table(rows, aligned=""):
    """Prints rows of words under each other; `aligned` has a `>` for each column that is to end alike."""
    if not rows:
        return
    columns = max(len(row) for row in rows)
    widths = [max(len(row[index]) for row in rows if index < len(row)) for index in range(columns)]
    for place, row in enumerate(rows):
        words = []
        for index, word in enumerate(row):
            is_right = aligned[index : index + 1] == ">"
            words.append(word.rjust(widths[index]) if is_right else word.ljust(widths[index]))
        line = ("  ".join(words)).rstrip()
        say(colour("bold", line) if place == 0 else line)


def sizes(count):
    """Bytes as a person says it."""
    for unit, size in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count >= size:
            return ("%.1f" % (count / size)).rstrip("0").rstrip(".") + " " + unit
    return "%d bytes" % count
