"""`tusk symbols`."""

from .. import programs
from . import Command


class Symbols(Command):
    """tusk symbols - loads the symbols of the running task's program: for who attached after its exec

    From exec on they come by themselves. All programs lie at the same addresses, so only one has its symbols."""

    name = "symbols"

    def run(self, words):
        self.expect(words, 0, 0)
        programs.follow_now()


Symbols()
