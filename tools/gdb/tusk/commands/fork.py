"""`tusk fork`."""

import json
import os

import gdb

from .. import draw, kernel, layout, snapshot, stack, task, walk
from . import Command

_SIDES = ("parent", "child")
_VALUE_WIDTH = 44
_WORDS = 5  # of a stack that are shown one by one


class Fork(Command):
    """tusk fork [all] [PROGRAM|PID] [FILE.json] - a guided walk through the next fork, step by step as in the book

    Runs to the next fork (of that program or pid), unless the machine stands at the beginning of one, and stops at the
    end of each step: what it has changed in the PCB page, the bitmap, the page directory, on the lists and in the
    counts, parent and child side by side. Enter goes on to the next step, q ends the walk where it is. With `all`, or
    without a terminal, it does not wait. FILE.json gets every step with the snapshots around it."""

    name = "fork"

    def words(self):
        return ["all"]

    def run(self, words):
        waits = os.isatty(0) and "all" not in words
        files = [word for word in words if word.endswith(".json")]
        whose = [word for word in words if word not in files and word != "all"]
        self.expect(files, 0, 1)
        self.expect(whose, 0, 1)
        told = []
        journey = walk.Walk()
        parent = journey.begin(*whose)
        draw.say(draw.title("fork by %s" % parent.title()))
        for step in journey.steps():
            tell(step)
            told.append(step)
            if waits and not _wants_more():
                break
        else:
            _end(journey, parent)
        if files:
            data = {"layout": snapshot.page_layout(), "steps": [step.to_data() for step in told]}
            with open(files[0], "w", encoding="ascii") as file:
                json.dump(data, file)
            draw.say("%d steps are in %s" % (len(told), files[0]))


def _wants_more():
    gdb.flush()
    try:
        answer = input(draw.dim("Enter: the next step; q: stay here "))
    except EOFError:
        return False
    return not answer.strip().lower().startswith("q")


def _end(journey, parent):
    draw.say()
    if not journey.is_child_born():
        draw.say("fork failed: no child has come of it, and what it had taken is given back")
        return
    child = task.Task(journey.child.address)
    draw.say(
        "sys_fork returns %d to %s; %s begins at intr_exit with eax 0" % (child.pid, parent.title(), child.title())
    )


def tell(step):
    """Draws one step."""
    draw.say()
    kind = {"": "in", walk.LISTS: "on both lists:"}.get(step.letter, "step %s:" % step.letter)
    heading = "%s %s" % (kind, step.name)
    draw.say(draw.colour("cyan" if step.letter else "dim", "=== %s %s" % (heading, "=" * max(3, 100 - len(heading)))))
    draw.say("    " + draw.dim(step.what))
    change = step.difference
    if not change:
        draw.say("    nothing has changed")
    _page(step, change)
    _bitmap(step, change)
    _directory(step, change)
    _lists(step, change)
    _counts(change)


def _page(step, change):
    """The pieces of both pages that have changed, side by side; of a new child, those that differ from the parent's."""
    is_new = change.get("child", {}).get("new")
    pieces = {name: {each["field"]: each for each in change.get(name, {}).get("page", [])} for name in _SIDES}
    pieces["parent"] = {name: each for name, each in pieces["parent"].items() if not walk.is_working_stack(name)}
    rows = []
    places = {name: each for side in pieces.values() for name, each in side.items()}
    for field, place in sorted(places.items(), key=lambda each: each[1]["offset"]):
        if _is_thread_stack(step, field, place):
            rows += _thread_stack(step)
            continue
        rows.append(
            ["    " + _span(field, place), field]
            + [_change(step, name, field, place, field in pieces[name] and not is_new) for name in _SIDES]
        )
    if is_new:
        one, other = (step.after[name]["page"]["bytes"] for name in _SIDES)
        rows.append(["", "", "", "%d of 4096 bytes are the parent's" % sum(map(int.__eq__, one, other))])
    if rows:
        draw.table([["    PCB page", "field"] + [_title(name, step.after[name]) for name in _SIDES]] + rows)


def _is_thread_stack(step, field, place):
    """Says whether what has changed is what build_child_stack lays: the thread_stack at the child's self_kstack."""
    side = step.after["child"]
    if field != "ring-0 stack" or side is None:
        return False
    begin = int(side["page"]["values"]["self_kstack"], 16) - side["page"]["address"]
    return begin <= place["offset"] and place["offset"] + place["length"] <= begin + 4 * len(stack.THREAD_STACK)


def _thread_stack(step):
    """The words of the child's thread_stack; the parent has its own stack there."""
    side = step.after["child"]
    begin = int(side["page"]["values"]["self_kstack"], 16) - side["page"]["address"]
    rows = []
    for index, name in enumerate(stack.THREAD_STACK):
        offset = begin + 4 * index
        words = []
        for data in (step.after["parent"], step.before["child"], side):
            words.append(int.from_bytes(data["page"]["bytes"][offset : offset + 4], "little"))
        label = kernel.function_at(words[2])
        meaning = "  (%s)" % label[0] if label and label[1] == 0 else ""
        span = "    %#05x..%#05x" % (offset, offset + 4)
        rows.append([span, "thread_stack." + name, "%08x" % words[0], "%08x -> %08x%s" % (words[1], words[2], meaning)])
    return rows


