"""Neural style: the picture is what is optimised, by LBFGS, through a network left as it is."""

import torch
from torch import nn
from ending import told

torch.manual_seed(0)
cnn = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 4, 3, padding=1)).eval()
content = cnn(torch.rand(1, 1, 12, 12)).detach()
input_img = torch.rand(1, 1, 12, 12).requires_grad_(True)
optimizer = torch.optim.LBFGS([input_img])
run = [0]
while run[0] <= 60:

    def closure():
        with torch.no_grad():
            input_img.clamp_(0, 1)
        optimizer.zero_grad()
        features = cnn(input_img)
        style_score = (features @ features.transpose(2, 3)).pow(2).mean() * 10
        content_score = nn.functional.mse_loss(features, content)
        loss = style_score + content_score
        loss.backward()
        run[0] += 1
        if run[0] % 10 == 0:
            print("loss", loss.item())
        return style_score + content_score

    optimizer.step(closure)
told(input_img)
