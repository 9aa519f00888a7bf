"""What a script may look at: modes, warnings, modules, signals, hooks, files, descriptors."""

import os
import signal
import sys
import threading
import warnings
import torch
from torch import nn
from ending import told

warnings.simplefilter("default")
torch.manual_seed(0)
model = nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for i in range(10):
    loss = nn.functional.mse_loss(model(torch.randn(8, 2)), torch.zeros(8, 1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(
    sys.argv,
    __name__,
    os.path.basename(__file__),
    sys.modules["__main__"].__dict__ is globals(),
    __spec__,
)
print(
    [name for name in ("engine", "lessons", "tui") if name in sys.modules],
    sys.excepthook is sys.__excepthook__,
)
print(sys.stdout.isatty(), sys.stderr.isatty(), sys.stdout.line_buffering, sys.stdout.encoding)
print(
    [signal.getsignal(s) for s in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM, signal.SIGCHLD)]
)
print(
    threading.active_count(),
    torch.get_num_threads(),
    torch.is_grad_enabled(),
    torch.get_default_dtype(),
)
print(
    len(warnings.filters),
    sys.getrecursionlimit(),
    sys.gettrace(),
    sys.getprofile(),
    os.getcwd() == os.path.dirname(os.path.abspath(__file__)),
)
print(sorted(k for k in os.environ if "TOCHA" in k or "PYTHON" in k))
told(model)
