"""Running the machine up to a place, for one task, without a word on the screen."""

import gdb

from . import kernel, task


class _Place(gdb.Breakpoint):
    """A breakpoint that nobody sees, at an address, for the task in one PCB page (None: for any)."""

    def __init__(self, address, page=None):
        super().__init__("*%#x" % address, internal=True)
        self.silent = True
        self.address = address
        self.page = page

    def stop(self):
        return self.page is None or kernel.register("esp") & ~(kernel.PAGE - 1) == self.page


def run_to(addresses, page=None):
    """Lets the machine run until the task in `page` comes to one of the addresses, and returns which.

    Fails when something else stops it first: another breakpoint, Ctrl-C, the machine's end.
    """
    places = [_Place(address, page) for address in addresses]
    try:
        gdb.execute("continue", to_string=True)
    except gdb.error as error:
        raise kernel.trouble("the machine has ended (%s)" % error) from error
    finally:
        for place in places:
            if place.is_valid():
                place.delete()
    thread = gdb.selected_thread()
    if thread is None or not thread.is_valid():
        raise kernel.trouble("the machine has ended")
    pc = kernel.register("eip")
    if pc not in addresses:
        raise kernel.trouble("stopped at %#x by something else: the walk ends here" % pc)
    return pc


def return_address():
    """Where the function goes back to in which we are."""
    frame = gdb.newest_frame()
    while frame.type() == gdb.INLINE_FRAME:
        frame = frame.older()
    return frame.older().pc() & 0xFFFFFFFF


def run_to_return(page):
    """Runs to the end of the function in which the task in `page` is, and returns what is in eax."""
    run_to([return_address()], page)
    return kernel.register("eax")


def running_page():
    """The PCB page of the running task."""
    return task.running().address
