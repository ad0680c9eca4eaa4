"""The bot's processes as forks of the tests' own, which has imported PyTorch and Discord already.

Another Python would import them for three seconds, some eighty times. A fork is a process all the
same: with a number, signals, pipes, an environment and an end of its own.
"""

import asyncio
import importlib
import logging
import os
import signal
import sys
import traceback
from asyncio.subprocess import Process
from functools import partial
from pathlib import Path
from typing import Any

import torch

ROOT = Path(__file__).parents[2]
another_python = asyncio.create_subprocess_exec

# What the processes import when they have started.
for module in ("bot.__main__", "bot.brain.artist", "model.look.pictures", "verse.write.writing"):
    importlib.import_module(module)


async def fork(*command: str, env: dict[str, str] | None = None, **settings: Any) -> Process:
    """Starts `command` as `asyncio.create_subprocess_exec` does, with the variables `env` and other
    `settings`; by a fork, if it is ``sys.executable -m MODULE ...`` with modules of this tree."""
    ours = env and env.get("PYTHONPATH", "").startswith(str(ROOT))
    if env and ours and command[:2] == (sys.executable, "-m"):
        # Called in the fork where it would become another program, it never comes back.
        settings["preexec_fn"] = partial(_become, *command[2:], env=env)
    return await another_python(*command, env=env, **settings)


def _become(module: str, *arguments: str, env: dict[str, str]) -> None:
    """Runs `module` to its end in this process, which has its directory, streams and session."""
    status = 1
    try:
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # others' pipes and sockets
        sys.stdin, sys.stdout, sys.stderr = (
            open(number, mode, buffering=1, closefd=False)  # noqa: SIM115
            for number, mode in enumerate("rww")
        )
        os.environ.clear()
        os.environ.update(env)
        sys.argv = [module, *arguments]
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        logging.root.handlers.clear()  # pytest's
        torch.set_num_threads(1)  # those of who forked did not come along
        status = importlib.import_module(module).main()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
