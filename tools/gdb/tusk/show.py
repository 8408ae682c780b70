"""A value of the kernel's in one line of text, without the wrappers around it."""

import gdb

from . import rust


def value(thing, depth=2):
    """A value in one line."""
    return _value(rust.peel(thing), depth)


def _value(thing, depth):
    kind = thing.type.strip_typedefs()
    name = rust.full_name(thing)
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
        if kind.target().sizeof == 1:
            return '"%s"' % bytes(int(item) for item in items).split(b"\0")[0].decode("utf-8", "replace")
        return "[%s]" % ", ".join(_value(rust.peel(item), depth - 1) for item in items[:8])
    return _struct(thing, name, depth)


def _struct(thing, name, depth):
    if name.startswith(("alloc::sync::Arc<", "alloc::boxed::Box<", "core::ptr::")):
        return "%#x" % rust.address(thing)
    if name.startswith("alloc::vec::Vec<"):
        return "%d elements" % rust.number(thing["len"])
    if name.startswith("tusk::task::list::Link<"):
        return _link(thing)
    parts = [part for part in thing.type.fields() if part.type.sizeof and part.name]
    if not parts:
        return name.rsplit("::", 1)[-1]
    if len(parts) == 1:
        return _value(rust.peel(thing[parts[0]]), depth)
    if depth <= 0:
        return "{…}"
    words = ["%s %s" % (part.name.lstrip("_"), _value(rust.peel(thing[part]), depth - 1)) for part in parts]
    return ", ".join(words)


def _link(thing):
    """A task's place in a list: the PCB pages of its neighbours."""
    if not rust.number(thing["is_linked"]):
        return "in no list"
    ends = [rust.option(thing[name]) for name in ("previous", "next")]
    before, after = ("-" if end is None else "%#x" % rust.address(end) for end in ends)
    return "after %s, before %s" % (before, after)
