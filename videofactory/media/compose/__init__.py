"""Designed key frames: a photograph, a palette and an art direction become one picture.

In the order they are used: `direction` decides from words and seed; `photo` opens and enlarges; `matte` finds the subject;
`framing` places it; `masks`, `grounds` and `light` draw; `grading` colours; `layouts` compose; `finish` grains and encodes;
`still` and `reference` are the two recipes callers use. Nothing here writes text on pictures: that is done at the cut.

Pictures are float32 arrays (height, width, 3), sRGB-encoded, 0..1; planes are float32 arrays (height, width), 0..1.
"""
