"""`tusk frames`."""

from .. import draw, frames, kernel
from . import Command


class FramesCommand(Command):
    """tusk frames [NUMBER] - both pools: free, taken, shared; or the users of one frame

    NUMBER is a frame's number or, from 0x100000 on, a physical address."""

    name = "frames"

    def run(self, words):
        self.expect(words, 0, 1)
        found = frames.Frames()
        if words:
            _one(found, words[0])
            return
        rows = [["pool", "first frame", "frames", "taken", "free", "shared", "bitmap at"]]
        for pool in (found.kernel, found.user):
            frames_taken = [pool.first + bit for begin, end in pool.bitmap.runs() for bit in range(begin, end)]
            shared = sum((found.users(frame) or 0) > 1 for frame in frames_taken)
            taken = pool.total - pool.free
            rows.append(
                [
                    pool.name,
                    "%#x" % pool.first,
                    str(pool.total),
                    str(taken),
                    str(pool.free),
                    str(shared),
                    "%#x" % pool.bitmap.address,
                ]
            )
        draw.table(rows, " >>>>>")
        addresses = frames.KernelAddresses()
        draw.say("kernel addresses: %d pages free of %d" % (addresses.free, addresses.bitmap.length))


def _one(found, word):
    try:
        number = int(word, 0)
    except ValueError:
        raise kernel.trouble("'%s' is no number of a frame" % word) from None
    if number >= 0x100000:
        number //= kernel.PAGE
    pool = next((each.name for each in (found.kernel, found.user) if number in each), "no")
    users = found.users(number)
    count = "not counted" if users is None else "%d users" % users
    draw.say("frame %#x, physical %#x: %s pool, %s" % (number, number * kernel.PAGE, pool, count))


FramesCommand()
