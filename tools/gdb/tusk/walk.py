"""fork, step by step: stops at each of the book's functions in turn and says what it has changed, as data.

`Walk.steps` yields a Step for each function and for what happens in between. See snapshot.py for their shape.
"""

from . import kernel, snapshot, stops, task

_FORK = "task::fork::"
LISTS = "lists"  # stands for the letter of the step that has none in the book
# The letter, the function, what it does; and what has happened between the step before and this one.
_STEPS = (
    (
        "a",
        _FORK + "copy_pcb_vaddrbitmap_stack0",
        "PCB and ring-0 stack by one copy of the page, then every field that must differ; the bitmap copied",
        "sys_clone has taken a page for the child's PCB, copy_process the bounce page if there is a body to copy",
    ),
    (
        "b",
        "mm::page_directory::create_page_dir",
        "a page directory with the kernel's half alone",
        "the child is a PCB page that no list knows",
    ),
    (
        "c",
        _FORK + "copy_body_stack3",
        "every page of the body, through the bounce page or shared, into the child's address space",
        "bitmap and directory have become the child's memory",
    ),
    (
        "d",
        _FORK + "build_child_stack",
        "eax = 0 in the child's trap frame, below it a thread_stack that goes on at intr_exit",
        "the bounce page is given back",
    ),
    (
        "e",
        _FORK + "update_inode_open_cnts",
        "what is open in the parent is open in the child, and counted once more",
        "the child can run, but has nothing open",
    ),
    (
        LISTS,
        "task::scheduler::add",
        "the child is on the ready list and on the list of all tasks: it exists",
        "sys_clone has joined the child to its family and shared the time slice between both",
    ),
)
_SHARED = "the child has its maker's memory itself (CLONE_VM): no bounce page, no steps b and c"
_END = "the child's pid is what fork returns to the parent"
_CLONE = _FORK + "sys_clone"
_NEAR = 32  # bytes behind a function's beginning that still are its beginning: where gdb puts a breakpoint


class Step:
    """A function, or what lies between two of them (letter ""), with the snapshots around it."""

    def __init__(self, letter, function, what, before, after):
        self.letter = letter
        self.function = function
        self.what = what
        self.before = before
        self.after = after
        self.difference = snapshot.difference(before, after)

    @property
    def name(self):
        """The function's own name, the book's."""
        return self.function.rsplit("::", 1)[-1]

    def to_data(self):
        """For JSON."""
        return {
            "letter": self.letter,
            "function": self.function,
            "what": self.what,
            "before": snapshot.to_data(self.before),
            "after": snapshot.to_data(self.after),
            "difference": snapshot.to_data(self.difference),
        }


class Walk:
    """One fork, of whichever task makes the next one."""

    def __init__(self):
        self.page = None
        self.parent = None
        self.child = None
        self.last = None
        self.end = None

    def begin(self, whose=None):
        """Runs to the next fork, unless we are at the beginning of one; returns the task that makes it.

        `whose`: that of the task with this name or pid, as text; otherwise whoever comes.
        """
        kernel.expect_machine()
        is_there = _is_at(_CLONE)
        while not is_there or whose not in (None, task.running().name, str(task.running().pid)):
            stops.run_to([kernel.entry(_CLONE)])
            is_there = True
        self.page = stops.running_page()
        self.parent = snapshot.Side(self.page).follow()
        self.end = stops.return_address()
        self.last = snapshot.take(self.parent)
        return task.Task(self.page)

    def steps(self):
        """Each step, with the machine at its end; then what came after the last."""
        places = {kernel.entry(step[1]): step for step in _STEPS}
        while True:
            place = stops.run_to(list(places) + [self.end], self.page)
            if place == self.end:
                yield from self._between("sys_clone", _END)
                return
            letter, path, what, between = places[place]
            yield from self._between(_caller(), between)
            before = self.last
            self._learn(path, stops.run_to_return(self.page))
            self.last = snapshot.take(self.parent, self.child)
            yield Step(letter, path, what, before, self.last)

    def _between(self, function, what):
        """What has changed since the last step, if anything that is not the parent's own stack has."""
        before, self.last = self.last, snapshot.take(self.parent, self._living_child())
        if self._shares_memory(before) and self.child.directory is not None:
            what = _SHARED
        step = Step("", function, what, before, self.last)
        if is_worth_telling(step.difference):
            yield step

    def _shares_memory(self, before):
        """Says whether the child has just been given the parent's own memory."""
        had_none = before["child"] is not None and before["child"]["directory"] is None
        return had_none and self.child is not None and self.child.directory == self.parent.directory

    def _living_child(self):
        """The child, unless a failed fork has dropped it, or it has been and gone while its maker slept for it."""
        if self.child is None:
            return None
        try:
            if not task.Task(self.child.address).is_intact():
                self.child = None
            elif self.child.bitmap is None or self.child.directory is None:
                self.child.follow()
        except kernel.ERRORS:
            self.child = None
        return self.child

    def _learn(self, path, result):
        """Where the child's parts are, by what a step returned."""
        if path.endswith("copy_pcb_vaddrbitmap_stack0"):
            self.child = snapshot.child_of_step_a(result)
        elif path.endswith("create_page_dir") and self.child is not None:
            self.child.directory = snapshot.directory_of_step_b(result)

    def is_child_born(self):
        """Says whether the child is on the list of all tasks."""
        return self._living_child() is not None and any(each.address == self.child.address for each in task.all_tasks())


def is_worth_telling(difference):
    """Says whether more differs than the running parent's own stack."""
    for name, change in difference.items():
        if name != "parent":
            return True
        if set(change) - {"page"} or not all(is_working_stack(piece["field"]) for piece in change.get("page", [])):
            return True
    return False


def is_working_stack(field):
    """Says whether a piece of the running parent's page is the stack on which it works: that changes all the time."""
    return field in ("ring-0 stack", "(padding)")


def _is_at(path):
    return 0 <= kernel.register("eip") - kernel.entry(path) < _NEAR


def _caller():
    """The function from which the one was called at whose beginning we are."""
    found = kernel.function_at(stops.return_address())
    return found[0].rsplit("::", 1)[-1] if found else "?"
