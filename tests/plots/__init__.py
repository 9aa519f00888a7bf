"""Plots: cells compared with files and with properties; no torch, no screen."""