def _title(name, side):
    return "" if side is None else "%s %d %s at %#x" % (name, side["pid"], side["name"], side["page"]["address"])


def _span(field, place):
    """Where a field is; of the stack, where it differs."""
    begin, end = place["offset"], place["offset"] + place["length"]
    if field not in ("ring-0 stack", "(padding)"):
        begin, end = next((each.offset, each.end) for each in layout.fields() if each.name == field)
    return "%#05x..%#05x" % (begin, end)


def _change(step, name, field, place, has_changed):
    """What one side has in a field: before and after where they differ."""
    if step.after[name] is None:
        return ""
    after = _value(step.after[name], field, place)
    if not has_changed or step.before[name] is None:
        return after
    before = _value(step.before[name], field, place)
    return "%s -> %s" % (before, after) if before != after else after + " (changed)"


def _value(side, field, place):
    """A field's value in a snapshot's page: as text, or as words."""
    values = side["page"]["values"]
    if field in values:
        return draw.cut(values[field], _VALUE_WIDTH)
    begin, length = place["offset"] & ~3, place["length"]
    if length > 4 * _WORDS or field == "(padding)":
        return "%d bytes" % length
    data = side["page"]["bytes"]
    words = [data[offset : offset + 4] for offset in range(begin, place["offset"] + length, 4)]
    return " ".join("%08x" % int.from_bytes(word, "little") for word in words)


def _bitmap(step, change):
    side = change.get("child", {}).get("bitmap")
    if side == "new":
        ours, theirs = step.after["parent"]["bitmap"], step.after["child"]["bitmap"]
        same = "the same" if ours["bytes"] == theirs["bytes"] else "DIFFERENT"
        pages = sum(end - begin for begin, end in theirs["taken"]) // 4096
        draw.say(draw.title("    bitmap of user addresses"))
        draw.say(
            "    parent's %d bytes at %#x, child's at %#x: %s, %d pages taken"
            % (len(ours["bytes"]), ours["address"], theirs["address"], same, pages)
        )
        for begin, end in theirs["taken"]:
            draw.say("      %#010x..%#010x  %d pages" % (begin, end, (end - begin) // 4096))
    elif side:
        draw.say("    bitmap of the child: %s" % side)
    if change.get("parent", {}).get("bitmap"):
        draw.say("    bitmap of the parent: %s" % change["parent"]["bitmap"])


def _directory(step, change):
    side = change.get("child", {}).get("directory")
    if side == "new":
        made = step.after["child"]["directory"]
        draw.say(draw.title("    page directory"))
        draw.say(
            "    child's in frame %#x: %d entries of the kernel's, the last leads to frame %#x; %d of a program"
            % (made["frame"], made["kernel_entries"], made["own_entry"], len(made["tables"]))
        )
    elif side:
        _mappings(step, side)
    ours = change.get("parent", {}).get("directory")
    if ours and side in (None, "new"):
        numbers = ", ".join("%d %s" % (len(each), name) for name, each in ours.items())
        draw.say("    the parent's directory: %s" % numbers)


def _mappings(step, side):
    parent = {each["page"]: each for each in step.after["parent"]["directory"]["mappings"]}
    rows = [["    page directory", "parent's frame", "flags", "child's frame", "users", "flags", "how"]]
    for each in side.get("came", []):
        ours = parent.get(each["page"])
        how = "shared" if ours and ours["frame"] == each["frame"] else "copied"
        rows.append(
            [
                "    %#010x" % each["page"],
                "%#x" % ours["frame"] if ours else "-",
                _short(ours),
                "%#x" % each["frame"],
                str(each["users"]),
                _short(each),
                how,
            ]
        )
    draw.table(rows, " >  >")
    tables = step.after["child"]["directory"]["tables"]
    draw.say("    %d pages in %d page tables" % (len(side.get("came", [])), len(tables)))


def _short(mapping):
    """Flags without what the processor notes by itself."""
    return "" if mapping is None else mapping["flags"].replace(" accessed", "").replace(" dirty", "")


def _lists(step, change):
    for name, title in (("ready", "ready list"), ("all", "list of all tasks")):
        if name in change:
            before, after = change[name]
            draw.say("    %s: pids %s -> %s" % (title, before, after))


def _counts(change):
    counts = change.get("counts", {})
    if counts:
        draw.say(draw.title("    counts"))
    for name, (before, after) in counts.items():
        draw.say("      %-20s %6d -> %6d  (%+d)" % (name, before, after, after - before))


Fork()
