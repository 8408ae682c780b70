"""`tusk ready`."""

from .. import draw, task
from . import Command


class Ready(Command):
    """tusk ready - who has the CPU, and who waits for it in which order"""

    name = "ready"

    def run(self, words):
        self.expect(words, 0, 0)
        running = task.running()
        place = "in its program" if running.is_in_program() else "in the kernel"
        draw.say("running  %s, %s, %d ticks left" % (running.title(), place, running.number("ticks")))
        real_time, ordinary = task.ready_lists()
        for name, tasks in (("real-time", real_time), ("ready", ordinary)):
            for index, each in enumerate(tasks):
                head = name if index == 0 else ""
                draw.say("%-9s%d. %s, %d ticks" % (head, index + 1, each.title(), each.number("ticks")))
        if not real_time and not ordinary:
            idle = task.idle()
            draw.say("ready    nobody: %s would run next" % (idle.title() if idle else "no one"))


Ready()
