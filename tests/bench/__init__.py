"""Figures that decide, measured on the machine at hand."""
