// SPDX-License-Identifier: GPL-2.0

//! What must not compile, next to what must.
//!
//! As it is, the file compiles. With `--cfg NAME`, the line of that case must be refused, with the
//! error that its mark names, and nothing else must be.

#![allow(dead_code, unused, reason = "only compiled")]

#[path = "../../../include/rust/jitalloc.rs"]
mod jitalloc;

use jitalloc::{
    Batch,
    Data,
    Function,
    InPlace,
    JitType,
    Published,
    Sealed,
    Text,
    Writing, //
};
use kernel::prelude::*;

type Constant = unsafe extern "C" fn() -> u32;
type Sum = unsafe extern "C" fn(u64, u64) -> u64;

const CODE: &[u8] = &[0xf3, 0x0f, 0x1e, 0xfa, 0x31, 0xc0, 0xc3, 0xcc];

fn need_send<T: Send>(_: &T) {}
fn need_sync<T: Sync>(_: &T) {}

// Writing and publishing.

fn published(mut text: Text<Writing>) -> Result<Text<Published>> {
    text.write(0, CODE)?;
    let text = text.publish().map_err(|(err, _text)| err)?;
    #[cfg(write_published)]
    text.write(0, CODE)?; //~ E0599
    #[cfg(publish_published)]
    text.publish(); //~ E0599
    Ok(text)
}

fn moved(mut text: Text<Writing>) -> Result<Text<Published>> {
    text.write(0, CODE)?;
    let published = text.publish().map_err(|(err, _text)| err)?;
    #[cfg(write_after_publish)]
    text.write(0, CODE)?; //~ E0382
    Ok(published)
}

fn batched(text: &mut Text<Writing>) -> Result {
    let mut batch = Batch::new();
    batch.add(text, &[(0, CODE)])?;
    #[cfg(write_batched)]
    text.write(0, CODE)?; //~ E0499
    batch.commit()
}

fn batched_code(text: &mut Text<Writing>, mut code: [u8; 4]) -> Result {
    let mut batch = Batch::new();
    batch.add(text, &[(0, &code)])?;
    #[cfg(change_batched_code)]
    code.fill(0); //~ E0502
    batch.commit()
}

fn handed_back(text: Text<Writing>) -> Result<Text<Writing>> {
    match text.publish() {
        #[cfg(published_and_error)]
        Err(text) => Ok(text), //~ E0308
        #[cfg(not(published_and_error))]
        Err((_err, text)) => Ok(text),
        Ok(published) => published.reopen().map_err(|(err, _text)| err),
    }
}

// Writing in place.

fn in_place(mut memory: InPlace) -> Result<Text<Published>, (Error, Sealed)> {
    memory.bytes_mut().fill(0xcc);
    #[cfg(call_in_place)]
    memory.function::<Constant>(0); //~ E0599
    let text = memory.publish()?;
    #[cfg(write_in_place_after_publish)]
    memory.bytes_mut().fill(0xcc); //~ E0382
    #[cfg(write_text_in_place)]
    text.bytes_mut().fill(0xcc); //~ E0599
    Ok(text)
}

fn sealed(memory: Sealed) -> Result<Text<Published>, (Error, Sealed)> {
    #[cfg(write_sealed)]
    memory.bytes_mut().fill(0xcc); //~ E0599
    memory.publish()
}

fn written_shared(text: &mut Text<Writing>) -> Result {
    #[cfg(write_shared)]
    let text: &Text<Writing> = text;
    text.write(0, CODE) //[write_shared]~ E0596
}

fn written_while_read(text: &mut Text<Writing>) -> Result<u8> {
    let bytes = text.bytes();
    #[cfg(write_while_read)]
    text.write(0, CODE)?; //~ E0502
    let first = bytes[0];
    text.write(0, CODE)?;
    Ok(first)
}

fn only_read(text: &Text<Published>) -> u8 {
    #[cfg(assign_bytes)]
    let _: () = text.bytes()[0] = 0xcc; //~ E0594
    text.bytes()[0]
}

// Calling.

fn called(text: &Text<Published>) -> Result<u32> {
    // SAFETY: Never run.
    let function = unsafe { text.function::<Constant>(0) }?;
    #[cfg(pointer_is_unsafe)]
    function.pointer()(); //~ E0133
    #[cfg(too_many_arguments)]
    function.call(1); //~ E0061
    Ok(function.call())
}

fn trusted(text: &Text<Published>) -> Result {
    #[cfg(trust_is_unsafe)]
    let function = text.function::<Sum>(0)?; //~ E0133
    #[cfg(not(trust_is_unsafe))]
    // SAFETY: Never run.
    let function = unsafe { text.function::<Sum>(0) }?;
    #[cfg(argument_type)]
    function.call(1, c"two"); //~ E0308
    function.call(1, 2);
    Ok(())
}

