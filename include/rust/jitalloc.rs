// SPDX-License-Identifier: GPL-2.0

//! Executable memory for Rust modules.
//!
//! A module takes this file in with `#[path = ".../rust/jitalloc.rs"] mod jitalloc;`:
//! crates of external modules cannot be linked with each other, only their C symbols can.
//!
//! [`Text`] begins as [`Writing`], full of traps: code can be written into it, and nothing can be
//! called. [`Text::publish`] makes it [`Published`]: functions can be called, and nothing can be
//! written. A step that fails hands the text back. Text is never writable through a pointer, in
//! either state. [`InPlace`] is, for code that has to be written where it will run, and cannot be
//! called until [`InPlace::publish`] makes it text. [`Data`] is writable, within reach of the text of
//! its type, and never executable. All are freed when they are dropped.
//!
//! C header: [`include/linux/jitalloc.h`](../linux/jitalloc.h)

#![allow(dead_code, unused_imports, reason = "a module takes what it needs")]

use core::{
    marker::PhantomData,
    ptr::NonNull,
    slice, //
};
use kernel::{
    error::to_result,
    fmt,
    prelude::*,
    str::CString,
    types::NotThreadSafe, //
};

// Paths of their own: this file is taken in by its path.
#[path = "jitalloc/batch.rs"]
mod batch;
#[path = "jitalloc/data.rs"]
mod data;
#[path = "jitalloc/ffi.rs"]
pub(crate) mod ffi;
#[path = "jitalloc/function.rs"]
mod function;
#[path = "jitalloc/in_place.rs"]
mod in_place;

pub(crate) use self::{
    batch::Batch,
    data::Data,
    ffi::jit_extable_entry as ExtableEntry,
    function::{Function, Return, Scalar, Signature},
    in_place::{InPlace, Sealed},
};

/// What code that is entered through a pointer begins with; empty if there is no such rule.
///
/// On arm64 it is asked for whether this kernel guards its text or not.
pub(crate) const LANDING_PAD: &[u8] = if cfg!(CONFIG_X86_KERNEL_IBT) {
    &[0xf3, 0x0f, 0x1e, 0xfa] // endbr64
} else if cfg!(CONFIG_ARM64) {
    &[0x5f, 0x24, 0x03, 0xd5] // bti c
} else {
    &[]
};

/// A byte that traps when an instruction is made of it: int3, or what others leave undefined, most
/// of them zeroes.
const TRAP: u8 = if cfg!(CONFIG_X86) {
    0xcc
} else if cfg!(CONFIG_ARM) {
    0xff
} else {
    0
};

/// What the address of an instruction is a multiple of.
const INSN_ALIGN: usize = if cfg!(any(CONFIG_ARM, CONFIG_ARM64)) {
    4
} else {
    1
};

/// Kinds of generated code, by who runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum JitType {
    /// Code that must reach, and be reached from, module text.
    ModulesText,
    /// Data that module text addresses relative to itself. Not a type of text.
    ModulesData,
    /// Code that is run from a probe.
    Kprobes,
    /// Trampolines that are called from traced functions.
    Ftrace,
    /// Filters and programs that call into the kernel.
    Bpf,
}

/// State of a [`Text`] that is being written and cannot be called.
pub(crate) struct Writing {
    /// Something was written, so that not all of the text is traps.
    written: bool,
}

/// State of a [`Text`] that can be called and not be written.
pub(crate) struct Published(());

/// The version of the interface that this file is of, as `JIT_ALLOC_VERSION` in C.
pub(crate) const VERSION: u32 = (1 << 16) | 1;

/// Checks that the allocator that is loaded has the interface that this module is compiled for.
///
/// # Errors
///
/// `EPROTONOSUPPORT`, after a line in the log that names both versions.
///
/// # Context
///
/// Any.
pub(crate) fn require() -> Result {
    // SAFETY: Has no requirements.
    to_result(unsafe { ffi::jit_alloc_require(VERSION) })
}

/// Waits until the memory of what was dropped before has been reclaimed.
///
/// # Context
///
/// Process context, sleeps. Not from a CPU hotplug callback, nor with `cpus_read_lock()` held.
pub(crate) fn free_barrier() {
    // SAFETY: Has no requirements.
    unsafe { ffi::jit_free_barrier() };
}

/// Returns how many bytes a table of `nr` entries takes of the end of its text, at most.
pub(crate) const fn extable_size(nr: usize) -> usize {
    nr.saturating_mul(12).saturating_add(4)
}

/// Checks that `[offset, offset + len)` is within an allocation of `size` bytes.
fn check_bounds(size: usize, offset: usize, len: usize) -> Result {
    match offset.checked_add(len) {
        Some(end) if end <= size => Ok(()),
        _ => Err(ERANGE),
    }
}

