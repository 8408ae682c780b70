// Tasks: the kernel's list of all tasks, read out of its memory.

/** The book's mark at the end of every task. */
export const STACK_MAGIC = 0x19870916;

/** More tasks than there can be: a list that is longer is being changed, or broken. */
const MOST_TASKS = 1025;

/** All tasks, in the order in which they were made. */
export function allTasks(memory) {
    return follow(memory, "all.first", "all_list_tag.next").map((address) => taskAt(memory, address));
}

/** The addresses of the tasks that are ready, in the order in which they will run. */
export function readyTasks(memory) {
    return follow(memory, "ready.first", "general_tag.next");
}

function follow(memory, first, next) {
    const found = [];
    for (let address = memory.static(first); address !== 0; address = memory.member(address, "Task", next)) {
        if (found.length === MOST_TASKS) throw new Error("the list of tasks has no end");
        found.push(address);
    }
    return found;
}

/** The task whose PCB page is at `address`. */
export function taskAt(memory, address) {
    const field = (name) => memory.member(address, "Task", name);
    const { offset, size } = memory.layout.member("Task", "name");
    const name = memory.bytes(address + offset, size);
    const process = field("process");
    const ofProcess = (member) => memory.member(process + memory.layout.counted("Process"), "Process", member);
    return {
        address,
        pid: field("pid"),
        name: new TextDecoder().decode(name.subarray(0, (name.indexOf(0) + name.length + 1) % (name.length + 1))),
        status: memory.layout.enumerator("Status", field("status")),
        priority: field("priority"),
        ticks: field("ticks"),
        kernelStack: field("self_kstack"),
        parentPid: ofProcess("parent_pid"),
        isProcess: ofProcess("is_process") !== 0,
        // No leader yet: a child that fork is still making.
        isLeader: [0, address].includes(ofProcess("leader")),
        isIdle: address === memory.static("idle"),
        memory: field("memory"),
        isIntact: field("stack_magic") === STACK_MAGIC,
    };
}

/** The task's open descriptors: `{ number, file, descriptors }`, the last the count in what it refers to. */
export function openDescriptors(memory, address) {
    const { layout } = memory;
    const table = memory.member(address, "Task", "fd_table");
    if (table === 0) return [];
    const value = table + layout.counted("DescriptorTable");
    const [pointer, length] = ["pointer", "length"].map((name) => memory.member(value, "DescriptorTable", name));
    const none = layout.none("Descriptor");
    const open = [];
    for (let number = 0; number < length; number++) {
        const descriptor = pointer + number * layout.size("Descriptor");
        if (memory.number(descriptor + none.offset, none.size) === none.value) continue;
        const file = memory.member(descriptor, "Descriptor", "file");
        const descriptors = memory.member(file + layout.counted("OpenFile"), "OpenFile", "descriptors");
        open.push({ number, file, descriptors });
    }
    return open;
}
