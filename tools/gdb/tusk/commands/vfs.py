"""`tusk vfs`."""

from .. import draw, files, task
from . import Command


class Vfs(Command):
    """tusk vfs - what is mounted where, and which inodes are open, by whom

    Users: how many references there are to a mount or an inode, from names, open files and places in the tree."""

    name = "vfs"

    def run(self, words):
        self.expect(words, 0, 0)
        rows = [["mounted at", "source", "root", "users"]]
        for mount in files.mounts():
            rows.append([mount.point, mount.source, mount.root.describe(), str(mount.users)])
        draw.table(rows, "   >")
        draw.say()
        opened = {}
        for each in task.all_tasks():
            for number, file, _ in files.descriptors(each):
                entry = opened.setdefault(file.inode.address, (file, []))
                entry[1].append("%s:%d" % (each.pid, number))
        rows = [["open inode at", "what it is", "path", "users", "pid:fd"]]
        for address, (file, users) in sorted(opened.items()):
            rows.append(["%#x" % address, file.inode.describe(), file.path(), str(file.inode.users), " ".join(users)])
        draw.table(rows, "   >")


Vfs()