/// Executable memory, read-only for everybody.
///
/// # Invariants
///
/// - `start` is what `jit_text_alloc()` returned for `len` bytes, which is not zero, or
///   `jit_text_alloc_rw()`, and `jit_text_restore_rox()` has made text of it. `self` owns it.
/// - The text is changed only through `&mut Text<Writing>`, or when a `Text` is consumed.
pub(crate) struct Text<State> {
    start: NonNull<u8>,
    len: usize,
    state: State,
}

// SAFETY: Any task may write, call and free text; none of it is bound to a CPU or a task.
unsafe impl<State: Send> Send for Text<State> {}

// SAFETY: A shared reference only reads memory that is not written while the reference lives:
// writing needs a unique one. That a [`Function`] may be called was promised where it was made.
unsafe impl<State: Sync> Sync for Text<State> {}

impl<State> Text<State> {
    /// Returns the address at which the code runs, to compute what is relative to it.
    pub(crate) fn addr(&self) -> usize {
        self.start.as_ptr().addr()
    }

    /// Returns the size in bytes.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Returns what is in the text.
    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: By the type invariants, these `len` bytes are owned by `self`, and do not change
        // while it is borrowed. All text is initialised, with traps.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }

    /// Gives the text a name, instead of the one that it has: `/proc/kallsyms`, stack traces and perf
    /// show it with `[jitalloc]` behind it. It stays until the text is dropped and nobody is in it any
    /// more. `name` is what [`fmt!`] returns.
    ///
    /// # Errors
    ///
    /// [`EINVAL`] if the name is empty or not of printable ASCII characters without a space;
    /// `ENAMETOOLONG` if with ` [jitalloc]` it is longer than the kernel's names are; [`ENOMEM`];
    /// `EWOULDBLOCK` after a warning where the caller may not sleep. Then it has the name that it had.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn set_name(&self, name: fmt::Arguments<'_>) -> Result {
        let name = CString::try_from_fmt(name)?;

        // SAFETY: The text is ours, by the type invariants. The format takes one string, which is
        // copied.
        to_result(unsafe {
            ffi::jit_text_name(
                self.start.as_ptr().cast(),
                c"%s".as_char_ptr(),
                name.as_char_ptr(),
            )
        })
    }

    /// Replaces the state.
    fn with_state<New>(self, state: New) -> Text<New> {
        let this = core::mem::ManuallyDrop::new(self);

        // INVARIANT: The new `Text` takes over from the old one, which is not dropped.
        Text {
            start: this.start,
            len: this.len,
            state,
        }
    }
}

impl Text<Writing> {
    /// Allocates `len` bytes, full of traps, for code of type `kind`.
    ///
    /// # Errors
    ///
    /// [`EINVAL`] if `len` is 0 or `kind` is [`JitType::ModulesData`]; [`ENOMEM`] if there is no
    /// memory or address space, or less than `len` in the whole range of the type.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn new(kind: JitType, len: usize) -> Result<Self> {
        if len == 0 || kind == JitType::ModulesData {
            return Err(EINVAL);
        }

        // SAFETY: Has no requirements.
        let start = unsafe { ffi::jit_text_alloc(kind as c_uint, len) };

        // INVARIANT: This is what `jit_text_alloc()` has just returned to us.
        Ok(Text {
            start: NonNull::new(start.cast()).ok_or(ENOMEM)?,
            len,
            state: Writing { written: false },
        })
    }

    /// Writes `code` at `offset`.
    ///
    /// # Errors
    ///
    /// [`ERANGE`] if it does not fit, otherwise those of `jit_update_copy()`. Nothing was written
    /// then.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn write(&mut self, offset: usize, code: &[u8]) -> Result {
        check_bounds(self.len, offset, code.len())?;
        if code.is_empty() {
            return Ok(());
        }

        // SAFETY:
        // - `[offset, offset + code.len())` is inside our allocation, as checked.
        // - `code` is readable. It is not the text itself, which is borrowed uniquely.
        to_result(unsafe {
            ffi::jit_update_copy(
                self.start.as_ptr().wrapping_add(offset).cast(),
                code.as_ptr().cast(),
                code.len(),
            )
        })?;
        self.state.written = true;
        Ok(())
    }

    /// Says which instructions may fault, in any order: from then on a fault of one of them on a
    /// kernel address goes on at its fixup. The text has to have a name, which stays as it is. The
    /// table is in the last [`extable_size`] bytes of the text, which must not be written any more;
    /// [`Text::reopen`] overwrites it, and there is no other one then.
    ///
    /// # Errors
    ///
    /// `EOPNOTSUPP` if this kernel offers no way to do it; [`EINVAL`] if there are no entries, or two
    /// are of one instruction, or one where none can be; [`ERANGE`] if one is not in the text, or in
    /// its table; [`ENOENT`] if the text has no name; [`EEXIST`] if it has had a table; [`ENOMEM`].
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn set_extable(&mut self, entries: &[ExtableEntry]) -> Result {
        // SAFETY: The text is ours, by the type invariants, and borrowed uniquely; the entries are
        // readable.
        to_result(unsafe {
            ffi::jit_text_extable(self.start.as_ptr().cast(), entries.as_ptr(), entries.len())
        })
    }

    /// Ends writing, so that what was written can be called.
    ///
    /// # Errors
    ///
    /// [`ENOEXEC`] and the text as it was if nothing was written into it.
    pub(crate) fn publish(self) -> Result<Text<Published>, (Error, Self)> {
        if !self.state.written {
            return Err((ENOEXEC, self));
        }
        Ok(self.with_state(Published(())))
    }
}

