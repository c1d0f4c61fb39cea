// SPDX-License-Identifier: GPL-2.0

//! Whether the page tables say of memory what its type promises.
//!
//! Types say that no text is writable and no data executable. This asks the page tables, which
//! somebody else may have changed: for each page its mapping, that of the same page in the direct
//! map, and, for text, the one by which it is written.

use kernel::page::PAGE_SIZE;

use crate::{
    arch::{Entry, PageTables},
    memory::{data::Data, in_place::InPlace, text::Text},
};

/// What may be wrong with a page.
#[derive(Clone, Copy)]
pub(crate) enum Fault {
    /// It is not there.
    NotMapped,
    /// Text can be written.
    Writable,
    /// Text cannot be run, or data cannot be written.
    NotUsable,
    /// Data can be run.
    Executable,
    /// User space can do something.
    User,
    /// The direct map of text can be written.
    DirectWritable,
    /// The direct map can be run.
    DirectExecutable,
    /// What text is written by is not there, or is another page.
    WriterElsewhere,
    /// What text is written by can be run.
    WriterExecutable,
    /// What text is written by is not the kernel's alone.
    WriterUser,
}

impl Fault {
    /// Returns the fault in words.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Fault::NotMapped => "is not mapped",
            Fault::Writable => "is writable",
            Fault::NotUsable => "lacks a permission",
            Fault::Executable => "is executable",
            Fault::User => "is user space's",
            Fault::DirectWritable => "is writable in the direct map",
            Fault::DirectExecutable => "is executable in the direct map",
            Fault::WriterElsewhere => "is not what the writer maps",
            Fault::WriterExecutable => "is executable for the writer",
            Fault::WriterUser => "is user space's for the writer",
        }
    }
}

/// A page that is not as it should be.
#[derive(Clone, Copy)]
pub(crate) struct Wrong {
    /// Where it is.
    pub(crate) addr: usize,
    /// Whether it is text.
    pub(crate) is_text: bool,
    /// What is wrong first.
    pub(crate) fault: Fault,
}

fn text_fault(page: Entry, direct: Option<Entry>, writer: Option<Entry>) -> Option<Fault> {
    if !page.is_mapped() {
        return Some(Fault::NotMapped);
    }
    if page.is_writable() {
        return Some(Fault::Writable);
    }
    if !page.is_executable() {
        return Some(Fault::NotUsable);
    }
    if page.is_user() {
        return Some(Fault::User);
    }
    if direct.is_some_and(Entry::is_writable) {
        return Some(Fault::DirectWritable);
    }
    if direct.is_some_and(Entry::is_executable) {
        return Some(Fault::DirectExecutable);
    }
    let writer = writer?;

    if !writer.is_same_page(page) || !writer.is_writable() {
        Some(Fault::WriterElsewhere)
    } else if writer.is_executable() {
        Some(Fault::WriterExecutable)
    } else if writer.is_user() {
        Some(Fault::WriterUser)
    } else {
        None
    }
}

fn data_fault(page: Entry, direct: Option<Entry>) -> Option<Fault> {
    if !page.is_mapped() {
        return Some(Fault::NotMapped);
    }
    if page.is_executable() {
        return Some(Fault::Executable);
    }
    if !page.is_writable() {
        return Some(Fault::NotUsable);
    }
    if page.is_user() {
        return Some(Fault::User);
    }
    direct
        .is_some_and(Entry::is_executable)
        .then_some(Fault::DirectExecutable)
}

/// Calls `wrong` with each page of text that can be written, or not be run. Returns how many pages
/// there are.
pub(crate) fn check_text(text: &Text, tables: &PageTables, mut wrong: impl FnMut(Wrong)) -> usize {
    let start = text.start().addr().get();

    for offset in (0..text.len()).step_by(PAGE_SIZE) {
        let addr = start.wrapping_add(offset);
        let page = tables.kernel(addr);
        // There is such a page.
        let writer = text.writer_entry(offset).ok().flatten();

        if let Some(fault) = text_fault(page, tables.direct(page), writer) {
            wrong(Wrong {
                addr,
                is_text: true,
                fault,
            });
        }
    }
    text.len() / PAGE_SIZE
}

/// Calls `wrong` with each page of data that can be run, or not be written. Returns how many pages
/// there are.
pub(crate) fn check_data(data: &Data, tables: &PageTables, mut wrong: impl FnMut(Wrong)) -> usize {
    let start = data.start().addr().get();

    for offset in (0..data.len()).step_by(PAGE_SIZE) {
        let addr = start.wrapping_add(offset);
        let page = tables.kernel(addr);

        if let Some(fault) = data_fault(page, tables.direct(page)) {
            wrong(Wrong {
                addr,
                is_text: false,
                fault,
            });
        }
    }
    data.len() / PAGE_SIZE
}

/// What is wrong with a page that is not text yet: whoever has it may have taken a permission away,
/// so only what there is counts.
fn in_place_fault(page: Entry, direct: Option<Entry>, is_writable: bool) -> Option<Fault> {
    if !page.is_mapped() {
        return Some(Fault::NotMapped);
    }
    if page.is_executable() && (is_writable || page.is_writable()) {
        return Some(Fault::Executable);
    }
    if page.is_user() {
        return Some(Fault::User);
    }
    direct
        .is_some_and(Entry::is_executable)
        .then_some(Fault::DirectExecutable)
}

/// Calls `wrong` with each page that can be written and run, or run before it is text. Returns how
/// many pages there are.
pub(crate) fn check_in_place(
    memory: &InPlace,
    tables: &PageTables,
    mut wrong: impl FnMut(Wrong),
) -> usize {
    if let Some(text) = memory.text() {
        return check_text(text, tables, wrong);
    }
    let start = memory.start().addr().get();

    for offset in (0..memory.len()).step_by(PAGE_SIZE) {
        let addr = start.wrapping_add(offset);
        let page = tables.kernel(addr);
        // It may become text just now, so this is asked after the look.
        let is_writable = memory.is_writable();

        if let Some(fault) = in_place_fault(page, tables.direct(page), is_writable) {
            wrong(Wrong {
                addr,
                is_text: true,
                fault,
            });
        }
    }
    memory.len() / PAGE_SIZE
}
