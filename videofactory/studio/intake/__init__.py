"""The door for what strangers hand in: text, names and pictures, checked before anything else touches them (SPEC 13).

`images` takes a picture in from a folder (`folders`) or a link (`links`, guarded by `addresses`) and has it checked by
`pictures`; `text` and `names` clean words. Reading brief files is `studio.briefs`; keeping bytes is `store`.
"""
