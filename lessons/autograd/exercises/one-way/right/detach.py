def imitation_loss(student, teacher, x):
    difference = student(x) - teacher(x).detach()
    return (difference * difference).mean()
