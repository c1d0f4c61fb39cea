// SPDX-License-Identifier: GPL-2.0

//! Architectures.
//!
//! Each is a *port*: a directory, of which one is compiled, with a file beside it that gives just
//! these items. Nothing above this floor knows which one it is.
//!
//! - `params()`: the table of ranges for a [`Layout`](crate::params::Layout). Its file is pure, and
//!   is tested on every host.
//! - `TRAP`: the trapping instruction, with which text is filled that must not be executed.
//! - `HAS_LARGE_TEXT`: whether there are large read-only executable mappings.
//! - `Writer`, `Mapping`, `WriteGuard`, `ChunkedWrite`, `CHUNK`: how published text is written so
//!   that no page table of the kernel makes it writable.
//! - `WriteScope`, `ScopeGuard`, `hold()`: what has to be held from the lookup of text to the end
//!   of a write. An exported function says that it holds it; a `ScopeGuard` is held by a task of
//!   our own, which is in no handler, and lets others run in the middle of a long write.
//! - `WRITES_SLEEP`: whether a write may sleep, and so keeps RCU tasks trace waiting rather than
//!   RCU.
//! - `PageTables`, `Entry`: what page tables say of an address.
//! - `sync_fetch()`: instruction-cache maintenance for fresh text; a `WriteGuard` does its own.
//!
//! In C, `port.h` has what exported functions need inline, what memory for text is allocated and
//! mapped with, the list of unexported functions that only the port needs, and the barrier for branch
//! predictors; `kfn_call.h` how such functions are called; `layout.c` whether text can be written on the machine, and what only the
//! running kernel knows.
//!
//! `private_mm` is what the ports share that write text through an address space of its own;
//! `page_tables` what those share that know what an entry allows, and `no_page_tables` the others.

mod layout;
#[cfg(any(port_arm, port_poke))]
mod no_page_tables;
#[cfg(any(port_arm64, port_x86))]
mod page_tables;
#[cfg(any(port_arm, port_arm64, port_x86))]
mod private_mm;

#[cfg(port_arm)]
mod arm;
#[cfg(port_arm64)]
mod arm64;
#[cfg(port_poke)]
mod poke;
#[cfg(port_x86)]
mod x86;

#[cfg(port_arm)]
use arm as port;
#[cfg(port_arm64)]
use arm64 as port;
#[cfg(port_poke)]
use poke as port;
#[cfg(port_x86)]
use x86 as port;

#[cfg(port_arm)]
use no_page_tables as page_tables;

pub(crate) use layout::{check, layout};
pub(crate) use port::{
    hold, params, sync_fetch, ChunkedWrite, Entry, Mapping, PageTables, ScopeGuard, WriteGuard,
    WriteScope, Writer, CHUNK, HAS_LARGE_TEXT, TRAP, WRITES_SLEEP,
};

#[cfg(not(any(port_arm, port_arm64, port_poke, port_x86)))]
compile_error!("jitalloc has no port for this architecture");
