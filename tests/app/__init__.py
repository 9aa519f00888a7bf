"""The whole app in a real terminal: keys in, screens out."""
