//! The two interrupt controllers (8259A), through the crate `pic8259`.
//!
//! The BIOS leaves IRQ 0..7 at vectors 8..15, on top of the CPU's own exceptions. We move the 16
//! lines to vectors 0x20..=0x2f, as the book does, and let through only lines that have a handler.
//!
//! After: Intel 8259A data sheet; the controllers' spurious interrupts are its "default IR7".

use super::lock::IrqLock;
use pic8259::ChainedPics;
use x86::io::{inb, outb};

/// Vector of IRQ 0; the master has 0x20..=0x27.
pub const FIRST_VECTOR: u8 = 0x20;
/// Vector of IRQ 8; the slave has 0x28..=0x2f.
pub const FIRST_SLAVE_VECTOR: u8 = 0x28;
/// Lines of both controllers, the one between them included.
pub const LINES: u8 = 16;

/// The master's line that the slave hangs on.
const CASCADE: u8 = 2;
/// The lowest-priority line of each controller: what it reports when a request vanished.
const LAST_MASTER_LINE: u8 = 7;
const LAST_SLAVE_LINE: u8 = 15;

const MASTER_COMMAND: u16 = 0x20;
const SLAVE_COMMAND: u16 = 0xa0;
/// OCW3: the next read of the command port yields the in-service register.
const READ_IN_SERVICE: u8 = 0x0b;

/// Both controllers. Protects their registers: the masks are read, changed and written, and a
/// register is chosen by one access and read by the next.
// SAFETY: the vectors are above the 32 of the CPU, and nobody else programs the controllers.
static PICS: IrqLock<ChainedPics> = IrqLock::new(unsafe { ChainedPics::new(FIRST_VECTOR, FIRST_SLAVE_VECTOR) });

/// Moves the lines to their vectors and masks all of them. To be called once, with interrupts off.
#[doc(alias = "pic_init")]
pub fn init() {
    let mut pics = PICS.lock();
    // SAFETY: a PC has both controllers, and interrupts are off while the lock is held: the masks
    // of the BIOS, which `initialize` puts back, cannot let anything through before `disable`.
    unsafe {
        pics.initialize();
        pics.disable();
    }
}

/// Lets IRQ `irq`, 0..16, through. Its vector must have a handler by now.
pub fn unmask(irq: u8) {
    debug_assert!(irq < LINES);
    let mut pics = PICS.lock();
    // SAFETY: reading the masks changes nothing.
    let [master, slave] = unsafe { pics.read_masks() };
    let mut masks = u16::from_le_bytes([master, slave]) & !(1 << irq);
    if irq >= 8 {
        // What the slave reports comes in through the master.
        masks &= !(1 << CASCADE);
    }
    let [master, slave] = masks.to_le_bytes();
    // SAFETY: the caller has a handler for the one line that is now open in addition.
    unsafe { pics.write_masks(master, slave) };
}

/// Tells the controllers that IRQ `irq` has been taken, so that they report the next of the same or
/// a lower priority. Once per interrupt, and never for one that [`is_spurious`].
pub fn end_of_interrupt(irq: u8) {
    // SAFETY: the caller is in the handler of this interrupt; the command ends what is in service.
    unsafe { PICS.lock().notify_end_of_interrupt(FIRST_VECTOR + irq) };
}

/// Says whether this IRQ 7 or 15 is none: the request was gone again before the CPU asked which
/// line it was, and the controller, having to answer, names its last line. Such an interrupt is to
/// be ignored altogether. It must not be ended: nothing is in service, and the command would end
/// another interrupt that is. Only, with a spurious 15 the *master* did see a true request from
/// the slave, so its side of it is ended here.
pub fn is_spurious(irq: u8) -> bool {
    let mut pics = PICS.lock();
    match irq {
        LAST_MASTER_LINE => !is_in_service(MASTER_COMMAND, irq),
        LAST_SLAVE_LINE if !is_in_service(SLAVE_COMMAND, irq - 8) => {
            // SAFETY: the cascade line is in service, see above; this ends it on the master alone.
            unsafe { pics.notify_end_of_interrupt(FIRST_VECTOR + CASCADE) };
            true
        }
        _ => false,
    }
}

/// Reads a controller's in-service bit of `line`, 0..8. The caller holds the lock.
fn is_in_service(command_port: u16, line: u8) -> bool {
    // SAFETY: OCW3 only chooses what the port reads as; `pic8259` never reads the command ports.
    let in_service = unsafe {
        outb(command_port, READ_IN_SERVICE);
        inb(command_port)
    };
    in_service & 1 << line != 0
}
