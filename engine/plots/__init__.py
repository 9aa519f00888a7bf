"""Views to terminal cells at a given size: frames by plotext, ink by numpy, no screen."""
