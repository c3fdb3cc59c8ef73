"""Sound made by arithmetic: waves, noise, envelopes, filters, rooms, loudness and WAV bytes.

Signals are float arrays at `RATE` samples per second, full scale ±1; mono of shape (n,), stereo of shape (n, 2).
Nothing here knows what a scene or an engine is; what sounds for which words is decided in `providers.embedded`.
"""
