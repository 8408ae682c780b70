"""What Rust's own types look like in memory: cells, options, counted pointers, vectors, trait objects.

gdb knows enums and their niches; what it does not know is which of the wrappers around a value nobody wants to see.
All functions take and give `gdb.Value`s, or plain numbers where they say so.
"""

from contextlib import contextmanager

import gdb

# Wrappers that say how something is shared, and the field that is the thing itself (None: the only one with a size).
_WRAPPERS = (
    ("core::cell::Cell<", "value"),
    ("core::cell::UnsafeCell<", "value"),
    ("core::cell::RefCell<", "value"),
    ("core::mem::manually_drop::ManuallyDrop<", "value"),
    ("core::mem::maybe_dangling::MaybeDangling<", None),
    ("core::sync::atomic::Atomic", "v"),
    ("tusk::arch::lock::IrqLock<", "inner"),
    ("tusk::task::semaphore::Lock<", "data"),
    ("spin::mutex::Mutex<", "inner"),
    ("spin::mutex::spin::SpinMutex<", "data"),
)

ARC_COUNTS = 8  # bytes: strong and weak count before the data of an Arc


def peel(value):
    """The value inside cells, locks and atomics, however many there are around it."""
    while value.type.code == gdb.TYPE_CODE_STRUCT:
        name = full_name(value)
        for prefix, field in _WRAPPERS:
            if name.startswith(prefix):
                value = value[field] if field else value[value.type.fields()[0]]
                break
        else:
            return value
    return value


def field(value, *path):
    """The field at the end of `path`, without the wrappers on the way."""
    value = peel(value)
    for name in path:
        value = peel(value[name])
    return value


def number(value):
    """The number in a value that is one, whatever newtypes are around it."""
    value = peel(value)
    while value.type.code == gdb.TYPE_CODE_STRUCT:
        sized = [part for part in value.type.fields() if part.type.sizeof]
        value = peel(value[sized[0]])
    return int(value)


def variant(value):
    """An enum's variant: its name, and what is in it (None for one without fields)."""
    value = peel(value)
    if value.type.code == gdb.TYPE_CODE_ENUM:
        return str(value).rsplit("::", 1)[-1], None
    for part in value.type.fields():
        # The discriminant has no name, or is one that the compiler made.
        if part.name and not part.name.startswith("__"):
            return part.name, value[part]
    raise gdb.GdbError("tusk: %s is no enum that gdb can read" % value.type)


def option(value):
    """What is in an Option; None when nothing is."""
    name, content = variant(value)
    if name != "Some":
        return None
    return peel(content[content.type.fields()[0]])


def optional_number(value):
    """The number in an Option; None when there is none."""
    inside = option(value)
    return None if inside is None else number(inside)


def address(value):
    """A pointer's address, whatever it is wrapped in: NonNull, Box, Arc, a reference to a trait object."""
    value = peel(value)
    while value.type.code == gdb.TYPE_CODE_STRUCT:
        names = [part.name for part in value.type.fields()]
        for name in ("pointer", "data_ptr", "ptr"):
            if name in names:
                value = value[name]
                break
        else:
            value = value[value.type.fields()[0]]
    return int(value) & 0xFFFFFFFF


def _fat_pointer(value):
    """The struct of data and vtable inside a counted or boxed trait object; None when the pointer is a thin one."""
    value = peel(value)
    while value.type.code == gdb.TYPE_CODE_STRUCT:
        names = [part.name for part in value.type.fields()]
        if "vtable" in names:
            return value
        inner = next((name for name in ("ptr", "pointer", "data_ptr") if name in names), None)
        value = value[inner] if inner else value[value.type.fields()[0]]
    return None


def arc(value):
    """What an Arc or a Weak refers to; for an `Arc<dyn …>` as the type that it really is."""
    fat = _fat_pointer(value)
    if fat is None:
        value = peel(value)
        return peel(value["ptr"]["pointer"].dereference()["data"])
    # Of an Arc only the type's name is right: the data comes behind the counts, and which variants its enums have was
    # read from the wrong place.
    concrete = gdb.lookup_type(full_name(referent(fat)))
    alignment = int.from_bytes(read(int(fat["vtable"]) + 8, 4), "little")
    start = (int(fat["pointer"]) & 0xFFFFFFFF) + max(ARC_COUNTS, alignment)
    return peel(gdb.Value(start).cast(concrete.pointer()).dereference())


def arc_count(value):
    """How many own what an Arc refers to."""
    return int.from_bytes(read(address(value), 4), "little")


def referent(fat):
    """What a reference to a trait object refers to: gdb finds the type by the vtable, when it is asked in Rust."""
    with language("rust"):
        gdb.set_convenience_variable("_tusk", fat)
        return gdb.parse_and_eval("*$_tusk")


def full_name(value):
    """A type's name with its path, whatever language gdb is in: in most it would say `struct` first."""
    kind = value.type.strip_typedefs()
    return kind.name or str(kind)


def type_name(value):
    """A type's own name, without its path."""
    return full_name(value).split("<")[0].rsplit("::", 1)[-1]


def elements(value):
    """The elements of a Vec."""
    vector = peel(value)
    element = vector.type.template_argument(0)
    start = address(vector["buf"]["inner"]["ptr"])
    first = gdb.Value(start).cast(element.pointer())
    return [(first + index).dereference() for index in range(number(vector["len"]))]


def byte_vector(value):
    """The bytes of a Vec<u8>."""
    vector = peel(value)
    return read(address(vector["buf"]["inner"]["ptr"]), number(vector["len"]))


def text(value):
    """A `&str`."""
    return read(int(value["data_ptr"]), int(value["length"])).decode("utf-8", "replace")


def array(value):
    """The elements of an array."""
    low, high = value.type.range()
    return [value[index] for index in range(low, high + 1)]


def read(start, length):
    """Bytes of the address space in use."""
    if length == 0:
        return b""
    try:
        return bytes(gdb.selected_inferior().read_memory(start & 0xFFFFFFFF, length))
    except gdb.MemoryError as error:
        raise gdb.GdbError("tusk: nothing can be read at %#x" % (start & 0xFFFFFFFF)) from error


@contextmanager
def language(name):
    """gdb's language, for as long as something is evaluated that only that one understands."""
    before = gdb.parameter("language")
    gdb.execute("set language %s" % name, to_string=True)
    try:
        yield
    finally:
        gdb.execute("set language %s" % before, to_string=True)
