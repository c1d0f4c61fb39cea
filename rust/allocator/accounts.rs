// SPDX-License-Identifier: GPL-2.0

//! How many bytes each module has, while there is a limit of that.
//!
//! A block that is in its owner's account has a bit in its record which says so. The bit is set with
//! the block's state, or while it is live, and whoever ends that life sees it and takes the bytes
//! out of the account. So an account is what the blocks with the bit have, whenever the limit was
//! set, changed or taken away.

use kernel::{new_mutex, prelude::*, sync::Mutex};

use crate::{
    placement::{block::Block, stain::OwnerId},
    sys::{
        atomic::{Acquire, AtomicU32, AtomicU64, AtomicUsize, Relaxed, Release},
        misuse::Caller,
        module::{Module, Span},
        vec,
    },
};

/// Modules that have accounts of their own at a time, those included that are just being loaded; all
/// others share one.
const MODULES: usize = 64;

/// Callers with addresses in a row: the number of the first one, and above that how many. In one
/// word, so that nobody sees half of a change.
struct Callers(AtomicU64);

impl Callers {
    const fn none() -> Callers {
        Callers(AtomicU64::new(0))
    }

    fn set(&self, Span { first, len }: Span) {
        let callers = u64::from(len) << u32::BITS | u64::from(first.to_u32());

        self.0.store(callers, Relaxed);
    }

    fn clear(&self) {
        self.0.store(0, Relaxed);
    }

    fn has(&self, caller: u32) -> bool {
        let callers = self.0.load(Relaxed);

        // CAST: Each half.
        caller.wrapping_sub(callers as u32) < (callers >> u32::BITS) as u32
    }
}

/// The account of a module.
pub(crate) struct Account {
    text: Callers,
    /// Those of its initialisation, until that has ended.
    init: Callers,
    bytes: AtomicUsize,
    id: AtomicU32,
}

impl Account {
    const fn new() -> Account {
        Account {
            text: Callers::none(),
            init: Callers::none(),
            bytes: AtomicUsize::new(0),
            id: AtomicU32::new(OwnerId::SEVERAL.0),
        }
    }

    /// Returns the number of the module, which no other gets; several have one account together.
    pub(crate) fn id(&self) -> OwnerId {
        OwnerId(self.id.load(Relaxed))
    }

    fn has(&self, caller: u32) -> bool {
        self.text.has(caller) || self.init.has(caller)
    }

    /// Adds `size` bytes, whatever the limit.
    pub(crate) fn add(&self, size: usize) {
        self.bytes.fetch_add(size, Relaxed);
    }

    /// Takes `size` bytes out, which are in it.
    pub(crate) fn sub(&self, size: usize) {
        self.bytes.fetch_sub(size, Relaxed);
    }

    /// Adds `size` bytes, unless that makes more than `limit`.
    fn charge(&self, size: usize, limit: usize) -> Result<(), Refused> {
        let mut has = self.bytes.load(Relaxed);

        loop {
            let sum = has.checked_add(size).filter(|sum| *sum <= limit);
            let sum = sum.ok_or(Refused { has })?;

            match self.bytes.compare_exchange(has, sum, Relaxed, Relaxed) {
                Ok(_) => return Ok(()),
                Err(now) => has = now,
            }
        }
    }
}

/// What did not fit.
pub(crate) struct Refused {
    /// Bytes that the module has.
    pub(crate) has: usize,
}

/// Bytes that are in an account, until this is dropped, or kept.
///
/// # Invariants
///
/// `size` bytes of `account` are those of `self`.
pub(crate) struct Charge<'a> {
    account: &'a Account,
    size: usize,
}

impl Charge<'_> {
    /// Leaves them there, for a block that is marked as counted.
    pub(crate) fn keep(self) {
        core::mem::forget(self);
    }
}

impl Drop for Charge<'_> {
    fn drop(&mut self) {
        self.account.sub(self.size);
    }
}

