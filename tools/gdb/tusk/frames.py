"""Frames and kernel pages: the two pools, how often each frame is used, and the kernel's addresses."""

import struct

from . import kernel, rust
from .bitmap import Bitmap

_TOO_EARLY = "memory management has not begun yet: `tusk goto tusk::task::init` leads behind its start"


class Pool:
    """One half of memory."""

    def __init__(self, name, value):
        self.name = name
        self.bitmap = Bitmap(value["bitmap"])
        self.first = rust.number(value["first"])
        self.free = int(value["free"])
        self.total = int(value["total"])

    def __contains__(self, frame):
        return self.first <= frame < self.first + self.bitmap.length


class Frames:
    """Both pools and the counts, as they are now."""

    def __init__(self):
        kernel.expect_kernel()
        frames = rust.option(kernel.static("mm::frame::FRAMES"))
        if frames is None:
            raise kernel.trouble(_TOO_EARLY)
        self.kernel = Pool("kernel", frames["kernel"])
        self.user = Pool("user", frames["user"])
        counts = frames["counts"]
        self.first_counted = rust.number(frames["first_counted"])
        length = int(counts["length"])
        self.counts = struct.unpack("<%dH" % length, rust.read(int(counts["data_ptr"]), 2 * length))

    def users(self, frame):
        """How many use a frame; None for one that nobody counts: the image, the screen."""
        index = frame - self.first_counted
        return self.counts[index] if 0 <= index < len(self.counts) else None


class KernelAddresses:
    """Which pages of the kernel's addresses are taken."""

    def __init__(self):
        kernel.expect_kernel()
        addresses = rust.option(kernel.static("mm::kernel_pages::ADDRESSES"))
        if addresses is None:
            raise kernel.trouble(_TOO_EARLY)
        self.bitmap = Bitmap(addresses["bitmap"])
        self.first = rust.number(addresses["first"])
        self.free = int(addresses["free"])


def counts():
    """All that can be lost, by name: what is free, and what exists."""
    frames = Frames()
    return {
        "free kernel frames": frames.kernel.free,
        "free user frames": frames.user.free,
        "free kernel pages": KernelAddresses().free,
        "free pids": rust.number(kernel.static("task::pid::POOL")["free"]),
        "tasks": int(kernel.static("task::scheduler::SCHEDULER")["all"]["length"]),
        "ready": int(kernel.static("task::scheduler::SCHEDULER")["ready"]["length"]),
        "open descriptors": rust.number(kernel.static("task::descriptor::OPEN")),
        "open files": rust.number(kernel.static("fs::open_file::OPEN")),
    }
