// SPDX-License-Identifier: GPL-2.0

//! Kinds of generated code.
//!
//! Pure: imports `core` only, so that the host can test it.

/// Number of [`JitType`]s.
pub(crate) const NR_TYPES: usize = 5;

/// Kinds of generated code, by who runs it.
///
/// The numbers are those of `enum jit_type` in the C header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum JitType {
    /// Code that must reach, and be reached from, module text.
    ModulesText = 0,
    /// Data that module text addresses relative to itself.
    ModulesData = 1,
    /// Code that is run from a probe.
    Kprobes = 2,
    /// Trampolines that are called from traced functions.
    Ftrace = 3,
    /// Filters and programs that call into the kernel.
    Bpf = 4,
}

impl JitType {
    /// Every type, in the order of their numbers.
    pub(crate) const ALL: [JitType; NR_TYPES] = [
        JitType::ModulesText,
        JitType::ModulesData,
        JitType::Kprobes,
        JitType::Ftrace,
        JitType::Bpf,
    ];

    /// Returns the type with the number `raw`, if there is one.
    pub(crate) fn from_raw(raw: u32) -> Option<JitType> {
        Some(match raw {
            0 => JitType::ModulesText,
            1 => JitType::ModulesData,
            2 => JitType::Kprobes,
            3 => JitType::Ftrace,
            4 => JitType::Bpf,
            _ => return None,
        })
    }

    /// Returns the place of this type in a table with one entry for each type.
    pub(crate) const fn index(self) -> usize {
        self as usize
    }

    /// Returns whether memory of this type may be executed.
    pub(crate) const fn is_text(self) -> bool {
        !matches!(self, JitType::ModulesData)
    }

    /// Returns the name by which people know this type.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            JitType::ModulesText => "modules-text",
            JitType::ModulesData => "modules-data",
            JitType::Kprobes => "kprobes",
            JitType::Ftrace => "ftrace",
            JitType::Bpf => "bpf",
        }
    }
}
