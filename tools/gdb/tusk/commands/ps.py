"""`tusk ps`."""

from .. import draw, files, rust, task
from . import Command

_TICKS_PER_SECOND = 100


class Ps(Command):
    """tusk ps [-t] - the processes, as the program ps prints them; with -t the threads and where their pages are

    PID and PPID, the state (R running or ready, S asleep, T stopped, Z ended), s for the leader of a session,
    + in the foreground of its terminal, processor time, and the arguments."""

    name = "ps"

    def words(self):
        return ["-t"]

    def run(self, words):
        self.expect(words, 0, 1)
        if words == ["-t"]:
            _threads()
            return
        self.expect(words, 0, 0)
        for line in lines():
            draw.say(line)


def lines():
    """What the program `ps` prints at this moment, line by line."""
    found = ["    PID    PPID STAT     TIME COMMAND"]
    leaders = [each for each in task.all_tasks() if each.is_leader() and each.pid is not None]
    for each in sorted(leaders, key=lambda leader: leader.pid):
        process = each.process()
        used = rust.field(process, "usage", "own")
        seconds = (int(used["user"]) + int(used["system"])) // _TICKS_PER_SECOND
        membership = process["membership"]
        group, session = (rust.optional_number(membership[name]) for name in ("group", "session"))
        foreground = files.foreground(membership)
        marks = "s" if session == each.pid else ""
        marks += "+" if foreground and foreground == group else ""
        found.append(
            "%7d %7d %s%-3s %5d:%02d %s"
            % (each.pid, each.parent_pid(), each.state(), marks, seconds // 60, seconds % 60, each.command_line())
        )
    return found


def _threads():
    rows = [["pid", "process", "status", "PCB page", "esp", "ticks", "name"]]
    for each in task.all_tasks():
        leader = rust.option(each.process()["leader"])
        process = "?" if leader is None else str(task.Task(rust.address(leader)).pid)
        rows.append(
            [
                "-" if each.pid is None else str(each.pid),
                process,
                each.status + (" *" if each.is_running() else ""),
                "%#x" % each.address,
                "%#x" % each.stack_pointer(),
                "%d of %d" % (each.number("ticks"), each.number("priority")),
                each.name,
            ]
        )
    draw.table(rows, ">>")


Ps()
