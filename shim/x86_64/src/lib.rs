//! Port input and output under the name of the crate `x86_64`.
//!
//! The crate `pic8259` drives the interrupt controllers through `x86_64::instructions::port::Port`, but `x86_64`
//! offers its ports on 64-bit targets only. The instructions are the same on 32 bits, so this crate has what
//! `pic8259` uses of it, with the same signatures, and the real `pic8259` works in a 32-bit kernel. The kernel's own
//! code uses the crate `x86` instead.

#![no_std]

/// Processor instructions as functions.
pub mod instructions {
    /// The 65,536 input and output ports.
    pub mod port {
        use core::arch::asm;
        use core::marker::PhantomData;

        /// A value that one `in` instruction reads.
        pub trait PortRead {
            /// Reads `port`.
            ///
            /// # Safety
            /// Reading a device's port may change the device; the caller answers for what follows from that.
            unsafe fn read_from_port(port: u16) -> Self;
        }

        /// A value that one `out` instruction writes.
        pub trait PortWrite {
            /// Writes `value` to `port`.
            ///
            /// # Safety
            /// A device may do anything on a write, memory accesses included; the caller answers for it.
            unsafe fn write_to_port(port: u16, value: Self);
        }

        /// Both directions for one width: the accumulator register that goes with it is all that differs.
        macro_rules! port_width {
            ($width:ty, $accumulator:tt) => {
                impl PortRead for $width {
                    #[inline]
                    unsafe fn read_from_port(port: u16) -> Self {
                        let value: Self;
                        // SAFETY: `in` touches no memory and no flags; what the device does is the caller's promise.
                        unsafe {
                            asm!(
                                concat!("in ", $accumulator, ", dx"),
                                out($accumulator) value,
                                in("dx") port,
                                options(nomem, nostack, preserves_flags),
                            );
                        }
                        value
                    }
                }

                impl PortWrite for $width {
                    #[inline]
                    unsafe fn write_to_port(port: u16, value: Self) {
                        // SAFETY: `out` touches no memory and no flags; what the device does is the caller's promise.
                        unsafe {
                            asm!(
                                concat!("out dx, ", $accumulator),
                                in("dx") port,
                                in($accumulator) value,
                                options(nomem, nostack, preserves_flags),
                            );
                        }
                    }
                }
            };
        }

        port_width!(u8, "al");
        port_width!(u16, "ax");
        port_width!(u32, "eax");

        /// One port of the width of `T`.
        pub struct Port<T> {
            port: u16,
            width: PhantomData<T>,
        }

        impl<T> Port<T> {
            /// Names the port; touches nothing.
            #[must_use]
            pub const fn new(port: u16) -> Self {
                Self { port, width: PhantomData }
            }
        }

        impl<T: PortRead> Port<T> {
            /// Reads the port.
            ///
            /// # Safety
            /// As [`PortRead::read_from_port`].
            #[inline]
            pub unsafe fn read(&mut self) -> T {
                // SAFETY: the same promise, passed on.
                unsafe { T::read_from_port(self.port) }
            }
        }

        impl<T: PortWrite> Port<T> {
            /// Writes `value` to the port.
            ///
            /// # Safety
            /// As [`PortWrite::write_to_port`].
            #[inline]
            pub unsafe fn write(&mut self, value: T) {
                // SAFETY: the same promise, passed on.
                unsafe { T::write_to_port(self.port, value) }
            }
        }
    }
}
