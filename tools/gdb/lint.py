"""Compiles all that gdb runs in the Python that gdb has, without leaving anything behind. For tools/lint.sh."""

import itertools
import os

import gdb

FOLDERS = ("tools/gdb", "tools/web")


def complaints():
    """What does not compile, and lines longer than 120 characters."""
    for folder, _, names in itertools.chain.from_iterable(map(os.walk, FOLDERS)):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if not name.endswith(".py"):
                continue
            with open(path, encoding="utf-8") as file:
                source = file.read()
            try:
                compile(source, path, "exec", dont_inherit=True)
            except SyntaxError as error:
                yield "%s:%s: %s" % (path, error.lineno, error.msg)
            for number, line in enumerate(source.splitlines(), 1):
                if len(line) > 120:
                    yield "%s:%d: %d characters, more than 120" % (path, number, len(line))


found = list(complaints())
for each in found:
    gdb.write(each + "\n", gdb.STDERR)
gdb.execute("quit %d" % bool(found))
