"""`tusk` and its subcommands, one noun a file. Importing this makes them gdb's."""

import functools
import importlib
import pkgutil
import traceback

import gdb

from .. import draw, kernel, task


class Tusk(gdb.Command):
    """Tusk's commands: what the kernel keeps, read while it stands still. `tusk help` lists them."""

    def __init__(self):
        super().__init__("tusk", gdb.COMMAND_DATA, gdb.COMPLETE_NONE, True)

    def invoke(self, argument, from_tty):
        if argument.strip():
            raise gdb.GdbError("tusk: there is no 'tusk %s': `tusk help` lists what there is" % argument.split()[0])
        show_help()


class Command(gdb.Command):
    """A subcommand. Its docstring's first line is the usage behind its name, a dash, and what it does."""

    name = ""
    takes_pid = False

    def __init__(self):
        super().__init__("tusk " + self.name, gdb.COMMAND_DATA)
        COMMANDS.append(self)

    def words(self):
        """What may be completed behind the command."""
        if not self.takes_pid:
            return []
        return [str(each.pid) for each in task.all_tasks() if each.pid is not None] + ["running"]

    def complete(self, text, word):
        """gdb's question what may follow."""
        try:
            return [each for each in self.words() if each.startswith(word)]
        except kernel.ERRORS:
            return []

    def invoke(self, argument, from_tty):
        words = gdb.string_to_argv(argument)
        if words in (["help"], ["--help"]):
            draw.say(self.__doc__)
            return
        try:
            self.run(words)
        except gdb.error as error:
            # Without a word of Python: the machine has ended, say.
            raise gdb.GdbError("tusk: %s" % error) from error
        except (KeyError, TypeError, ValueError) as error:
            if gdb.parameter("python print-stack") == "full":
                traceback.print_exc()
            raise gdb.GdbError(
                "tusk: the kernel's memory is not what its types say (%s: %s): is build/tusk.elf the kernel that runs, "
                "and is it past its start?" % (type(error).__name__, error)
            ) from error

    def run(self, words):
        """Does the work."""
        raise NotImplementedError

    def expect(self, words, least, most):
        """Fails with the usage unless there are so many words."""
        if not least <= len(words) <= most:
            raise gdb.GdbError("usage: " + self.__doc__.split(" - ")[0])


COMMANDS = []


class Help(Command):
    """tusk help [COMMAND] - lists these commands, or tells of one"""

    name = "help"

    def words(self):
        return [command.name for command in COMMANDS]

    def run(self, words):
        self.expect(words, 0, 1)
        if not words:
            show_help()
            return
        for command in COMMANDS:
            if command.name == words[0]:
                draw.say(command.__doc__)
                return
        raise gdb.GdbError("tusk: there is no command '%s': `tusk help` lists them" % words[0])


def show_help():
    """Lists the commands."""
    rows = [["command", "what it shows"]]
    for command in sorted(COMMANDS, key=lambda each: each.name):
        usage, what = command.__doc__.split("\n")[0].split(" - ")
        rows.append([usage, what])
    draw.table(rows)


def pid_of(words):
    """The task that the first word names; without one the running task."""
    return task.find(words[0] if words else "running")


@functools.lru_cache(maxsize=None)
def load():
    """Makes all commands, once."""
    Tusk()
    Help()
    gdb.events.clear_objfiles.connect(kernel.forget_symbols)
    for module in sorted(each.name for each in pkgutil.iter_modules(__path__)):
        importlib.import_module("." + module, __name__)
