"""The machine's NVIDIA GPU, asked for without loading torch."""

from __future__ import annotations

import gc
import subprocess
import sys
from functools import cache

# In a process of its own: CUDA once initialised here would break every later fork, and a broken
# driver can crash whoever asks it. CUDA_VISIBLE_DEVICES counts, as it does for torch.
_ASK = """
import ctypes, sys
cuda = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
device, size = ctypes.c_int(), ctypes.c_size_t()
if cuda.cuInit(0) or cuda.cuDeviceGet(ctypes.byref(device), 0):
    sys.exit(1)
if cuda.cuDeviceTotalMem_v2(ctypes.byref(size), device):
    sys.exit(1)
print(size.value)
"""


@cache
def memory() -> int:
    """Bytes of memory of the GPU that torch would use first; 0 where there is none."""
    try:
        asked = subprocess.run(  # noqa: S603
            [sys.executable, "-I", "-S", "-c", _ASK],
            capture_output=True,
            timeout=20,
            check=True,
            text=True,
        )
        return int(asked.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return 0


def release() -> None:
    """Gives back the memory that torch keeps of models nobody holds any more; loads no torch."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
