"""REINFORCE: dropout in the policy, a loss that is a sum over an episode."""

import torch
from torch import nn
from torch.distributions import Categorical
from ending import told

torch.manual_seed(543)


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.affine1 = nn.Linear(4, 16)
        self.dropout = nn.Dropout(p=0.6)
        self.affine2 = nn.Linear(16, 2)
        self.saved_log_probs, self.rewards = [], []

    def forward(self, x):
        return self.affine2(torch.relu(self.dropout(self.affine1(x)))).softmax(dim=1)


policy = Policy()
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)
for episode in range(25):
    state = torch.randn(1, 4)
    for t in range(10):
        chosen = Categorical(policy(state))
        action = chosen.sample()
        policy.saved_log_probs.append(chosen.log_prob(action))
        policy.rewards.append(float(action) - 0.5)
        state = torch.randn(1, 4)
    returns = torch.tensor(policy.rewards).flip(0).cumsum(0).flip(0)
    returns = (returns - returns.mean()) / (returns.std() + 1e-8)
    policy_loss = torch.cat([-p * r for p, r in zip(policy.saved_log_probs, returns)]).sum()
    optimizer.zero_grad()
    policy_loss.backward()
    optimizer.step()
    print("loss", policy_loss.item())
    policy.saved_log_probs.clear()
    policy.rewards.clear()
told(policy)
