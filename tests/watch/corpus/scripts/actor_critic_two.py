"""Actor and critic, each with its own optimizer; both go backward before either steps."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
actor = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 2))
critic = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 1))
actor_optimizer = torch.optim.Adam(actor.parameters(), lr=1e-3)
critic_optimizer = torch.optim.Adam(critic.parameters(), lr=1e-3)
for step in range(40):
    states, returns = torch.randn(16, 4), torch.randn(16, 1)
    chosen = torch.distributions.Categorical(logits=actor(states))
    value = critic(states)
    advantage = (returns - value).detach().squeeze(1)
    actor_loss = -(chosen.log_prob(chosen.sample()) * advantage).mean()
    critic_loss = nn.functional.mse_loss(value, returns)
    actor_optimizer.zero_grad()
    critic_optimizer.zero_grad()
    actor_loss.backward()
    critic_loss.backward()
    actor_optimizer.step()
    critic_optimizer.step()
    print("loss", actor_loss.item())
    print("loss 2", critic_loss.item())
told(actor, critic)
