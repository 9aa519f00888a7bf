"""What `tocha doctor` looks at: the machine, torch, the terminal, the data folder."""
