// SPDX-License-Identifier: GPL-2.0

//! What is known about one allocation. Never kept inside text pages.

use core::ptr::NonNull;
use kernel::{
    bindings,
    sync::atomic::{Acquire, Atomic, Full},
    types::Opaque,
};

use crate::{data::Data, misuse::Caller, params::JitType, text::Text};

/// The memory of an allocation.
pub(crate) enum Memory {
    /// Published text.
    Text(Text),
    /// Data.
    Data(Data),
}

impl Memory {
    /// Returns the first address.
    pub(crate) fn start(&self) -> NonNull<u8> {
        match self {
            Memory::Text(text) => text.start(),
            Memory::Data(data) => data.start(),
        }
    }

    /// Returns the length of the mapping in bytes.
    fn len(&self) -> usize {
        match self {
            Memory::Text(text) => text.len(),
            Memory::Data(data) => data.len(),
        }
    }
}

/// An allocation and its bookkeeping.
///
/// # Invariants
///
/// - `size` is not zero, and `memory` has at least that many bytes.
/// - `is_dying` goes from false to true once. Who makes it so may link `node`, and nobody else.
pub(crate) struct Allocation {
    memory: Memory,
    ty: JitType,
    size: usize,
    owner: Caller,
    is_dying: Atomic<bool>,
    node: Opaque<bindings::llist_node>,
}

// SAFETY: The memory is kernel memory, which may be used and freed from any CPU.
unsafe impl Send for Allocation {}

// SAFETY: Shared references give immutable fields, the atomic flag, and `node`, which only the one
// who made the flag true uses.
unsafe impl Sync for Allocation {}

impl Allocation {
    /// Records that `owner` got `memory` for `size` bytes of type `ty`.
    pub(crate) fn new(memory: Memory, ty: JitType, size: usize, owner: Caller) -> Allocation {
        Allocation {
            memory,
            ty,
            size,
            owner,
            is_dying: Atomic::new(false),
            node: Opaque::new(bindings::llist_node::default()),
        }
    }

    /// Returns the memory.
    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Returns the first address.
    pub(crate) fn start(&self) -> NonNull<u8> {
        self.memory.start()
    }

    /// Returns the last address that the caller may use.
    pub(crate) fn last(&self) -> usize {
        // NO-OVERFLOW: By the type invariant, `size` is not zero, and the memory is that large.
        self.start()
            .addr()
            .get()
            .wrapping_add(self.size.wrapping_sub(1))
    }

    /// Returns the type that was asked for.
    pub(crate) fn jit_type(&self) -> JitType {
        self.ty
    }

    /// Returns how many bytes were asked for.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// Returns how many bytes its mapping holds.
    pub(crate) fn mapped(&self) -> usize {
        self.memory.len()
    }

    /// Returns who asked.
    pub(crate) fn owner(&self) -> Caller {
        self.owner
    }

    /// Returns whether it has been freed.
    pub(crate) fn is_dying(&self) -> bool {
        self.is_dying.load(Acquire)
    }

    /// Marks it as freed. Returns whether the caller is the first to do so.
    pub(crate) fn kill(&self) -> bool {
        // INVARIANT: The flag only ever becomes true.
        self.is_dying.cmpxchg(false, true, Full).is_ok()
    }

    /// Returns the link to the next freed allocation.
    pub(crate) fn node(&self) -> *mut bindings::llist_node {
        self.node.get()
    }

    /// Returns the allocation whose [`Allocation::node`] is `node`.
    ///
    /// # Safety
    ///
    /// `node` is the node of an allocation.
    pub(crate) unsafe fn from_node(node: NonNull<bindings::llist_node>) -> NonNull<Allocation> {
        let node = Opaque::cast_from(node.as_ptr().cast_const());
        // SAFETY: `node` is the field of an allocation, so that is around it.
        let allocation = unsafe { kernel::container_of!(node, Allocation, node) };

        // SAFETY: The address of an allocation is not null.
        unsafe { NonNull::new_unchecked(allocation.cast_mut()) }
    }
}
