"""What is open and mounted: descriptors, open files, inodes, mounts."""

from . import kernel, rust

_NOBODY = (0, 0xFFFFFFFF)  # a Weak that refers to nothing
_ACCESS = {0: "path", 1: "read", 2: "write", 3: "read, write"}


def foreground(membership):
    """The group in the foreground of a process's terminal; None without a terminal."""
    terminal = rust.option(membership["terminal"])
    if terminal is None:
        return None
    controlling = rust.arc(terminal)
    tty = controlling[controlling.type.fields()[0]].dereference()
    return rust.optional_number(rust.field(tty, "state", "owner", "foreground"))


class Inode:
    """What a name leads to."""

    def __init__(self, reference):
        self.address = rust.address(reference)
        self.users = rust.arc_count(reference)
        self.value = rust.arc(reference)
        self.type = rust.type_name(self.value)

    def describe(self):
        """Its file system, its number and what it is, in a few words."""
        if self.type == "Node" and "ramfs" in rust.full_name(self.value):
            kind = rust.variant(self.value["kind"])[0]
            system = rust.text(rust.referent(self.value["file_system"])["name"])
            return "%s inode %d, %s%s" % (system, int(self.value["number"]), kind.lower(), self._size(kind))
        if self.type == "Handle":
            number = int(self.value["tty"].dereference()["number"])
            return "terminal %d:%d" % (number >> 8, number & 255)
        if self.type == "Pipe":
            state = rust.field(self.value, "state")
            return "pipe %d, %d readers, %d writers" % (
                int(self.value["number"]),
                int(state["readers"]),
                int(state["writers"]),
            )
        return rust.full_name(self.value).split("tusk::")[-1]

    def _size(self, kind):
        if kind != "Regular":
            return ""
        name, body = rust.variant(rust.field(self.value, "state", "body"))
        return ", %d bytes" % int(rust.peel(body[body.type.fields()[0]])["length"]) if name == "File" else ""


class OpenFile:
    """An open file description."""

    def __init__(self, reference):
        self.address = rust.address(reference)
        self.value = rust.arc(reference)
        self.inode = Inode(self.value["inode"])
        self.descriptors = rust.number(self.value["descriptors"])
        self.position = rust.number(rust.field(self.value, "position"))
        self.flags = rust.number(self.value["flags"])
        self.access = rust.number(self.value["access"])

    def access_text(self):
        """What may be done with it."""
        return _ACCESS.get(self.access & 3, "?")

    def path(self):
        """Directory and name by which it was found, as far as memory tells."""
        origin = rust.option(self.value["origin"])
        if origin is None:
            return "(no name)"
        origin = rust.arc(origin)
        name = rust.byte_vector(origin["name"]).decode("utf-8", "replace")
        if not name:
            return directory_path(origin["place"])
        parent = directory_path(origin["parent"])
        return (parent if parent != "/" else "") + "/" + name


def directory_path(place):
    """The path of a directory in a Place, through mounts, up to the first root."""
    names, node, mount = [], rust.arc(place["inode"]), rust.arc(place["mount"])
    for _ in range(64):
        if "ramfs" not in rust.full_name(node):
            if not names:
                names.append("(%s)" % rust.full_name(node).split("tusk::fs::")[-1].split("::")[0])
        else:
            parent = _parent(node)
            if parent is not None:
                names.append(_name_in(parent, node))
                node = parent
                continue
        point = rust.option(mount["point"])
        if point is None:
            break
        node, mount = rust.arc(point["inode"]), rust.arc(point["mount"])
    return "/" + "/".join(reversed(names))


def _parent(node):
    name, body = rust.variant(rust.field(node, "state", "body"))
    if name != "Directory":
        return None
    weak = rust.peel(body[body.type.fields()[0]])["parent"]
    if rust.address(weak) in _NOBODY:
        return None
    return rust.arc(weak)


def _name_in(directory, node):
    _, body = rust.variant(rust.field(directory, "state", "body"))
    entries = rust.peel(body[body.type.fields()[0]])["entries"]["entries"]
    for entry in rust.elements(entries):
        if int(rust.arc(entry["node"]).address) == int(node.address):
            return rust.byte_vector(entry["name"]).decode("utf-8", "replace")
    return "?"


def descriptors(task):
    """What a task has open: (number, open file, closed by exec)."""
    shared = rust.option(task.value["fd_table"])
    if shared is None:
        return []
    table = rust.arc(shared)
    found = []
    for number, place in enumerate(rust.elements(table[table.type.fields()[0]])):
        descriptor = rust.option(place)
        if descriptor is not None:
            found.append((number, OpenFile(descriptor["file"]), bool(descriptor["close_on_exec"])))
    return found


class Mount:
    """A file system in its place."""

    def __init__(self, reference):
        value = rust.arc(reference)
        self.users = rust.arc_count(reference)
        self.source = rust.text(value["source"])
        self.root = Inode(value["root"])
        point = rust.option(value["point"])
        self.point = "/" if point is None else directory_path(point)


def mounts():
    """All mounts, oldest first."""
    kernel.expect_kernel()
    return [Mount(reference) for reference in rust.elements(kernel.static("fs::mount::MOUNTS"))]
