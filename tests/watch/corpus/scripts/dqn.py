"""DQN: a target network, actions without gradients, soft updates, clipped gradients."""

import random
import torch
from torch import nn
from ending import told

torch.manual_seed(0)
random.seed(0)
policy_net = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 2))
target_net = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 2))
target_net.load_state_dict(policy_net.state_dict())
optimizer = torch.optim.AdamW(policy_net.parameters(), lr=1e-3, amsgrad=True)
memory, state = [], torch.randn(1, 4)
for step in range(60):
    if random.random() > 0.5:
        with torch.no_grad():
            action = policy_net(state).max(1).indices.view(1, 1)
    else:
        action = torch.tensor([[random.randrange(2)]])
    following = torch.randn(1, 4)
    memory.append((state, action, following, torch.randn(1)))
    state = following
    if len(memory) < 16:
        continue
    batch = [torch.cat(each) for each in zip(*random.sample(memory, 16))]
    values = policy_net(batch[0]).gather(1, batch[1])
    with torch.no_grad():
        expected = target_net(batch[2]).max(1).values * 0.99 + batch[3]
    loss = nn.SmoothL1Loss()(values, expected.unsqueeze(1))
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_value_(policy_net.parameters(), 100)
    optimizer.step()
    for name, value in policy_net.state_dict().items():
        target_net.state_dict()[name].mul_(0.995).add_(value * 0.005)
    print("loss", loss.item())
told(policy_net, target_net)
