"""What a script may find out about how it was started: frames, flags, arguments, modules."""

import atexit
import inspect
import logging
import subprocess
import sys
import traceback
import warnings

print(sorted(sys.modules.keys() & {"json", "runpy", "pathlib", "engine", "sitecustomize", "site"}))
print(sys.flags, subprocess._args_from_interpreter_flags(), sys.orig_argv[1:], sys.argv)
print([(frame.function, frame.lineno) for frame in inspect.stack()], sys._getframe().f_back)
print(__name__, __spec__, __builtins__, type(__loader__).__name__, sorted(globals())[:9])
print(len(sys.path), sys.path[0] == __file__.rpartition("/")[0], sys.excepthook)
traceback.print_stack()
warnings.warn("seen from outside", stacklevel=3)
logging.basicConfig(format="%(message)s")
logging.warning("where", stack_info=True)
import torch
from torch import nn
from ending import told

torch.manual_seed(0)
model = nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)


def late():
    for i in range(5):
        step()
    print([frame.function for frame in inspect.stack()])
    told(model)


def step():
    loss = model(torch.randn(8, 2)).pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())


atexit.register(late)
for i in range(10):
    step()
with torch.autograd.detect_anomaly():
    out = torch.sqrt(model(torch.zeros(1, 2)) * 0)
    try:
        (out * 0).sum().backward()
    except RuntimeError as error:
        print(error)
optimizer.zero_grad()
