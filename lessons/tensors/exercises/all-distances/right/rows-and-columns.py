def distances(a, b):
    rows = a[:, None].expand(len(a), len(b))
    columns = b[None, :].expand(len(a), len(b))
    return ((rows - columns) ** 2).sqrt()
