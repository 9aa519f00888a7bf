import torch


def standardise(table):
    centred = table - table.mean(dim=0, keepdim=True)
    return centred / centred.square().mean(dim=0, keepdim=True).sqrt()
