"""The system calls' tables, as the kernel has them: names, arguments and their kinds."""

import functools

from . import kernel, rust

BOOK = 0x8000  # where the numbers of the book's calls begin


class Call:
    """A line of a table."""

    def __init__(self, value):
        self.number = int(value["number"])
        self.name = rust.text(value["name"])
        self.arguments = [
            (rust.text(pair[pair.type.fields()[0]]), rust.variant(pair[pair.type.fields()[1]])[0])
            for pair in _slice(value["arguments"])
        ]


def _slice(value):
    first = value["data_ptr"]
    return [(first + index).dereference() for index in range(int(value["length"]))]


@functools.lru_cache(maxsize=None)
def _table(path):
    return {call.number: call for call in map(Call, _slice(kernel.static(path)["calls"]))}


def find(number):
    """The line of a call; None for a number that is no call's."""
    if number >= BOOK:
        found = _table("abi::book::BOOK").get(number - BOOK)
        if found is not None:
            return found
    return _table("abi::linux::LINUX").get(number)


def name(number):
    """A call's name, the book's with a word that says so."""
    call = find(number)
    if call is None:
        return "%#x, which is none" % number
    return call.name + (" (the book's)" if number >= BOOK else "")
