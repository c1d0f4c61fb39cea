#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The lock-free part of the module in every order in which threads can run, and
# the same with one thing broken at a time, which has to be found.
#
# boot: none
# timeout: 900

. "$(dirname "$0")/../lib/ktap.sh"

TOP=$(cd "$(dirname "$0")/../.." && pwd)
OUT=$TOP/build/loom
# What is broken is a copy, at the same place as in the tree.
TREE=$OUT/tree
REGISTRY=/usr/share/cargo/registry

export CARGO_HOME=$OUT/cargo CARGO_TARGET_DIR=$OUT/target

copy_tree() {
	rm -rf "$TREE"
	mkdir -p "$TREE/rust"/{allocator,sys} "$TREE/selftests" &&
		cp -r "$TOP"/rust/placement{,.rs} "$TREE/rust/" &&
		cp "$TOP/rust/allocator/wakeup.rs" "$TREE/rust/allocator/" &&
		cp "$TOP/rust/sys/try_lock.rs" "$TREE/rust/sys/" &&
		cp -r "$TOP/selftests/loom" "$TREE/selftests/"
}

# replace FILE OLD NEW: in the copy; the old text is there once
replace() {
	local text

	text=$(<"$TREE/rust/$1")
	[[ $text == *"$2"* && ${text#*"$2"} != *"$2"* ]] || {
		ktap_print_msg "$1 does not say '$2', or not once"
		return 1
	}
	printf '%s\n' "${text/"$2"/"$3"}" >"$TREE/rust/$1"
}

# Says in BIN where the models are.
build() {
	cargo test --offline --no-run --manifest-path "$TREE/selftests/loom/Cargo.toml" \
		--config 'source.crates-io.replace-with="debian"' \
		--config "source.debian.directory=\"$REGISTRY\"" >"$OUT/cargo.log" 2>&1 || {
		ktap_print_msg "$(cat "$OUT/cargo.log")"
		return 1
	}
	BIN=$(sed -n 's/^ *Executable .* (\(.*\))$/\1/p' "$OUT/cargo.log")
	[ -x "$BIN" ]
}

run() {
	"$BIN" --exact "$1" --nocapture >"$OUT/test.log" 2>&1
}

# broken WHAT MODEL FILE OLD NEW
broken() {
	local name="found by $2: $1"

	if ! copy_tree || ! replace "$3" "$4" "$5" || ! build; then
		ktap_test_fail "$name"
	elif run "$2" || ! grep -q '^test result: FAILED\. 0 passed; 1 failed' "$OUT/test.log"; then
		ktap_print_msg "$(cat "$OUT/test.log")"
		ktap_test_fail "$name"
	else
		ktap_test_pass "$name"
	fi
}

ktap_print_header

[ -d "$REGISTRY" ] || ktap_exit_fail_msg "the package librust-loom-dev is missing"
mkdir -p "$OUT"
copy_tree && build || ktap_exit_fail_msg "the models do not compile"

mapfile -t models < <("$BIN" --list --format terse | sed -n 's/: test$//p')
[ ${#models[@]} -gt 0 ] || ktap_exit_fail_msg "no model"
ktap_set_plan $((${#models[@]} + $(grep -c '^broken "' "$0")))

for name in "${models[@]}"; do
	if run "$name" && grep -q '^test result: ok\. 1 passed' "$OUT/test.log"; then
		grep -o '# figure: .*' "$OUT/test.log"
		ktap_test_pass "$name"
	else
		ktap_print_msg "$(cat "$OUT/test.log")"
		ktap_test_fail "$name"
	fi
done

# Who frees
broken "any free makes a live block a dying one" \
	test_kill::one_of_two_frees_of_a_block_wins placement/record.rs \
	'word.compare_exchange(block.0, block.dying().0, Acquire, Acquire)' \
	'{ word.store(block.dying().0, Release); Ok::<u64, u64>(0) }'
broken "a plain store puts a block on the list" \
	test_kill::every_freed_block_is_taken_once placement/records.rs \
	'record.set_list(grain, head);' \
	'record.set_list(grain, head);
	self.dying.store(index.to_u16().into(), Release);
	return;'
broken "what comes before a free is not ordered" \
	test_kill::every_freed_block_is_taken_once placement/records.rs \
	'SeqCst, Relaxed)' \
	'Relaxed, Relaxed)'

# Who takes
broken "what follows a take is not ordered" \
	test_kill::every_freed_block_is_taken_once placement/records.rs \
	'self.dying.swap(0, Acquire)' \
	'self.dying.swap(0, Relaxed)'
broken "the list is read, then emptied" \
	test_kill::three_blocks_and_two_takes placement/records.rs \
	'self.dying.swap(0, Acquire)' \
	'{ let all = self.dying.load(Acquire); self.dying.store(0, Relaxed); all }'

# Who links and unlinks
broken "a block is live before it is written" \
	test_find::a_live_block_is_complete placement/record.rs \
	'self.word.store(cached.live(ty, slack, owner).0, Release)' \
	'self.word.store(cached.live(ty, slack, owner).0, Relaxed)'
broken "a block is read before it is known to live" \
	test_find::a_live_block_is_complete placement/record.rs \
	'Block(self.word.load(Acquire))' \
	'Block(self.word.load(Relaxed))'
broken "a record is linked before it is complete" \
	test_find::a_live_block_is_complete placement/records.rs \
	'head.store(index.to_u16(), Release)' \
	'head.store(index.to_u16(), Relaxed)'
broken "a record is read before the list" \
	test_find::a_live_block_is_complete placement/records.rs \
	'self.heads.get(self.window.at(grain))?.load(Acquire)' \
	'self.heads.get(self.window.at(grain))?.load(Relaxed)'
broken "a record is read before the list, by who looks for the one before" \
	test_find::the_block_before_is_complete placement/records.rs \
	'head.load(Acquire)' \
	'head.load(Relaxed)'
broken "a record leads nowhere while it is linked" \
	test_find::a_block_is_found_while_others_are_inserted placement/records.rs \
	'record.chain.store(next, Relaxed);' \
	'head.store(index.to_u16(), Release);
	record.chain.store(next, Release);'
broken "a record leads nowhere once it is unlinked" \
	test_find::a_block_is_found_while_others_are_removed placement/records.rs \
	'place.store(record.chain.load(Relaxed), Release);' \
	'place.store(record.chain.swap(0, Relaxed), Release);'
broken "a retired record forgets where its block was" \
	test_grace::a_retired_record_is_not_taken_for_another placement/record.rs \
	'self.set_list(self.grain(), Index::number(next))' \
	'self.set_list(0, Index::number(next))'
broken "the first of a list is unlinked without order" \
	test_find::a_block_is_complete_behind_one_that_was_removed placement/records.rs \
	'place.store(record.chain.load(Relaxed), Release)' \
	'place.store(record.chain.load(Relaxed), Relaxed)'

# Who keeps, and gives again
broken "a late free changes a block that does not live" \
	test_keep::a_late_free_is_one_of_the_next_owner_or_none placement/record.rs \
	'word.compare_exchange(block.0, block.dying().0, Acquire, Acquire)' \
	'{ let was = word.swap(block.dying().0, Acquire);
	if was == block.0 { Ok(was) } else { Err(was) } }'
broken "a late free is not in order with who gave the block again" \
	test_keep::a_late_free_is_one_of_the_next_owner_or_none placement/record.rs \
	'word.compare_exchange(block.0, block.dying().0, Acquire, Acquire)' \
	'word.compare_exchange(block.0, block.dying().0, Relaxed, Acquire)'
broken "a block is elsewhere while it is linked" \
	test_keep::a_block_is_found_while_it_is_kept_and_given placement/record.rs \
	'self.set_list(self.grain(), Index::number(next));' \
	'let grain = self.grain();
	self.set_list(0, Index::number(next));
	self.set_list(grain, Index::number(next));'
broken "a block that was kept is live before it is written" \
	test_keep::a_block_is_found_while_it_is_kept_and_given placement/record.rs \
	'self.word.store(cached.live(ty, slack, owner).0, Release)' \
	'self.word.store(cached.live(ty, slack, owner).0, Relaxed)'
broken "the first block of a chain is given without order" \
	test_keep::a_chain_is_given_while_its_first_block_is_freed placement/record.rs \
	'self.word.store(cached.live(ty, slack, owner).0, Release)' \
	'self.word.store(cached.live(ty, slack, owner).0, Relaxed)'

# Who tells
broken "who frees looks at the flag first" \
	test_wakeup::no_free_is_forgotten_while_the_worker_runs placement/records.rs \
	'SeqCst, Relaxed)' \
	'Release, Relaxed)'
broken "the flag is looked at in no order" \
	test_wakeup::no_free_is_forgotten_while_the_worker_finds_nothing allocator/wakeup.rs \
	'self.0.load(SeqCst)' \
	'self.0.load(crate::sys::atomic::Relaxed)'
broken "the worker looks at the list first" \
	test_wakeup::no_free_is_forgotten_while_the_worker_runs allocator/wakeup.rs \
	'self.0.swap(0, SeqCst)' \
	'self.0.store(0, crate::sys::atomic::Relaxed)'
broken "the worker begins in no order" \
	test_wakeup::no_free_is_forgotten_while_the_worker_finds_nothing allocator/wakeup.rs \
	'self.0.swap(0, SeqCst)' \
	'self.0.swap(0, crate::sys::atomic::Acquire)'
broken "the worker looks at the list in no order" \
	test_wakeup::no_free_is_forgotten_while_the_worker_finds_nothing placement/records.rs \
	'self.dying.load(SeqCst)' \
	'self.dying.load(Relaxed)'
broken "who frees tells the worker in any case" \
	test_wakeup::the_worker_is_told_once allocator/wakeup.rs \
	'self.0.swap(1, SeqCst) == 0' \
	'{ self.0.store(1, crate::sys::atomic::Relaxed); true }'

# Who tries a lock
broken "the lock is read, then taken" \
	test_try_lock::two_do_not_have_it_at_once sys/try_lock.rs \
	'self.is_taken.swap(1, Acquire) == 0' \
	'{ let was = self.is_taken.load(Acquire); self.is_taken.store(1, Release); was == 0 }'
broken "the lock is given back without order" \
	test_try_lock::two_do_not_have_it_at_once sys/try_lock.rs \
	'self.0.is_taken.store(0, Release)' \
	'self.0.is_taken.store(0, crate::sys::atomic::Relaxed)'
broken "the lock is taken without order" \
	test_try_lock::two_do_not_have_it_at_once sys/try_lock.rs \
	'self.is_taken.swap(1, Acquire)' \
	'self.is_taken.swap(1, crate::sys::atomic::Relaxed)'
broken "who fails gives the lock back" \
	test_try_lock::who_has_it_keeps_it sys/try_lock.rs \
	'.then(|| TryGuard' \
	'.then_some(TryGuard'

ktap_finished
