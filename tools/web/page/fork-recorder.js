// Records a fork: an image of all memory at each of the book's steps.
//
// The kernel says at port 0xe9 where it is (trace=fork). Each image is taken where the next step begins, so that it has
// all that the step and its caller did with the result; the machine stands still in the middle of its OUT instruction.

import { Camera, LiveImage } from "./images.js";
import { KernelMemory } from "./kernel-memory.js";
import { allTasks } from "./tasks.js";

/**
 * The steps: what each is called in the book's C, by which event it is known to be over, and what it does in one plain
 * sentence. An event is `MARK NAME`.
 */
export const STEPS = [
    {
        letter: "",
        name: "sys_fork",
        title: "before",
        over: "> sys_fork",
        says: "The program has made its system call. Nothing of the child exists yet; this is what the parent has.",
    },
    {
        letter: "",
        name: "copy_process",
        title: "two pages",
        over: "> copy_pcb_vaddrbitmap_stack0",
        says: "Two kernel pages are taken: one becomes the child's PCB and ring-0 stack, through the other, the bounce page, every page of the body will pass.",
    },
    {
        letter: "a",
        name: "copy_pcb_vaddrbitmap_stack0",
        title: "PCB, bitmap",
        over: "> create_page_dir",
        says: "The parent's PCB page is copied whole, ring-0 stack included; every field that must differ gets its own value, and the bitmap of user addresses is copied bit for bit.",
    },
    {
        letter: "b",
        name: "create_page_dir",
        title: "directory",
        over: "> copy_body_stack3",
        says: "The child gets a page directory: the kernel's quarter is the parent's, entry for entry, the program's three quarters are empty, and the last entry is the directory itself.",
    },
    {
        letter: "c",
        name: "copy_body_stack3",
        title: "body",
        over: "> build_child_stack",
        says: "Page by page the parent's body goes through the bounce page into a frame of the child's, at the same address; what comes unchanged from a file is shared. Then the bounce page is given back.",
    },
    {
        letter: "d",
        name: "build_child_stack",
        title: "stack",
        over: "> update_inode_open_cnts",
        says: "The copied trap frame gets eax = 0, which is what fork returns in the child, and below it lies what switch_to pops: the child will begin at intr_exit.",
    },
    {
        letter: "e",
        name: "update_inode_open_cnts",
        title: "open files",
        over: "< update_inode_open_cnts",
        says: "The child's descriptors refer to the same open files as the parent's, and each of those counts one more.",
    },
    {
        letter: "",
        name: "thread_ready_list, thread_all_list",
        title: "on the lists",
        over: ". ready",
        says: "Half of what is left of the parent's time slice becomes the child's, and the child goes on both lists: now it exists, and its pid is what fork returns in the parent.",
    },
];

/** Records the next fork that it is told to. */
export class ForkRecorder {
    #machine;
    #layout;
    #isWanted;
    #done;
    #recording;

    constructor(machine, layout) {
        this.#machine = machine;
        this.#layout = layout;
    }

    get isWaiting() {
        return this.#isWanted !== undefined;
    }

    /** Waits for a fork by a task for which `isWanted(task)` holds, and gives the recording to `done`. */
    record(isWanted, done) {
        this.#isWanted = isWanted;
        this.#done = done;
        this.#recording = undefined;
    }

    /** Waits no longer. */
    cancel() {
        this.#isWanted = undefined;
        this.#recording = undefined;
    }

    /** Takes an event of the trace, from within the OUT instruction that ended its line. */
    event(event) {
        if (!this.isWaiting || event.group !== "fork") return;
        const what = `${event.mark} ${event.name}`;
        if (what === STEPS[0].over && !this.#recording) this.#begin(event);
        const recording = this.#recording;
        if (!recording || event.pid !== recording.parentPid) return;

        if (what === ". pcb_page") recording.childAddress = Number(event.values.page);
        if (what === ". bounce_page") recording.bouncePage = Number(event.values.page);
        if (what === ". page") recording.ways.set(Number(event.values.page), event.values.how === "bounce" ? "bounced" : event.values.how);
        const step = STEPS.findIndex((step) => step.over === what);
        if (step >= 0) recording.images[step] = recording.camera.take();
        // A thread and vfork's child share the memory: they skip steps, and are none of those that are waited for.
        const isWhole = step === STEPS.length - 1 && STEPS.every((_, index) => recording.images[index]);
        if (isWhole) this.#end({ ...recording, childPid: Number(event.values.pid) });
        else if (what === "< sys_fork") this.#recording = undefined;
    }

    #begin(event) {
        const live = new LiveImage(this.#machine);
        const parent = allTasks(new KernelMemory(live, this.#layout)).find((task) => task.pid === event.pid);
        if (!parent || !this.#isWanted(parent)) return;
        this.#recording = {
            parentPid: parent.pid,
            parentName: parent.name,
            parentAddress: parent.address,
            camera: new Camera(live),
            images: [],
            ways: new Map(),
        };
    }

    #end(recording) {
        const done = this.#done;
        this.cancel();
        done(recording);
    }
}
