"""Tasks: the PCB pages, found through the kernel's lists."""

from . import kernel, rust
from .bitmap import Bitmap
from .memory import Directory

MAGIC = 0x19870916
_PAINT = 0x70757354
_STATES = {"Running": "R", "Ready": "R", "Blocked": "S", "Waiting": "S", "Stopped": "T", "Hanging": "Z", "Died": "X"}
USER_START = 0x08048000
# What may be typed in place of the pid of the task that has the CPU.
RUNNING = ("running", "current", ".")


class AddressSpace:
    """A program's memory."""

    def __init__(self, value):
        self.value = value
        self.directory = Directory(rust.number(value["pgdir"]["frame"]))
        addresses = rust.field(value, "userprog_vaddr")
        self.addresses = addresses
        self.bitmap = Bitmap(addresses["bitmap"])

    def regions(self):
        """What its addresses are for: (first byte, one past the last, protection, what is there), from low to high."""
        regions = rust.peel(self.addresses["regions"])
        found = []
        for region in rust.elements(regions[regions.type.fields()[0]]):
            begin = int(region["first"]) * kernel.PAGE
            bits = rust.number(region["protection"])
            protection = "".join(letter if bits >> place & 1 else "-" for place, letter in enumerate("rwx"))
            end = begin + int(region["count"]) * kernel.PAGE
            found.append((begin, end, protection, _backing(region)))
        return found

    def executable(self):
        """The path that its program was loaded from, and the file's length in bytes; None for no program."""
        executable = rust.option(self.addresses["executable"])
        if executable is None:
            return None
        file = rust.arc(rust.arc(executable)["file"])
        if not _is_file(file):
            return None
        path = rust.byte_vector(file["path"]).decode("utf-8", "replace")
        return path, _content_length(rust.arc(file["node"]))


def _backing(region):
    """What the pages of a region are at first: a file's, or zeros; and that it grows, or is shared."""
    name, content = rust.variant(region["backing"])
    traits = rust.number(region["traits"])
    words = ["zeros"]
    if name == "File":
        source = rust.arc(content["source"])
        what = rust.byte_vector(source["path"]).decode("utf-8", "replace") if _is_file(source) else "shared memory"
        words = ["%s from byte %#x" % (what, int(content["index"]) * kernel.PAGE)]
    words += [word for place, word in enumerate(("shared", "grows down")) if traits >> place & 1]
    return ", ".join(words)


def _is_file(source):
    return rust.type_name(source) == "MappedFile"


def _content_length(node):
    name, body = rust.variant(rust.field(node, "state", "body"))
    return rust.number(rust.peel(body[body.type.fields()[0]])["length"]) if name == "File" else 0


