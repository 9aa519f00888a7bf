"""The probe in real training loops: what it shows, and what it finds."""
