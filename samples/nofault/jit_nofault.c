// SPDX-License-Identifier: GPL-2.0
/*
 * Generated code that reads memory which may not be there:
 *
 *	int read_word(unsigned long *to, const unsigned long *from)
 *
 * returns 0, or an error if there is nothing at from. In one of two ways: by a load
 * that has an entry in an exception table, or, where the kernel offers no such thing,
 * by going on in copy_from_kernel_nofault().
 *
 *	insmod jit_nofault.ko
 *	cd /sys/kernel/debug/jit_nofault
 *	cat how
 *	echo 0xfffffffffffff000 >word
 *	cat word
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/jit_emit.h>
#include <linux/jitalloc.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/processor.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>
#ifdef CONFIG_X86_64
#include <asm/vsyscall.h>
#endif

/*
 * Of the architecture:
 *
 *	emit_move()	a word from where the second argument says to where the first
 *			does; says which instruction may fault
 *	emit_result()	what is returned: 0 or -errno
 *	emit_size()	the third argument: the size of a word
 */
#include "code.h"

static bool table = true;
module_param(table, bool, 0444);
MODULE_PARM_DESC(table, "use an exception table if the kernel has a way (default)");

#define CODE_MAX	64
#define TEXT_SIZE	(CODE_MAX + JIT_EXTABLE_SIZE(1))

static int (*read_word)(unsigned long *to, const unsigned long *from);
static bool has_table;

static void compile_load(struct jit_emit *e, struct jit_extable_entry *entry)
{
	jit_emit_entry(e);
	emit_move(e, entry);
	emit_result(e, 0);
	jit_emit_return(e);
	entry->fixup = e->len;
	emit_result(e, -EFAULT);
	jit_emit_return(e);
}

/* The first two arguments are the function's, and so is what is returned. */
static void compile_call(struct jit_emit *e)
{
	jit_emit_entry(e);
	emit_size(e);
	jit_emit_jump(e, copy_from_kernel_nofault);
}

static int compile(bool with_table)
{
	void *text __free(jit_free) = jit_text_alloc(JIT_BPF, TEXT_SIZE);
	struct jit_extable_entry entry;
	struct jit_emit e;
	u8 code[CODE_MAX];
	int err;

	if (!text)
		return -ENOMEM;
	jit_emit_init(&e, code, sizeof(code), text);
	if (with_table)
		compile_load(&e, &entry);
	else
		compile_call(&e);
	err = e.err ?: jit_update_copy(text, code, e.len) ?:
	      jit_text_name(text, "jit_nofault_read_word");
	if (!err && with_table)
		err = jit_text_extable(text, &entry, 1);
	if (err)
		return err;
	read_word = no_free_ptr(text);
	has_table = with_table;
	return 0;
}

/*
 * No table helps if an address is not the kernel's. One page of user space is above
 * all others.
 */
static bool is_kernel_address(unsigned long addr)
{
#ifdef CONFIG_X86_64
	if ((addr & PAGE_MASK) == VSYSCALL_ADDR)
		return false;
#endif
	return addr >= TASK_SIZE_MAX;
}

/* No hash for kCFI is in front of what this calls. */
static int __nocfi read_at(unsigned long *word, unsigned long addr)
{
	if (!is_kernel_address(addr))
		return -EFAULT;
	return read_word(word, (const unsigned long *)addr);
}

static unsigned long where;

static int word_show(struct seq_file *m, void *unused)
{
	unsigned long word;

	if (read_at(&word, READ_ONCE(where)))
		seq_puts(m, "fault\n");
	else
		seq_printf(m, "0x%lx\n", word);
	return 0;
}

static int word_open(struct inode *inode, struct file *file)
{
	return single_open(file, word_show, NULL);
}

static ssize_t word_write(struct file *file, const char __user *buf, size_t len,
			  loff_t *pos)
{
	unsigned long addr;
	int err = kstrtoul_from_user(buf, len, 0, &addr);

	if (err)
		return err;
	WRITE_ONCE(where, addr);
	return len;
}

static const struct file_operations word_fops = {
	.owner		= THIS_MODULE,
	.open		= word_open,
	.read		= seq_read,
	.write		= word_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

static int how_show(struct seq_file *m, void *unused)
{
	seq_puts(m, has_table ? "exception table\n" :
				"copy_from_kernel_nofault()\n");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(how);

static struct dentry *dir;

static int __init jit_nofault_init(void)
{
	int err = table ? compile(true) : -EOPNOTSUPP;

	if (err == -EOPNOTSUPP)
		err = compile(false);
	if (err) {
		pr_err("cannot compile it: %pe\n", ERR_PTR(err));
		return err;
	}
	dir = debugfs_create_dir("jit_nofault", NULL);
	debugfs_create_file("word", 0600, dir, NULL, &word_fops);
	debugfs_create_file("how", 0400, dir, NULL, &how_fops);
	return 0;
}

static void __exit jit_nofault_exit(void)
{
	debugfs_remove(dir);
	jit_free(read_word);
}

module_init(jit_nofault_init);
module_exit(jit_nofault_exit);
MODULE_DESCRIPTION("Generated code that reads what may not be there");
MODULE_LICENSE("GPL");
