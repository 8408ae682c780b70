"""Writes, as JSON, what a reader of Tusk's memory has to know of the kernel it looks at.

usage: gdb -batch -nx -x tools/web/layout.py build/tusk.elf >layout.json

Where the statics lie, where in its structures the fields are, how large things are: all of it comes from the kernel's
own debugging information, so that the page in tools/web/page has no such number of its own. What wanted.py asks for and
is not in the kernel any more is an error with its name, and gdb ends with status 1.

A path names fields only. What merely wraps a value (Cell, RefCell, Option, a lock, an Arc's pointer) is passed through;
an Option at a path's end must be one that says `None` by a zero, which is checked.
"""

import json
import os
import re
import struct
import sys
import traceback

import gdb

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from wanted import COUNTED, ENUMS, MEMBERS, STATICS, WHOLE  # noqa: E402

# Wrappers of several fields, and the one that is the value.
WRAPPERS = {
    "core::cell::RefCell": "value",
    "spin::mutex::spin::SpinMutex": "data",
    "tusk::task::semaphore::Lock": "data",
    "alloc::sync::Arc": "ptr",
}

# Of an ELF program header.
PT_LOAD, PF_X = 1, 1


class Missing(Exception):
    """Something that is asked for is not in the kernel."""


def lookup(name):
    try:
        return gdb.lookup_type(name).strip_typedefs()
    except gdb.error as error:
        raise Missing(f"the kernel has no type {name}") from error


def generic(type_):
    """The type's name without its parameters."""
    return (type_.name or "").split("<")[0]


def fields(type_):
    if type_.code not in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
        return []
    return [field for field in type_.fields() if hasattr(field, "bitpos") and not field.artificial]


def unwrap(type_):
    """The offset and type of what `type_` wraps; None when it wraps nothing."""
    name = generic(type_)
    if name == "core::option::Option":
        (payload,) = fields(lookup(type_.name + "::Some"))
        return payload.bitpos // 8, payload.type.strip_typedefs()
    if name in WRAPPERS:
        named = [field for field in fields(type_) if field.name == WRAPPERS[name]]
        if not named:
            raise Missing(f"{type_.name} has no field {WRAPPERS[name]}")
    else:
        named = [field for field in fields(type_) if field.type.strip_typedefs().sizeof > 0]
        if len(named) != 1:
            return None
    return named[0].bitpos // 8, named[0].type.strip_typedefs()


def field_of(type_, name):
    """The offset and type of a field, looked for in what is wrapped, too."""
    offset = 0
    while True:
        for field in fields(type_):
            if field.name == name:
                return offset + field.bitpos // 8, field.type.strip_typedefs()
        inner = unwrap(type_)
        if inner is None:
            raise Missing(f"{type_.name or type_} has no field {name}")
        offset, type_ = offset + inner[0], inner[1]


def value_of(type_, path):
    """The offset and size of the value at the end of a path."""
    offset = 0
    for name in path.split(".") if path else []:
        further, type_ = field_of(type_, name)
        offset += further
    while (inner := unwrap(type_)) is not None:
        if generic(type_) == "core::option::Option" and not is_none(type_, bytes(mark_of(type_)[1])):
            raise Missing(f"{type_.name} does not say None by a zero")
        offset, type_ = offset + inner[0], inner[1]
    return offset, type_.sizeof


def mark_of(option):
    """Where an Option says which it is: offset and size."""
    marks = [field for field in option.fields() if field.artificial]
    if not marks:
        raise Missing(f"{option.name} has no mark of its own for None")
    return marks[0].bitpos // 8, marks[0].type.sizeof


def is_none(option, mark):
    """Whether an Option with those bytes as its mark is None.

    gdb knows what a mark means, but only of what lies in memory; so some place in the kernel's image is found where
    they stand, and gdb is asked what an Option there would be.
    """
    offset, _ = mark_of(option)
    for virtual, _, _, _, data in segments():
        place = data.find(mark, offset)
        if 0 <= place <= len(data) - option.sizeof:
            there = gdb.Value(virtual + place - offset).cast(option.pointer()).dereference()
            return there.format_string() == f"{option.name}::None"
    raise Missing(f"the kernel's image has no {mark.hex()} with which to ask what {option.name} means by it")


def none_of(name):
    """How an Option says that it is None: offset, size, and what stands there then.

    Often it is a value that a field has to spare.
    """
    option = lookup(f"core::option::Option<{name}>")
    offset, size = mark_of(option)
    for value in range(256):
        if is_none(option, value.to_bytes(size, "little")):
            return {"offset": offset, "size": size, "value": value}
    raise Missing(f"{option.name} says None in a way that is not understood")


