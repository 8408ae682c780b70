"""`tusk fds`."""

from .. import draw, files
from . import Command, pid_of


class Descriptors(Command):
    """tusk fds [PID] - what a task has open: number, path, what it is, position, and how many descriptors share it"""

    name = "fds"
    takes_pid = True

    def run(self, words):
        self.expect(words, 0, 1)
        task = pid_of(words)
        rows = [["fd", "path", "access", "position", "shared by", "exec", "what it is"]]
        for number, file, closes in files.descriptors(task):
            rows.append(
                [
                    str(number),
                    file.path(),
                    file.access_text(),
                    str(file.position),
                    str(file.descriptors),
                    "closes" if closes else "keeps",
                    file.inode.describe(),
                ]
            )
        if len(rows) == 1:
            draw.say("%s has nothing open" % task.title())
            return
        draw.say(draw.title("descriptors of %s" % task.title()))
        draw.table(rows, ">  >>")


Descriptors()
