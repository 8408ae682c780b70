//! The PS/2 keyboard: key presses into the bytes a terminal would send.
//!
//! The crate `pc-keyboard` follows the scan codes (set 1, which the controller translates to) and
//! the modifiers, on a US layout. What it decodes becomes what a terminal sends for the key, so
//! that the tty has one kind of input: Enter is CR, Backspace is DEL, Ctrl and a letter its control
//! code, and the arrows and their neighbours are escape sequences, as on Linux's console.

use crate::arch::lock::IrqLock;
use arrayvec::ArrayVec;
use pc_keyboard::layouts::Us104Key;
use pc_keyboard::{DecodedKey, HandleControl, KeyCode, PS2Keyboard, ScancodeSet1};
use x86::io::inb;

/// The controller's ports: data, and status.
const DATA: u16 = 0x60;
const STATUS: u16 = 0x64;
/// Status: a byte waits at the data port.
const OUTPUT_FULL: u8 = 1 << 0;
/// Status: that byte is the mouse's.
const FROM_MOUSE: u8 = 1 << 5;
/// What no controller reads as.
const ABSENT: u8 = 0xff;

/// More bytes than the controller and the keyboard can have kept.
const MAX_WAITING: usize = 32;

/// The bytes of one key.
type KeyBytes = ArrayVec<u8, 4>;

/// What is known of the keys held down. Protects also the controller's ports.
static KEYBOARD: IrqLock<PS2Keyboard<Us104Key, ScancodeSet1>> =
    IrqLock::new(PS2Keyboard::new(ScancodeSet1::new(), Us104Key, HandleControl::MapLettersToUnicode));

/// Throws away what was typed before there was anybody to read it. The controller raises no new
/// interrupt while an old byte waits, so without this the keyboard could stay dead. To be called
/// before IRQ 1 is unmasked.
pub fn init() {
    let _keyboard = KEYBOARD.lock();
    for _ in 0..MAX_WAITING {
        if read_scan_code().is_none() {
            break;
        }
    }
}

/// Handles IRQ 1: takes what the controller has, and hands the bytes of each key press to `push`.
/// The keyboard is not locked while `push` runs.
#[doc(alias = "intr_keyboard_handler")]
pub fn on_interrupt(push: &mut dyn FnMut(u8)) {
    for _ in 0..MAX_WAITING {
        let mut keyboard = KEYBOARD.lock();
        let Some(code) = read_scan_code() else {
            return;
        };
        // An unknown code is a key of a stranger keyboard: nothing to do about it.
        let event = code.and_then(|code| keyboard.add_byte(code).ok().flatten());
        let key = event.and_then(|event| keyboard.process_keyevent(event));
        let is_ctrl = keyboard.get_modifiers().is_ctrl();
        drop(keyboard);

        let bytes = key.map(|key| key_bytes(key, is_ctrl)).unwrap_or_default();
        bytes.into_iter().for_each(&mut *push);
    }
}

/// What a terminal sends for a key that was pressed.
fn key_bytes(key: DecodedKey, is_ctrl: bool) -> KeyBytes {
    let mut buffer = [0; 4];
    let sequence: &[u8] = match key {
        DecodedKey::Unicode('\n') => b"\r",
        DecodedKey::Unicode('\x08') => b"\x7f",
        DecodedKey::Unicode('\x7f') | DecodedKey::RawKey(KeyCode::Delete) => b"\x1b[3~",
        // Ctrl and a letter has its control code by now; these are the other codes of that column.
        DecodedKey::Unicode(symbol @ ('@' | '['..='_')) if is_ctrl => {
            buffer[0] = symbol as u8 & 0x1f;
            &buffer[..1]
        }
        DecodedKey::Unicode(character) => character.encode_utf8(&mut buffer).as_bytes(),
        DecodedKey::RawKey(KeyCode::ArrowUp) => b"\x1b[A",
        DecodedKey::RawKey(KeyCode::ArrowDown) => b"\x1b[B",
        DecodedKey::RawKey(KeyCode::ArrowRight) => b"\x1b[C",
        DecodedKey::RawKey(KeyCode::ArrowLeft) => b"\x1b[D",
        DecodedKey::RawKey(KeyCode::Home) => b"\x1b[H",
        DecodedKey::RawKey(KeyCode::End) => b"\x1b[F",
        DecodedKey::RawKey(KeyCode::Insert) => b"\x1b[2~",
        DecodedKey::RawKey(KeyCode::PageUp) => b"\x1b[5~",
        DecodedKey::RawKey(KeyCode::PageDown) => b"\x1b[6~",
        // Modifiers, function keys, and the like.
        DecodedKey::RawKey(_) => b"",
    };
    sequence.iter().copied().collect()
}

/// Takes a byte from the controller: `None` when it has none, `Some(None)` when it was the mouse's.
/// The caller holds the lock.
fn read_scan_code() -> Option<Option<u8>> {
    // SAFETY: reading the status changes nothing.
    let status = unsafe { inb(STATUS) };
    if status == ABSENT || status & OUTPUT_FULL == 0 {
        return None;
    }
    // SAFETY: takes the byte that waits; nobody else reads the port, and we hold the lock.
    let byte = unsafe { inb(DATA) };
    Some((status & FROM_MOUSE == 0).then_some(byte))
}