class Task:
    """One PCB page."""

    def __init__(self, address):
        self.address = address
        self.value = kernel.at(address, "task::task_struct::Task")
        self.pid = rust.optional_number(self.value["pid"])
        self.status = rust.variant(self.value["status"])[0]
        name = rust.peel(self.value["name"])
        raw = bytes(int(byte) for byte in rust.array(name[name.type.fields()[0]]))
        self.name = raw.split(b"\0")[0].decode("utf-8", "replace")

    def __eq__(self, other):
        return isinstance(other, Task) and self.address == other.address

    def __hash__(self):
        return self.address

    def title(self):
        """Pid and name, as one says it."""
        return "%s %s" % ("?" if self.pid is None else self.pid, self.name)

    @property
    def size(self):
        """Bytes of the Task at the page's bottom."""
        return self.value.type.sizeof

    @property
    def top(self):
        """One past the highest address of its ring-0 stack."""
        return self.address + kernel.PAGE

    def page(self):
        """The bytes of the page."""
        return rust.read(self.address, kernel.PAGE)

    def number(self, *path):
        """The number in one of its fields."""
        return rust.number(rust.field(self.value, *path))

    def process(self):
        """What its process's threads have in common."""
        return rust.arc(self.value["process"])

    def memory(self):
        """Its address space; None for a thread of the kernel's, and after its end."""
        memory = rust.option(self.value["memory"])
        return None if memory is None else AddressSpace(rust.arc(memory))

    def parent_pid(self):
        """The pid of the process that may wait for its process; 0 for the first ones."""
        return rust.optional_number(self.process()["parent_pid"]) or 0

    def is_leader(self):
        """Says whether its number is its process's."""
        leader = rust.option(self.process()["leader"])
        return leader is not None and rust.address(leader) == self.address

    def is_intact(self):
        """Says whether the stack has not grown into the task."""
        return self.number("stack_magic") == MAGIC

    def state(self):
        """Its state as /proc says it."""
        return _STATES.get(self.status, "?")

    def is_running(self):
        """Says whether it has the CPU."""
        return self.status == "Running" and self == running()

    def is_in_program(self):
        """Says whether it runs, and not in the kernel."""
        return self.is_running() and kernel.register("cs") & 3 == 3

    def stack_pointer(self):
        """Where its ring-0 stack ends now: its top while it runs in its program."""
        if not self.is_running():
            return self.number("self_kstack")
        if self.is_in_program():
            return self.top
        return kernel.register("esp")

    def untouched(self):
        """The lowest address of its stack that was ever written to, by what is left of the paint."""
        page = self.page()
        place = self.size
        while place < kernel.PAGE and int.from_bytes(page[place : place + 4], "little") == _PAINT:
            place += 4
        return self.address + place

    def command_line(self):
        """The arguments that its program was started with, or the kernel's name for it in brackets."""
        line = rust.option(self.process()["command_line"])
        words = b"" if line is None else rust.byte_vector(rust.arc(line)).rstrip(b"\0")
        if not words:
            return "[%s]" % self.name
        return "".join(chr(byte) if 32 <= byte < 127 or byte > 127 else " " if byte == 0 else "?" for byte in words)


def _scheduler():
    kernel.expect_kernel()
    scheduler = kernel.static("task::scheduler::SCHEDULER")
    if not int(scheduler["all"]["length"]):
        raise kernel.trouble("there are no tasks yet: `tusk goto become_idle` leads to where there are")
    return scheduler


def _listed(first, tag):
    """The tasks of a list, by the tag with which they are in it."""
    found = []
    reference = rust.option(first)
    while reference is not None and len(found) < 4096:
        task = Task(rust.address(reference))
        found.append(task)
        reference = rust.option(rust.peel(task.value[tag])["next"])
    return found


def all_tasks():
    """All tasks, in the order in which they were made."""
    return _listed(_scheduler()["all"]["first"], "all_list_tag")


def ready_lists():
    """The tasks that wait for the CPU: by a real-time rule, and the others, each in the order of their turns."""
    scheduler = _scheduler()
    return tuple(_listed(scheduler[name]["first"], "general_tag") for name in ("ready_real_time", "ready"))


def idle():
    """The task that runs when nobody else can."""
    reference = rust.option(_scheduler()["idle"])
    return None if reference is None else Task(rust.address(reference))


def running():
    """The task that has the CPU: the one on whose ring-0 stack we are, or whose program runs."""
    _scheduler()
    if kernel.register("cs") & 3 == 3:
        top = rust.number(kernel.static("arch::tss::MAIN")["__0"]["value"]["esp0"])
        return Task(top - kernel.PAGE)
    return Task(kernel.register("esp") & ~(kernel.PAGE - 1))


def find(pid):
    """The task with that pid, as typed: a number, or `running`."""
    if pid in RUNNING:
        return running()
    tasks = all_tasks()
    if not pid.isdigit():
        raise kernel.trouble("'%s' is no pid: a number, or `running` for the task that has the CPU" % pid)
    for task in tasks:
        if task.pid == int(pid):
            return task
    pids = ", ".join(str(task.pid) for task in tasks if task.pid is not None)
    raise kernel.trouble("there is no task %s: there are %s (`tusk ps` lists them)" % (pid, pids))
