# SPDX-License-Identifier: GPL-2.0
"""How Sphinx reads the documentation: scripts/htmldocs calls it."""

import os
import sys

# A prepared tree, which has the kernel's extension for kernel-doc comments.
KDIR = os.environ["srctree"]

sys.path.insert(0, os.path.join(KDIR, "Documentation/sphinx"))

project = "jitalloc"
author = "The jitalloc developers"
extensions = ["kerneldoc"]
exclude_patterns = ["man"]
html_theme = "alabaster"
html_show_copyright = False
kerneldoc_srctree = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
