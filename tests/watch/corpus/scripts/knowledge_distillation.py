"""A teacher under no_grad, in training mode by mistake of nobody: its answer is a target."""

import torch
from torch import nn
from torch.nn import functional as F
from ending import told

torch.manual_seed(0)
teacher = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
student = nn.Linear(4, 3)
optimizer = torch.optim.Adam(student.parameters(), lr=0.01)
for i in range(30):
    x, labels = torch.randn(16, 4), torch.randint(3, (16,))
    with torch.no_grad():
        teacher_logits = teacher(x)
    student_logits = student(x)
    soft = F.kl_div(
        F.log_softmax(student_logits / 2, 1),
        F.softmax(teacher_logits / 2, 1),
        reduction="batchmean",
    )
    loss = 0.25 * soft * 4 + 0.75 * F.cross_entropy(student_logits, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
told(student)
