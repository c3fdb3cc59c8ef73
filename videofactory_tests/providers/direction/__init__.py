"""Direction and analysis by text models, whichever service answers."""
