"""The outside world, emulated: one server that speaks the documented shape of every API, makes real small media, and misbehaves.

`world` holds what all providers share (jobs, faults, media, files), `server` the HTTP, one file per provider its routes.
"""
