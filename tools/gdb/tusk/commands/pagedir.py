"""`tusk pagedir`."""

from .. import draw, frames, kernel, memory
from . import Command, pid_of


class PageDirectory(Command):
    """tusk pagedir [PID] - a program's mappings: page, frame, flags, and how many use the frame

    Read from physical memory, so the program need not run. Flags: rw or r-, user; borrowed: the frame is a file's or
    shared, and not the program's own; kept: the frame of a page that may not be used now (PROT_NONE)."""

    name = "pagedir"
    takes_pid = True

    def run(self, words):
        self.expect(words, 0, 1)
        task = pid_of(words)
        space = task.memory()
        if space is None:
            raise kernel.trouble("%s has no program: it uses the kernel's own directory" % task.title())
        directory, all_frames = space.directory, frames.Frames()
        entries = directory.entries()
        present = [index for index, entry in enumerate(entries) if entry & memory.PRESENT]
        tables = [index for index in present if index < memory.FIRST_KERNEL_ENTRY]
        draw.say(
            draw.title("page directory of %s in frame %#x" % (task.title(), directory.frame))
            + ": %d page tables of its own, %d of the kernel's" % (len(tables), len(present) - len(tables) - 1)
        )
        rows = [["page", "frame", "users", "flags"]]
        for mapping in directory.mappings():
            users = all_frames.users(mapping.frame)
            rows.append(["%#010x" % mapping.page, "%#x" % mapping.frame, str(users), mapping.flags()])
        draw.table(rows, " >>")
        own = entries[memory.SELF_ENTRY]
        draw.say("%d pages; entry 1023 leads to frame %#x, the directory itself" % (len(rows) - 1, own >> 12))


PageDirectory()