fn not_published(text: &Text<Writing>) {
    #[cfg(call_unpublished)]
    // SAFETY: Never run.
    let _ = unsafe { text.function::<Constant>(0) }; //~ E0599
}

fn data_called(data: &Data) {
    #[cfg(call_data)]
    // SAFETY: Never run.
    let _ = unsafe { data.function::<Constant>(0) }; //~ E0599
}

fn named(text: Text<Published>, data: &Data) -> Result {
    text.set_name(fmt!("name_{}", 1))?;
    #[cfg(name_is_a_str)]
    text.set_name("name")?; //~ E0308
    #[cfg(name_data)]
    data.set_name(fmt!("name"))?; //~ E0599
    drop(text);
    #[cfg(name_dropped)]
    text.set_name(fmt!("name"))?; //~ E0382
    Ok(())
}

fn signatures(text: &Text<Published>) -> Result {
    // SAFETY: Never run.
    unsafe {
        text.function::<unsafe extern "C" fn(*mut u8, bool) -> *const u8>(0)?;
        #[cfg(rust_calling_convention)]
        text.function::<unsafe fn() -> u32>(0)?; //~ E0277
        #[cfg(safe_function_type)]
        text.function::<extern "C" fn() -> u32>(0)?; //~ E0277
        #[cfg(not_a_function)]
        text.function::<u32>(0)?; //~ E0277
        #[cfg(reference_argument)]
        text.function::<unsafe extern "C" fn(&'static u8)>(0)?; //~ E0277
        #[cfg(float_argument)]
        text.function::<unsafe extern "C" fn(f64)>(0)?; //~ E0277
        #[cfg(slice_result)]
        text.function::<unsafe extern "C" fn() -> &'static [u8]>(0)?; //~ E0277
        #[cfg(seven_arguments)]
        text.function::<unsafe extern "C" fn(u8, u8, u8, u8, u8, u8, u8)>(0)?; //~ E0277
    }
    Ok(())
}

// How long things live.

fn dropped(text: Text<Published>) -> Result<u32> {
    // SAFETY: Never run.
    let function = unsafe { text.function::<Constant>(0) }?;
    #[cfg(call_after_drop)]
    drop(text); //~ E0505
    Ok(function.call())
}

fn reopened(text: Text<Published>) -> Result<u32> {
    // SAFETY: Never run.
    let function = unsafe { text.function::<Constant>(0) }?;
    #[cfg(call_after_reopen)]
    let _ = text.reopen(); //~ E0505
    Ok(function.call())
}

fn returned<'a>(text: &'a Text<Published>) -> Result<Function<'a, Constant>> {
    #[cfg(return_function_of_local)]
    let text = &published(Text::new(JitType::Bpf, 8)?)?;
    // SAFETY: Never run.
    unsafe { text.function::<Constant>(0) } //[return_function_of_local]~ E0515
}

fn freed(text: Text<Published>, data: Data) -> Result {
    drop(text);
    #[cfg(free_twice)]
    drop(text); //~ E0382
    let mut byte = [0];
    data.read(0, &mut byte)?;
    drop(data);
    #[cfg(read_freed_data)]
    data.read(0, &mut byte)?; //~ E0382
    Ok(())
}

fn cloned(text: Text<Published>) -> Text<Published> {
    #[cfg(clone_text)]
    return text.clone(); //~ E0599
    text
}

// Threads.

fn sent(text: Text<Published>, data: Data) -> Result {
    // SAFETY: Never run.
    let function = unsafe { text.function::<Constant>(0) }?;
    need_send(&text);
    need_sync(&text);
    need_send(&data);
    need_sync(&data);
    #[cfg(send_function)]
    need_send(&function); //~ E0277
    #[cfg(share_function)]
    need_sync(&function); //~ E0277
    Ok(())
}

// Getting around it.

fn forged(text: Text<Published>, function: Function<'_, Constant>) -> Result {
    #[cfg(raw_pointer)]
    let _ = text.start; //~ E0616
    #[cfg(forge_state)]
    let _ = Published(()); //~ E0423
    #[cfg(forge_function)]
    let _ = Function::<Constant> { ..function }; //~ E0451
    #[cfg(other_scalar)]
    impl jitalloc::Scalar for Data {} //~ E0277
    #[cfg(type_by_number)]
    let _ = Text::new(2, 16)?; //~ E0308
    let _ = Text::new(JitType::Kprobes, 16)?;
    Ok(())
}

fn data_shared(data: &mut Data) -> Result {
    #[cfg(write_shared_data)]
    let data: &Data = data;
    data.write(0, CODE) //[write_shared_data]~ E0596
}
