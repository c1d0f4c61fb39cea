# SPDX-License-Identifier: GPL-2.0
#
# Modules of others: copies of the templates, built outside of the tree.

# shellcheck disable=SC2034 # its users' variable
OTHERS=${JITALLOC_MODDIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}/build/install
