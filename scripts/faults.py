# SPDX-License-Identifier: GPL-2.0
"""Holds every step of a directory that can fail against the points of fault.h.

usage: faults.py RUST

A step is a call of a function of the kernel or its crate that can fail. It has to
stand in the parentheses of jit_fault() or fault::point!(), or behind a point!()
of its own that takes no step. Prints a line for each of these:

step    a step without a point
point   a name that is in no list, or in one and at no step
name    a function of which the lists below do not say whether it can fail
"""

import os
import re
import sys

from imports import closing, code_of, read

# Functions that can fail; jit_kfn_NAME() where it is called, NAME in kfn_call() where it has its
# point in the wrapper.
FALLIBLE_C = set(
    """
    alloc_percpu apply_to_page_range copy_from_kernel_nofault debugfs_create_dir debugfs_create_file
    debugfs_create_file_unsafe jit_kfn___vmalloc_node_range_noprof jit_kfn_execmem_alloc jit_kfn_find_vm_area
    jit_kfn_kallsyms_on_each_match_symbol jit_kfn_mm_alloc jit_port_mm_init kasprintf kcalloc kmalloc
    kmemdup krealloc kstrdup kstrtoul kvasprintf kvcalloc kvmalloc kvzalloc kzalloc kzalloc_obj kmalloc_obj
    register_kprobe register_module_notifier register_trace_jit_alloc register_trace_jit_update
    security_locked_down seq_open_private set_memory_ro set_memory_rox set_memory_x shrinker_alloc vmalloc vzalloc
    """.split()
)

# Functions of the kernel that cannot, and macros.
INFALLIBLE_C = set(
    """
    ALIGN ALIGN_DOWN ARRAY_SIZE ASID BIT BIT_ULL DEFINE_DEBUGFS_ATTRIBUTE DEFINE_IRQ_WORK DEFINE_PER_CPU
    DEFINE_SHOW_ATTRIBUTE DEFINE_STATIC_CALL_NULL DIV_ROUND_UP ERR_PTR EXPORT_SYMBOL_GPL GENMASK_ULL INIT_LIST_HEAD
    IS_ALIGNED IS_ENABLED IS_ERR IS_ERR_OR_NULL JIT_EXTABLE_SIZE KERNEL_VERSION MODULE_PARM_DESC MODULE_VERSION
    NOKPROBE_SYMBOL PAGE_ALIGN PTR_ERR PTR_ERR_OR_ZERO PageHighMem READ_ONCE WARN WARN_ON WARN_ON_ONCE WRITE_ONCE
    ZERO_PAGE _MOD_PROT __MODULE_PARM_TYPE __builtin_return_address __counted_by __free __inline_memcpy
    __inline_memset __is_endbr __pagetable_free __pgprot __same_type __set_pte __this_cpu_read __this_cpu_write
    __tlbi arm64_mm_context_get arm64_mm_context_put asm caches_clean_inval_pou call_rcu cond_resched_tasks_rcu_qs
    container_of copy_pmd cpu_feature_enabled cpus_have_final_cap debugfs_remove div_u64 dsb flush_icache_range
    for_each_possible_cpu get_kernel_nofault get_random_long get_vm_area_size guard in_interrupt in_nmi in_task
    irq_work_queue irq_work_sync irqs_disabled isascii isb isgraph kallsyms_show_value kernel_param_lock
    kernel_param_unlock kernfs_find_and_get kernfs_put kfree kfree_rcu kick_all_cpus_sync ktime_get_mono_fast_ns
    kvfree lass_clac lass_stac local_irq_restore local_irq_save max memcmp memcpy memset memset32 min mk_pte
    mm_dec_nr_pmds mm_dec_nr_ptes mm_dec_nr_puds mm_p4d_folded mm_pmd_folded mm_pud_folded mmap_write_lock
    mmap_write_unlock mmput module_param module_param_cb offsetof p4d_none p4d_offset p4d_val page_address
    page_ptdesc page_to_pfn page_to_phys pagetable_dtor per_cpu_ptr pfn_pmd pfn_to_page pgd_none pgd_offset
    pgd_offset_pgd pgd_val pgprot_val phys_to_ttbr phys_to_virt pmd_clear pmd_leaf pmd_mkhuge pmd_none pmd_offset
    pmd_pfn pmd_pgtable pmd_val pr_err pr_info pr_notice pr_warn pr_warn_ratelimited preempt_disable preempt_enable
    preemptible pte_clear pte_offset_kernel pte_pfn pte_val pud_leaf pud_none pud_offset pud_pfn pud_pgtable pud_val
    raw_smp_processor_id rcu_barrier rcu_preempt_depth rcu_read_lock_trace rcu_read_unlock_trace read_sysreg
    seq_printf seq_puts set_pmd set_pte_at set_pte_ext shrinker_free shrinker_register snprintf sort sprint_symbol
    sprintf sscanf static_assert static_call static_call_update strchr strcmp strcspn strlen strncmp strscpy strstr
    synchronize_rcu synchronize_rcu_tasks synchronize_rcu_tasks_trace system_uses_ttbr0_pan this_cpu_add
    this_cpu_inc this_cpu_ptr totalram_pages tracepoint_synchronize_unregister uaccess_restore
    uaccess_save_and_enable unregister_kprobes unregister_module_notifier unregister_trace_jit_alloc
    unregister_trace_jit_update va_end va_start vfree virt_to_phys virt_to_ptdesc within_module within_module_init
    write_sysreg
    """.split()
)

