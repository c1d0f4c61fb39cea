/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files in debugfs; see debugfs.c.
 */
#ifndef _JITALLOC_DEBUGFS_H
#define _JITALLOC_DEBUGFS_H

void jit_debugfs_create(void);
void jit_debugfs_remove(void);

#endif /* _JITALLOC_DEBUGFS_H */
