"""Seconds from ``./run`` to the first page: with an empty data folder, and again with a full one.

Budget: the second start within 5 seconds. Usage: ``./run bench start [--quick]`` (quick: one second start instead of three).
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from bench._demo import machine
from config import ROOT


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def seconds_to_first_page(folder: str) -> float:
    """Start, wait for the home page, stop with Ctrl-C; the seconds it took."""
    port = free_port()
    environ = {k: v for k, v in os.environ.items() if not k.startswith("ASSAY_")} | {
        "ASSAY_DATA_DIR": folder,
        "PORT": str(port),
    }
    began = time.perf_counter()
    process = subprocess.Popen([str(ROOT / "run")], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL)
    try:
        while True:
            if process.poll() is not None or time.perf_counter() - began > 180:
                raise SystemExit("the start failed")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as response:
                    if response.status == 200:
                        return time.perf_counter() - began
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def main() -> int:
    folder = tempfile.mkdtemp(prefix="assay-start-")
    first = seconds_to_first_page(folder)
    later = [seconds_to_first_page(folder) for _ in range(1 if "--quick" in sys.argv else 3)]
    print(f"first start (migrations and demo): {first:.1f} s; later starts: {', '.join(f'{s:.1f} s' for s in later)}")
    print(
        json.dumps(
            {
                "bench": "start",
                "n": len(later),
                **machine(),
                "first_seconds": round(first, 2),
                "later_seconds": [round(s, 2) for s in later],
                "ok": max(later) < 5,
            }
        )
    )
    return 0 if max(later) < 5 else 1


if __name__ == "__main__":
    raise SystemExit(main())