# Functions of the set that can, and have their points where their wrapper is called
WRAPPED_KFN = set(
    """
    __vmalloc_node_range_noprof execmem_alloc find_vm_area kallsyms_on_each_match_symbol mm_alloc
    """.split()
)

# Functions of the set that cannot
INFALLIBLE_KFN = set(
    """
    execmem_free bpf_ksym_add bpf_ksym_del perf_event_ksymbol flush_tlb_mm_range use_temporary_mm
    unuse_temporary_mm bpf_arch_text_copy bpf_arch_ibpb
    """.split()
)

# In Rust: what takes memory, and what else can fail.
FALLIBLE_RUST = re.compile(
    r"\b(?:(?:K|V|KV)?Box|Arc|UniqueArc|ListArc)::(?:new|pin_init|init|pin|try_\w+)\("
    r"|\b(?:K|V|KV)?Vec(?:::<[^>]*>)?::(?:with_capacity|from_elem)\("
    r"|\.try_create_and_insert\(|\bRBTreeNode::new\(|\bCharge::new\("
    r"|\bbindings::cpus_read_trylock\(|\babi::jit_writer_enter\("
    r"|\.validate\(|\b_*GFP_[A-Z]+"
)
INFALLIBLE_BINDINGS = set(
    "cpus_read_unlock flush_delayed_work get_random_u64 ktime_get mod_delayed_work_on synchronize_rcu"
    " synchronize_rcu_tasks_rude".split()
)

# Steps without a point, and why: (file, function, step).
EXCEPT = {
    # What is mapped has its tables, so none is made; where nothing is mapped, nothing is to be undone.
    ("arch/private_mm.c", "jit_writer_unmap", "apply_to_page_range"),
    # Whoever sets a parameter can write what is no number.
    ("boundary/options.c", "option_set", "kstrtoul"),
    # Flags, of which the calls that take them have points.
    ("sys/vec.rs", "flags", "GFP_KERNEL"),
    ("sys/vec.rs", "flags", "__GFP_NOWARN"),
}

POINT = re.compile(r"\bjit_fault\(\s*(\w+)|\b(?:fault::)?point!\(\s*(\w+)\s*(,|\))")
KEYWORDS = set("POINT if for while switch return sizeof typeof defined do else int volatile unlikely likely name".split())


def port_of(file):
    """Whose directory it is in, or None for what is not one port's alone."""
    parts = file.split(os.sep)
    return parts[1] if len(parts) > 2 and parts[0] == "arch" else None


def files_of(top, ends):
    for path, _, names in sorted(os.walk(top)):
        for name in sorted(names):
            file = os.path.relpath(os.path.join(path, name), top)
            if name.endswith(ends) and not re.search(r"\.mod\.c$|_generated\.|^sys/fault\.|^boundary/trace\.h$", file):
                yield file


def functions_of(text, is_rust):
    """The functions' names, by where they begin."""
    head = r"\bfn (\w+)" if is_rust else r"^(?:[A-Za-z_][\w \t*]*?[ \t*])(\w+)\([^;{]*\{"
    return [(m.start(), m.group(1)) for m in re.finditer(head, text, re.M)]


