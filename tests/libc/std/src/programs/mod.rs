//! The programs by name.

/// Lists the modules, each of which has a function `run`.
macro_rules! programs {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*
        pub const PROGRAMS: &[(&str, fn())] = &[$((stringify!($name), $name::run)),*];
    };
}

programs! {
    channels,
    child_processes,
    condvars,
    exit_in_a_thread,
    mutexes,
    once_and_lazy,
    panics_in_threads,
    parking,
    rwlocks,
    scoped_threads,
    sleeping,
    thread_locals,
    threads,
}
