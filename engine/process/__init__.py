"""Runs in processes of their own: protocol, client, server, run."""
