"""Proximal policy optimization: several passes over what was played; three losses in one."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
body = nn.Sequential(nn.Linear(4, 32), nn.Tanh())
actor, critic = nn.Linear(32, 3), nn.Linear(32, 1)
model = nn.ModuleList([body, actor, critic])
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3, eps=1e-5)
for update in range(8):
    states = torch.randn(64, 4)
    with torch.no_grad():
        hidden = body(states)
        play = torch.distributions.Categorical(logits=actor(hidden))
        actions = play.sample()
        before = play.log_prob(actions)
        returns = (actions.float() - 1) * states[:, 0]
        advantages = returns - critic(hidden).squeeze(1)
    for epoch in range(3):
        for rows in torch.randperm(64).split(16):
            hidden = body(states[rows])
            policy = torch.distributions.Categorical(logits=actor(hidden))
            ratio = (policy.log_prob(actions[rows]) - before[rows]).exp()
            gain = torch.min(
                ratio * advantages[rows], ratio.clamp(0.8, 1.2) * advantages[rows]
            ).mean()
            value_loss = (critic(hidden).squeeze(1) - returns[rows]).pow(2).mean()
            loss = -gain + 0.5 * value_loss - 0.01 * policy.entropy().mean()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.5)
            optimizer.step()
            print("loss", loss.item())
told(model)
