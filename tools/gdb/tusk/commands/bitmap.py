"""`tusk bitmap`."""

from .. import draw, frames, kernel, task
from . import Command

_PAGE = kernel.PAGE


class Bitmap(Command):
    """tusk bitmap PID|kernel|user - what is taken of a program's addresses, of the kernel's, of the frames of each half

    For a pid: the runs of its user addresses, and the regions that they are made of. `kernel`: the kernel's addresses
    and the frames of its pool; `user`: the frames of the programs' pool."""

    name = "bitmap"
    takes_pid = True

    def words(self):
        return ["kernel", "user"] + super().words()

    def run(self, words):
        self.expect(words, 1, 1)
        if words[0] == "kernel":
            addresses = frames.KernelAddresses()
            _show("kernel addresses", addresses.bitmap, addresses.first, "address")
            _pool(frames.Frames().kernel)
        elif words[0] == "user":
            _pool(frames.Frames().user)
        elif words[0].isdigit() or words[0] in task.RUNNING:
            _program(task.find(words[0]))
        else:
            what = "a number, `running`, or `kernel` or `user` for their bitmaps"
            raise kernel.trouble("'%s' is no pid: %s" % (words[0], what))


def _program(of):
    memory = of.memory()
    if memory is None:
        raise kernel.trouble("%s has no program, and so no addresses of one" % of.title())
    _show("user addresses of %s" % of.title(), memory.bitmap, task.USER_START, "address")
    rows = [["regions: from", "to", "may", "what is there at first"]]
    for begin, end, protection, backing in memory.regions():
        rows.append(["%#010x" % begin, "%#010x" % end, protection, backing])
    draw.table(rows)


def _pool(pool):
    _show("frames of the %s pool" % pool.name, pool.bitmap, pool.first * _PAGE, "physical")


def _show(what, bitmap, start, column):
    runs = bitmap.runs()
    taken = sum(end - begin for begin, end in runs)
    size = (bitmap.length + 7) // 8
    draw.say(
        draw.title("%s: %d of %d pages taken" % (what, taken, bitmap.length))
        + "; bitmap of %d bytes at %#x, next search from bit %d" % (size, bitmap.address, bitmap.hint)
    )
    rows = [["bits", "from %s" % column, "to", "pages", ""]]
    for begin, end in runs:
        first, last = start + begin * _PAGE, start + end * _PAGE
        rows.append(
            [
                "%d..%d" % (begin, end - 1),
                "%#010x" % first,
                "%#010x" % last,
                str(end - begin),
                draw.sizes((end - begin) * _PAGE),
            ]
        )
    draw.table(rows, "   >")


Bitmap()
