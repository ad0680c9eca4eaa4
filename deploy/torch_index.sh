#!/bin/sh
# Says which index pip shall take PyTorch from, as its option: sh deploy/torch_index.sh PYTHON TORCH
#
# PYTHON runs the question; TORCH is the version, such as torch==2.13.0. On Linux, PyPI's build brings
# gigabytes for NVIDIA's cards along: without such a card, the index of CPU builds is named, provided
# that it answers within seconds and has the version. Nothing is said where pip's own choice is right.
set -eu
CPU_BUILDS=${CPU_BUILDS:-https://download.pytorch.org/whl/cpu}

has_version() {
    timeout 10 "$1" - "$CPU_BUILDS/torch/" "torch-${2#*==}" 2>/dev/null <<'END'
import sys
from urllib.request import urlopen

address, name = sys.argv[1:]
with urlopen(address, timeout=10) as page:
    sys.exit(name.encode() not in page.read())
END
}

[ "$(uname -s)" = Linux ] || exit 0
! timeout 10 nvidia-smi >/dev/null 2>&1 || exit 0
if has_version "$@"; then
    echo "--index-url=$CPU_BUILDS"
else
    echo "PyTorch's CPU builds are out of reach: pip looks elsewhere, perhaps for gigabytes." >&2
fi