def static(symbol, path):
    try:
        value = gdb.parse_and_eval("&" + symbol)
    except gdb.error as error:
        raise Missing(f"the kernel has no static {symbol}") from error
    offset, size = value_of(value.type.target().strip_typedefs(), path)
    return {"address": int(value) + offset, "size": size}


def members(name, paths):
    type_ = lookup(name)
    result = {}
    for member, path in paths.items():
        offset, size = value_of(type_, path)
        result[member] = {"offset": offset, "size": size}
    return result


def short(type_):
    return re.sub(r"\b\w+::", "", type_.name or str(type_))


def whole(name):
    return [
        {"name": field.name, "offset": field.bitpos // 8, "size": field.type.sizeof, "type": short(field.type)}
        for field in sorted(fields(lookup(name)), key=lambda field: field.bitpos)
        if field.type.sizeof > 0
    ]


def counted(name):
    offset, _ = field_of(lookup(f"alloc::sync::ArcInner<{name}>"), "data")
    return offset


def segments():
    """The kernel's loaded segments, by its ELF program headers: virtual and physical address, size, flags, contents."""
    with open(gdb.current_progspace().filename, "rb") as file:
        data = file.read()
    (start,) = struct.unpack_from("<I", data, 28)
    size, count = struct.unpack_from("<HH", data, 42)
    for index in range(count):
        header = struct.unpack_from("<8I", data, start + index * size)
        kind, place, virtual, physical, in_file, in_memory, flags, _ = header
        # What lies elsewhere than where it is loaded is linked for the kernel's half.
        if kind == PT_LOAD and virtual != physical:
            yield virtual, physical, in_memory, flags, data[place : place + in_file]


def image():
    """What is added to a physical address of the kernel's image to get its virtual one, and where its code lies."""
    found = list(segments())
    code = [(virtual, virtual + size) for virtual, _, size, flags, _ in found if flags & PF_X]
    if not code:
        raise Missing("the kernel has no code that is mapped elsewhere than it is loaded")
    return found[0][0] - found[0][1], code[0][0], code[0][1]


def functions(start, end):
    """The kernel's functions: address and name, by address."""
    found = {}
    # Of all that is loaded, which is the kernel alone; its file's name would have to be without spaces here.
    for line in gdb.execute("maint print msymbols", to_string=True).splitlines():
        # [ 12] t 0xc0101234 _RNv… section .text  tusk[…]::task::fork::sys_fork  file
        match = re.match(r"\[ *\d+\] [Tt] (0x[0-9a-f]+) (\S+) section \S+(?:  (.*))?$", line)
        if match and start <= int(match[1], 16) < end:
            readable_name, _, _ = (match[3] or "").rpartition("  ")
            found.setdefault(int(match[1], 16), readable(readable_name or match[2]))
    if not found:
        raise Missing("the kernel has no function that gdb knows by name")
    return [[address, found[address]] for address in sorted(found)]


def readable(name):
    """A Rust name without hashes and crates' disambiguators."""
    name = re.sub(r"\[[0-9a-f]{8,}\]", "", name)
    return re.sub(r"::h[0-9a-f]{16}\b", "", name)


def layout():
    linear_base, code_start, code_end = image()
    sized = {**WHOLE, "Descriptor": MEMBERS["Descriptor"][0]}
    return {
        "linear_base": linear_base,
        "code_end": code_end,
        "statics": {name: static(*where) for name, where in STATICS.items()},
        "members": {name: members(*wanted) for name, wanted in MEMBERS.items()},
        "counted": {name: counted(type_) for name, type_ in COUNTED.items()},
        "fields": {name: whole(type_) for name, type_ in WHOLE.items()},
        "none": {"Descriptor": none_of(MEMBERS["Descriptor"][0])},
        "sizes": {name: lookup(type_).sizeof for name, type_ in sized.items()},
        "enums": {
            name: {field.enumval: field.name.rsplit("::", 1)[-1] for field in lookup(type_).fields()}
            for name, type_ in ENUMS.items()
        },
        "functions": functions(code_start, code_end),
    }


def main():
    gdb.execute("set language rust")
    try:
        result = layout()
    except Missing as missing:
        print(f"tools/web/layout.py: {missing}: the page reads it; say in wanted.py where it is now", file=sys.stderr)
        gdb.execute("quit 1")
    except Exception:
        # Of its own accord gdb would end with 0.
        traceback.print_exc()
        gdb.execute("quit 1")
    json.dump(result, sys.stdout, separators=(",", ":"))


main()
