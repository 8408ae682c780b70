"""What the page of `make web` wants to know of the kernel: paths of fields, by the names that tools/web/page has.

tools/web/layout.py looks all of it up, and says what a path may pass through.
"""

# What a member of a type, or a static, is called in the page: where its value is.
STATICS = {
    "kernel_directory": ("tusk::mm::page_directory::KERNEL_DIRECTORY", ""),
    "ready.first": ("tusk::task::scheduler::SCHEDULER", "ready.first"),
    "ready.length": ("tusk::task::scheduler::SCHEDULER", "ready.length"),
    "all.first": ("tusk::task::scheduler::SCHEDULER", "all.first"),
    "all.length": ("tusk::task::scheduler::SCHEDULER", "all.length"),
    "idle": ("tusk::task::scheduler::SCHEDULER", "idle"),
    "kernel_pool.words": ("tusk::mm::frame::FRAMES", "kernel.bitmap.words.data_ptr"),
    "kernel_pool.length": ("tusk::mm::frame::FRAMES", "kernel.bitmap.length"),
    "kernel_pool.first": ("tusk::mm::frame::FRAMES", "kernel.first"),
    "kernel_pool.free": ("tusk::mm::frame::FRAMES", "kernel.free"),
    "kernel_pool.total": ("tusk::mm::frame::FRAMES", "kernel.total"),
    "user_pool.words": ("tusk::mm::frame::FRAMES", "user.bitmap.words.data_ptr"),
    "user_pool.length": ("tusk::mm::frame::FRAMES", "user.bitmap.length"),
    "user_pool.first": ("tusk::mm::frame::FRAMES", "user.first"),
    "user_pool.free": ("tusk::mm::frame::FRAMES", "user.free"),
    "user_pool.total": ("tusk::mm::frame::FRAMES", "user.total"),
    "frame_counts.words": ("tusk::mm::frame::FRAMES", "counts.data_ptr"),
    "frame_counts.length": ("tusk::mm::frame::FRAMES", "counts.length"),
    "frame_counts.first": ("tusk::mm::frame::FRAMES", "first_counted"),
    "kernel_addresses.free": ("tusk::mm::kernel_pages::ADDRESSES", "free"),
    "open_descriptors": ("tusk::task::descriptor::OPEN", ""),
}

MEMBERS = {
    "Task": (
        "tusk::task::task_struct::Task",
        {
            "self_kstack": "self_kstack",
            "pid": "pid",
            "status": "status",
            "name": "name",
            "priority": "priority",
            "ticks": "ticks",
            "general_tag.next": "general_tag.next",
            "all_list_tag.next": "all_list_tag.next",
            "memory": "memory",
            "fd_table": "fd_table",
            "process": "process",
            "stack_magic": "stack_magic",
        },
    ),
    "Process": (
        "tusk::task::process::Process",
        {"parent_pid": "parent_pid", "leader": "leader", "is_process": "membership.is_process"},
    ),
    "AddressSpace": (
        "tusk::task::address_space::AddressSpace",
        {
            "directory": "pgdir.page.first",
            "directory_frame": "pgdir.frame",
            "bitmap.words": "userprog_vaddr.bitmap.words.data_ptr",
            "bitmap.length": "userprog_vaddr.bitmap.length",
            "brk.start": "brk.start",
            "brk.end": "brk.end",
        },
    ),
    "DescriptorTable": (
        "core::cell::RefCell<tusk::task::descriptor::DescriptorTable>",
        {"pointer": "buf.inner.ptr", "length": "len"},
    ),
    "Descriptor": ("tusk::task::descriptor::Descriptor", {"file": "file.pointer.pointer"}),
    "OpenFile": ("tusk::fs::open_file::OpenFileDescription", {"descriptors": "descriptors"}),
    "TrapFrame": ("tusk::arch::trap::TrapFrame", {"eip": "eip", "eax": "eax", "esp": "esp", "vector": "vector"}),
    "ThreadStack": ("tusk::task::switch::ThreadStack", {"eip": "eip"}),
}

# What an Arc's pointer leads to: the counts, and behind them the value.
COUNTED = {
    "AddressSpace": "tusk::task::address_space::AddressSpace",
    "Process": "tusk::task::process::Process",
    "DescriptorTable": "core::cell::RefCell<tusk::task::descriptor::DescriptorTable>",
    "OpenFile": "tusk::fs::open_file::OpenFileDescription",
}

# Types whose fields are all wanted, to say which byte belongs to what.
WHOLE = {
    "Task": "tusk::task::task_struct::Task",
    "TrapFrame": "tusk::arch::trap::TrapFrame",
    "ThreadStack": "tusk::task::switch::ThreadStack",
}

ENUMS = {"Status": "tusk::task::task_struct::Status"}