impl Text<Published> {
    /// Allocates a copy of `code`, for code of type `kind` that runs wherever it is put.
    ///
    /// # Errors
    ///
    /// Those of [`Text::new`].
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn dup(kind: JitType, code: &[u8]) -> Result<Self> {
        if code.is_empty() || kind == JitType::ModulesData {
            return Err(EINVAL);
        }

        // SAFETY: `code` is readable.
        let start = unsafe { ffi::jit_text_dup(kind as c_uint, code.as_ptr().cast(), code.len()) };

        // INVARIANT: This is what `jit_text_dup()` has just returned to us.
        Ok(Text {
            start: NonNull::new(start.cast()).ok_or(ENOMEM)?,
            len: code.len(),
            state: Published(()),
        })
    }

    /// Takes over text.
    ///
    /// # Safety
    ///
    /// `start` is what `jit_text_alloc_rw()` has returned for `len` bytes, `jit_text_restore_rox()`
    /// has made text of it, and it has no other owner.
    unsafe fn from_raw(start: NonNull<u8>, len: usize) -> Self {
        // INVARIANT: By this function's safety requirements.
        Text {
            start,
            len,
            state: Published(()),
        }
    }

    /// Returns the function that begins at `offset`.
    ///
    /// # Errors
    ///
    /// [`ERANGE`] if `offset` is not inside the text; [`ENOEXEC`] if no instruction can be there, or
    /// there is no [`LANDING_PAD`], without which the call would be fatal on some machines;
    /// `EOPNOTSUPP` on a kernel with kCFI, which would check for a hash before the function.
    ///
    /// # Safety
    ///
    /// What was written at `offset` is the machine code of a function of type `F` that:
    ///
    /// - keeps to the C calling convention of the kernel, and returns as its mitigations need;
    /// - may be called with any values of its arguments' types, whenever the caller calls it;
    /// - does not race with [`Data::read`] or [`Data::write`], if it accesses that data.
    pub(crate) unsafe fn function<F: Signature>(&self, offset: usize) -> Result<Function<'_, F>> {
        if cfg!(CONFIG_CFI) {
            // CAST: An errno is a small number.
            return Err(Error::from_errno(-(kernel::bindings::EOPNOTSUPP as c_int)));
        }
        if offset >= self.len {
            return Err(ERANGE);
        }
        if offset.checked_rem(INSN_ALIGN) != Some(0)
            || !self.bytes()[offset..].starts_with(LANDING_PAD)
        {
            return Err(ENOEXEC);
        }

        // INVARIANT: By our caller's promise; the text is published as long as it is borrowed.
        Ok(Function {
            // SAFETY: The address is not null, and by our caller's promise it is that of such a
            // function.
            pointer: unsafe { F::from_address(self.start.as_ptr().wrapping_add(offset).cast()) },
            text: PhantomData,
            thread: NotThreadSafe,
        })
    }

    /// Fills the text with traps, so that other code can be written.
    ///
    /// No [`Function`] of it is left, as they borrow the text.
    ///
    /// # Errors
    ///
    /// Those of `jit_update_set()`, and the text as it was.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn reopen(self) -> Result<Text<Writing>, (Error, Self)> {
        // SAFETY: The allocation is ours, by the type invariants, and nobody executes it: who
        // calls a `Function` borrows the text, and `self` is not borrowed.
        let ret = unsafe { ffi::jit_update_set(self.start.as_ptr().cast(), TRAP, self.len) };

        match to_result(ret) {
            Ok(()) => Ok(self.with_state(Writing { written: false })),
            Err(err) => Err((err, self)),
        }
    }
}

impl<State> Drop for Text<State> {
    /// Frees the text. Its memory is reclaimed after a grace period.
    ///
    /// A [`Function`] borrows the text, so no Rust code runs in it any more. C code that was given a
    /// [`Function::pointer`] has left by the end of the grace period: preempted tasks, too, but a
    /// task that sleeps in a function which the text has called only if it has run the text in a
    /// read-side critical section of RCU tasks trace. Other text must not sleep.
    fn drop(&mut self) {
        // SAFETY: The allocation is ours, by the type invariants, and nobody can reach it after
        // this.
        unsafe { ffi::jit_free(self.start.as_ptr().cast()) };
    }
}
