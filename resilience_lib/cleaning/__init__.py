"""From raw text to typed waves, with a log of every change."""
