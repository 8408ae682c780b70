"""Text for a person: colours (on a terminal only), tables, addresses, and a value in one short line."""

import os

import gdb

from . import rust

_COLOURS = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}
WIDTH = 64  # characters of a value that are shown


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


def cut(text, width=WIDTH):
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


def runs(pages):
    """Page addresses in a row as runs: (first byte, one past the last, pages)."""
    found = []
    for page in pages:
        if found and found[-1][1] == page:
            found[-1][1] = page + 4096
        else:
            found.append([page, page + 4096])
    return [(begin, end, (end - begin) // 4096) for begin, end in found]


def value(thing, depth=2):
    """A value of the kernel's in one line, without the wrappers around it."""
    return cut(_value(rust.peel(thing), depth))


def _value(thing, depth):
    kind = thing.type.strip_typedefs()
    name = str(kind)
    if kind.code == gdb.TYPE_CODE_PTR:
        return "%#x" % (int(thing) & 0xFFFFFFFF)
    if kind.code in (gdb.TYPE_CODE_INT, gdb.TYPE_CODE_BOOL):
        return str(thing)
    if kind.code == gdb.TYPE_CODE_ENUM or name.startswith("core::option::Option<"):
        variant, content = rust.variant(thing)
        if variant == "None" or content is None or not content.type.fields():
            return "-" if variant == "None" else variant
        inner = _value(rust.peel(content[content.type.fields()[0]]), depth)
        return inner if variant == "Some" else "%s(%s)" % (variant, inner)
    if kind.code == gdb.TYPE_CODE_ARRAY:
        items = rust.array(thing)
        if name.startswith("[u8"):
            return '"%s"' % bytes(int(item) for item in items).split(b"\0")[0].decode("utf-8", "replace")
        return "[%s]" % ", ".join(_value(rust.peel(item), depth - 1) for item in items[:8])
    return _struct(thing, name, depth)


def _struct(thing, name, depth):
    if name.startswith(("alloc::sync::Arc<", "alloc::boxed::Box<", "core::ptr::")):
        return "%#x" % rust.address(thing)
    if name.startswith("alloc::vec::Vec<"):
        return "%d elements" % rust.number(thing["len"])
    parts = [part for part in thing.type.fields() if part.type.sizeof and part.name]
    if not parts:
        return name.rsplit("::", 1)[-1]
    if len(parts) == 1:
        return _value(rust.peel(thing[parts[0]]), depth)
    if depth <= 0:
        return "{…}"
    words = ["%s %s" % (part.name.lstrip("_"), _value(rust.peel(thing[part]), depth - 1)) for part in parts]
    return ", ".join(words)
