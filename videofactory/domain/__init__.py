"""What a film is: frozen values and pure functions. No input, no output, no clock, no randomness."""