/// All accounts.
#[pin_data]
pub(crate) struct Accounts {
    accounts: KVVec<Account>,
    others: Account,
    /// Places in `accounts` that have ever been used.
    used: AtomicUsize,
    /// The number of the last module that was given one.
    last_id: AtomicU32,
    /// Whose they are.
    #[pin]
    modules: Mutex<KVVec<Option<Module>>>,
}

impl Accounts {
    /// Makes the account of those that have no other.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn new() -> Result<impl PinInit<Accounts>> {
        let accounts = vec::filled(MODULES, || Ok(Account::new()))?;
        let modules = vec::filled(MODULES, || Ok(None))?;

        Ok(pin_init!(Accounts {
            accounts,
            others: Account::new(),
            used: AtomicUsize::new(0),
            last_id: AtomicU32::new(0),
            modules <- new_mutex!(modules, "jitalloc::accounts"),
        }))
    }

    /// Returns the account of a caller.
    ///
    /// # Context
    ///
    /// Any. The module that the caller is of runs, or it has a block which is live, or was when the
    /// read-side critical section of RCU began that this is called in.
    pub(crate) fn of(&self, caller: u32) -> &Account {
        let used = self.used.load(Acquire);
        let mut accounts = self.accounts.iter().take(used);

        accounts
            .find(|account| account.has(caller))
            .unwrap_or(&self.others)
    }

    /// Adds `size` bytes to the account of `owner`, who is running.
    ///
    /// # Errors
    ///
    /// What the module has, if that would make more than `limit`.
    pub(crate) fn charge(
        &self,
        owner: Caller,
        size: usize,
        limit: usize,
    ) -> Result<Charge<'_>, Refused> {
        let account = self.of(owner.to_u32());

        account.charge(size, limit)?;
        // INVARIANT: They were just added.
        Ok(Charge { account, size })
    }

    /// Takes a counted block of `size` bytes that was live until now out of its owner's account.
    ///
    /// # Context
    ///
    /// Any. In the read-side critical section of RCU in which its life has ended, or by the worker,
    /// for which an owner waits before it goes.
    #[cold]
    pub(crate) fn remove(&self, block: Block, size: usize) {
        self.of(block.owner()).sub(size);
    }

    /// Opens an account for a module that has not run yet.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn open(&self, module: Module) {
        let mut modules = self.modules.lock();
        let mut places = modules.iter_mut().zip(&self.accounts);
        let mut used = 0_usize;
        let free = places.find(|(place, _)| {
            used = used.wrapping_add(1);
            place.is_none()
        });

        if let Some((place, account)) = free {
            *place = Some(module);
            let last = &self.last_id;
            let id = last.load(Relaxed).checked_add(1).unwrap_or(1);

            last.store(id, Relaxed);
            account.id.store(id, Relaxed);
            account.bytes.store(0, Relaxed);
            account.text.set(module.text());
            account.init.set(module.init_text());
            self.used.store(self.used.load(Relaxed).max(used), Release);
        }
    }

    /// Has the initialisation of a module no more in its account.
    ///
    /// # Context
    ///
    /// Process context, may sleep. A grace period of RCU has passed since the last block was live
    /// whose owner is a caller of that.
    pub(crate) fn end_init(&self, module: Module) {
        let modules = self.modules.lock();
        let mut places = modules.iter().zip(&self.accounts);

        if let Some((_, account)) = places.find(|(place, _)| **place == Some(module)) {
            account.init.clear();
        }
    }

    /// Closes the account of a module.
    ///
    /// # Context
    ///
    /// Process context, may sleep. A grace period of RCU has passed since the last block of the
    /// module was live, if it has ever had any.
    pub(crate) fn close(&self, module: Module) {
        let mut modules = self.modules.lock();
        let mut places = modules.iter_mut().zip(&self.accounts);

        if let Some((place, account)) = places.find(|(place, _)| **place == Some(module)) {
            account.text.clear();
            account.init.clear();
            *place = None;
        }
    }
}