def check(top):
    listed, used, out = {}, set(), []
    sources = {file: code_of(read(os.path.join(top, file))) for file in files_of(top, (".c", ".h", ".rs"))}
    headers = ["sys/fault.h"] + [f for f in sources if f.endswith(".h")]
    ours = set()

    for file in headers:
        text = re.sub(r"\\\n", " ", code_of(read(os.path.join(top, file))))
        for m in re.finditer(r"#define JIT_\w*FAULT_LIST\(POINT\)(.*)", text):
            for name in re.findall(r"\bPOINT\((\w+)\)", m.group(1)):
                listed.setdefault(name, []).append(file)
    for file, text in sources.items():
        if not file.endswith(".rs"):
            ours |= set(re.findall(r"^#define\s+(\w+)", text, re.M))
            ours |= set(re.findall(r"^(?:[A-Za-z_][\w \t*]*?[ \t*])(\w+)\(", text, re.M))

    for file, text in sources.items():
        is_rust = file.endswith(".rs")
        functions = functions_of(text, is_rust)
        inside, before, steps = [], [], []

        def where(at, file=file, text=text, functions=functions):
            names = [name for start, name in functions if start <= at]
            return f"{file}:{text.count(chr(10), 0, at) + 1}", names[-1] if names else ""

        for m in POINT.finditer(text):
            name = m.group(1) or m.group(2)
            if text[: m.start()].endswith("#define "):
                continue
            used.add((name, port_of(file)))
            if name not in listed:
                out.append(f"{where(m.start())[0]}: point: {name} is in no list of fault.h or port.h")
            if m.group(3) == ")":
                before.append(m.start())
            else:
                inside.append((m.start(), closing(text, text.index("(", m.start()), "()")))

        if is_rust:
            for m in FALLIBLE_RUST.finditer(text):
                if functions and m.start() > functions[0][0]:
                    steps.append((m.start(), m.group(0).strip(".(")))
            for m in re.finditer(r"\bbindings::(\w+)\(", text):
                if m.group(1) not in INFALLIBLE_BINDINGS and not FALLIBLE_RUST.match(text, m.start()):
                    out.append(f"{where(m.start())[0]}: name: may bindings::{m.group(1)}() fail? Say so in faults.py")
        else:
            code = re.sub(r"^[ \t]*#[ \t]*(?:include|if|ifdef|ifndef|elif|error|undef).*$",
                          lambda m: " " * len(m.group(0)), text, flags=re.M)
            for m in re.finditer(r"\b(?:kfn_call\(\s*(\w+)\s*\)\s*|([A-Za-z_]\w*)[ \t]*)\(", code):
                name = m.group(1) or m.group(2)
                line = code[code.rfind("\n", 0, m.start()) + 1 : m.start()]
                # A prototype or a definition is no call.
                if re.match(r"(?:extern |static |inline |__always_inline |noinline )*[A-Za-z_][\w \t*]*[ \t*]$", line) and not line.startswith(("\t", " ")):
                    continue
                if name in FALLIBLE_C:
                    steps.append((m.start(), name))
                elif name.startswith("jit_kfn_"):
                    kfn = name[len("jit_kfn_") :]
                    if kfn not in INFALLIBLE_KFN and name not in ours and not kfn.startswith("set_"):
                        out.append(f"{where(m.start())[0]}: name: may {kfn}() fail? Say so in faults.py")
                elif name not in INFALLIBLE_C | WRAPPED_KFN | INFALLIBLE_KFN | ours | KEYWORDS and not name.startswith(("jit_", "trace_jit_")):
                    out.append(f"{where(m.start())[0]}: name: may {name}() fail? Say so in faults.py")
        # A step inside another's is a part of it.
        spans = [(at, closing(text, text.index("(", at), "()")) for at, name in steps if "GFP_" not in name]
        for at, name in steps:
            place, function = where(at)
            if any(a < at < b for a, b in inside) or (file, function, name) in EXCEPT:
                continue
            outer = [a for a, b in spans if a < at < b]
            first = min(outer) if outer else at
            # Its own point is the last thing in the function before it.
            prior = [a for a in before if a < first]
            others = [a for a, b in spans if prior and prior[-1] < a < first and not a < at < b]
            start = max([s for s, _ in functions if s <= at], default=0)
            if prior and prior[-1] > start and not others:
                continue
            out.append(f"{place}: step: {name} in {function or 'no function'} has no point")

    for name, headers in sorted(listed.items()):
        for header in headers:
            port = port_of(header)
            if not any(n == name and (port is None or p in (None, port)) for n, p in used):
                out.append(f"{header}: point: {name} is at no step")
    return out


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    out = check(sys.argv[1])
    print("\n".join(out), end="\n" if out else "")
    sys.exit(bool(out))


if __name__ == "__main__":
    main()
