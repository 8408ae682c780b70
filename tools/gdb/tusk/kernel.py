"""The kernel's statics, types and functions by name, the processor's registers, and what must be there for them."""

import functools
import os
import re

import gdb

from . import rust

# The project's folder, three above this one.
PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))
# Where cargo puts the programs, with their symbols.
PROGRAMS = os.path.join(PROJECT, "build", "target", "i686-kernel", "release")
KERNEL_BASE = 0xC0000000
PAGE = 4096
_PAGING = 1 << 31  # CR0.PG
# What may be raised when the machine or the symbols do not have what is asked for; they are not related.
ERRORS = (gdb.error, gdb.GdbError)


def trouble(text):
    """An error that a person reads: no Python behind it."""
    return gdb.GdbError("tusk: " + text)


def expect_symbols():
    """Fails unless the kernel's types are there."""
    try:
        gdb.lookup_type("tusk::task::task_struct::Task")
    except gdb.error:
        raise trouble("no symbols of the kernel: `file build/tusk.elf` loads them (`make debug` builds it)") from None


def expect_machine():
    """Fails unless there is a machine that stands still."""
    expect_symbols()
    if gdb.selected_thread() is None:
        raise trouble("no machine: `make debug` starts one, `target remote :PORT` attaches to one that waits")


def is_paging():
    """Says whether the kernel's addresses mean something yet."""
    return bool(register("cr0") & _PAGING)


def expect_kernel():
    """Fails unless the kernel has begun: before, its addresses lead nowhere."""
    expect_machine()
    if not is_paging():
        raise trouble("the kernel does not run yet: `tusk goto kmain` leads to its first function")


def register(name):
    """A register, as a number without a sign."""
    value = gdb.newest_frame().read_register(name)
    # By way of text: some have a type of flags, of which Python cannot make a number.
    return int(value.format_string(format="x"), 16) & 0xFFFFFFFF


@functools.lru_cache(maxsize=None)
def _symbol(name, kind):
    """A symbol that `is_variable` or `is_function`: closures inside one make a name space of the same name."""
    found = [gdb.lookup_global_symbol(name)] + list(gdb.lookup_static_symbols(name))
    return next((symbol for symbol in found if symbol is not None and getattr(symbol, kind)), None)


def static(name):
    """A static of the kernel's by its path below `tusk::`, without the locks and cells around it."""
    symbol = _symbol("tusk::" + name, "is_variable")
    if symbol is None:
        raise trouble("build/tusk.elf has no static tusk::%s: is it the kernel that runs?" % name)
    return rust.peel(symbol.value())


def at(address, name):
    """The value of type `tusk::NAME` at an address."""
    return gdb.Value(address).cast(gdb.lookup_type("tusk::" + name).pointer()).dereference()


def entry(path):
    """Where the function `tusk::PATH` begins; of one for several types, the first."""
    found = functions("tusk::" + path)
    if not found:
        raise trouble("build/tusk.elf has no function tusk::%s: is it the kernel that runs?" % path)
    return found[0][1]


@functools.lru_cache(maxsize=None)
def functions(name):
    """All functions that are called so, or whose path ends so (`copy_body_stack3`, `fork::sys_fork`): their whole names
    and where they begin."""
    expect_symbols()
    listing = gdb.execute("info functions -n -q %s" % re.escape(name.rsplit("::", 1)[-1]), to_string=True)
    # A line is `123:\tfn tusk::task::fork::copy_body_stack3<…>(…) -> …;`, with `static` before a private one.
    wanted = re.compile(r"\bfn ((?:[^\s(]*::)?%s(?:<.*?>)?)\(" % re.escape(name))
    found = []
    for each in sorted(set(wanted.findall(listing))):
        symbol = _symbol(each, "is_function")
        if symbol is not None:
            found.append((each, int(symbol.value().address) & 0xFFFFFFFF))
    return tuple(found)


def forget_symbols(_event=None):
    """Looks all names up anew: another file has come to the place of build/tusk.elf."""
    _symbol.cache_clear()
    functions.cache_clear()


def return_type(path):
    """The type that the function `tusk::PATH` returns."""
    symbol = _symbol("tusk::" + path, "is_function")
    if symbol is None:
        raise trouble("build/tusk.elf has no function tusk::%s" % path)
    return symbol.type.target()


def function_at(address):
    """The name of the function that an address is in, and how far in; None where there is none."""
    found = re.match(r"(.*?)(?: \+ (\d+))? in section", gdb.execute("info symbol %#x" % address, to_string=True))
    if not found:
        return None
    return readable(found.group(1)), int(found.group(2) or 0)


def readable(name):
    """A demangled name as people write it: without the compiler's hashes."""
    return re.sub(r"\[[0-9a-f]{6,}\]", "", name)


def at_type(address, kind):
    """The value of a type at an address."""
    return gdb.Value(address).cast(kind.pointer()).dereference()
