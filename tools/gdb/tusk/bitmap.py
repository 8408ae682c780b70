"""The kernel's bitmaps: a bit is 1 while what it stands for is taken."""

from . import rust


def runs(data, length):
    """The runs of ones in the first `length` bits of `data`, lowest bit of each byte first: (first, one past last)."""
    found, begin, place = [], None, 0
    for byte in data:
        if byte not in (0, 255) or place + 8 > length:
            for bit in range(min(8, max(0, length - place))):
                is_taken = byte >> bit & 1
                if is_taken and begin is None:
                    begin = place + bit
                elif not is_taken and begin is not None:
                    found.append((begin, place + bit))
                    begin = None
        elif byte == 255 and begin is None:
            begin = place
        elif byte == 0 and begin is not None:
            found.append((begin, place))
            begin = None
        place += 8
    if begin is not None:
        found.append((begin, length))
    return found


class Bitmap:
    """A bitmap as it stands in the kernel's memory."""

    def __init__(self, value):
        self.address = int(value["words"]["data_ptr"]) & 0xFFFFFFFF
        self.length = int(value["length"])
        self.hint = int(value["hint"])

    def data(self):
        """Its bytes."""
        return rust.read(self.address, (self.length + 7) // 8)

    def runs(self):
        """What is taken, as runs of bits: (first, one past the last)."""
        return runs(self.data(), self.length)
