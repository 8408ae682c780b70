//! Variables, and those among them that programs get.

use alloc::ffi::CString;
use alloc::vec::Vec;

/// Whether a variable is handed to programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Only the shell knows it.
    Shell,
    /// It is in the environment of programs.
    Exported,
}

/// A variable.
#[derive(Clone)]
struct Variable {
    name: Vec<u8>,
    value: Vec<u8>,
    scope: Scope,
}

/// All variables, in the order they came: there are few, and a search costs nothing beside a fork.
#[derive(Clone, Default)]
pub struct Variables(Vec<Variable>);

impl Variables {
    /// Takes over a `NAME=value` of our own environment; what has no name is left out.
    pub fn import(&mut self, text: &[u8]) {
        if let Some(sign) = text.iter().position(|&byte| byte == b'=')
            && crate::word::is_name(&text[..sign])
        {
            self.set(&text[..sign], &text[sign + 1..]);
            self.export(&text[..sign]);
        }
    }

    /// The value, if there is such a variable.
    pub fn get(&self, name: &[u8]) -> Option<&[u8]> {
        self.0.iter().find(|variable| variable.name == name).map(|variable| variable.value.as_slice())
    }

    /// Gives it a value, and makes it if need be; an exported one stays exported.
    pub fn set(&mut self, name: &[u8], value: &[u8]) {
        match self.0.iter_mut().find(|variable| variable.name == name) {
            Some(variable) => variable.value = value.to_vec(),
            None => self.0.push(Variable { name: name.to_vec(), value: value.to_vec(), scope: Scope::Shell }),
        }
    }

    /// Makes a variable what it is in `other`, there or not.
    pub fn take_from(&mut self, other: &Variables, name: &[u8]) {
        self.unset(name);
        self.0.extend(other.0.iter().find(|variable| variable.name == name).cloned());
    }

    /// Hands it to programs from now on; one that is not there becomes an empty one.
    pub fn export(&mut self, name: &[u8]) {
        if self.get(name).is_none() {
            self.set(name, b"");
        }
        self.0.iter_mut().filter(|variable| variable.name == name).for_each(|variable| {
            variable.scope = Scope::Exported;
        });
    }

    /// Forgets it.
    pub fn unset(&mut self, name: &[u8]) {
        self.0.retain(|variable| variable.name != name);
    }

    /// The environment of programs: `NAME=value` each.
    pub fn exported(&self) -> impl Iterator<Item = CString> {
        let exported = self.0.iter().filter(|variable| variable.scope == Scope::Exported);
        exported.filter_map(|variable| CString::new([&variable.name, &b"="[..], &variable.value].concat()).ok())
    }
}
