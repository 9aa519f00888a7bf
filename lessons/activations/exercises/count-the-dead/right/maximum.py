def dead_units(hidden):
    loudest = hidden.max(dim=0).values
    return int((loudest <= 0).sum())
