"""What stands where in a PCB page: the fields of the Task, the ring-0 stack, the trap frame at the top."""

import functools

import gdb

from . import kernel, show, stack


class Field:
    """A piece of the page that has a name."""

    def __init__(self, offset, length, name, path=()):
        self.offset = offset
        self.length = length
        self.name = name
        self.path = path

    @property
    def end(self):
        """One past its last byte."""
        return self.offset + self.length


@functools.lru_cache(maxsize=None)
def fields():
    """The whole page in pieces, from offset 0 to 4,096, without a gap."""
    task = gdb.lookup_type("tusk::task::task_struct::Task")
    pieces = _pieces(task, 0, ())
    frame = kernel.PAGE - stack.TRAP_FRAME
    pieces.append(Field(task.sizeof, frame - task.sizeof, "ring-0 stack"))
    pieces += [Field(frame + 4 * place, 4, "intr_stack." + name) for place, name in enumerate(stack.FIELDS)]
    whole, place = [], 0
    for piece in sorted(pieces, key=lambda each: each.offset):
        if piece.offset > place:
            whole.append(Field(place, piece.offset - place, "(padding)"))
        whole.append(piece)
        place = piece.end
    return tuple(whole)


def _pieces(kind, start, path):
    """The fields of a struct; those of a struct of the kernel's inside it by themselves."""
    found = []
    for part in kind.fields():
        name, offset = path + (part.name,), start + part.bitpos // 8
        inner = part.type.strip_typedefs()
        is_struct = inner.code == gdb.TYPE_CODE_STRUCT and (inner.name or "").startswith("tusk::")
        if is_struct and len([each for each in inner.fields() if each.type.sizeof]) > 1:
            found += _pieces(inner, offset, name)
        elif inner.sizeof:
            found.append(Field(offset, inner.sizeof, ".".join(name), name))
    return found


def values(task):
    """The fields of a Task as text, by name."""
    found = {}
    for field in fields():
        if field.path:
            value = task.value
            for name in field.path:
                value = value[name]
            found[field.name] = show.value(value)
    for name in ("self_kstack", "stack_magic"):
        found[name] = "%#x" % task.number(name)
    return found


def differences(one, other):
    """The pieces in which two pages differ: (field, first byte that differs, one past the last that does)."""
    found = []
    for field in fields():
        ours, theirs = one[field.offset : field.end], other[field.offset : field.end]
        if ours != theirs:
            places = [place for place in range(field.length) if ours[place] != theirs[place]]
            found.append((field, field.offset + places[0], field.offset + places[-1] + 1))
    return found
