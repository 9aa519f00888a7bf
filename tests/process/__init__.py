"""Server and runs as real processes: the protocol, limits, faults, endings."""
