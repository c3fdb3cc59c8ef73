"""What can be read off a picture by arithmetic: colour, light, detail, attention, form.

Every function takes an RGB picture (uint8, H x W x 3) and gives plain figures; nothing here judges. Scores, words and
the question whether a picture is fit for use belong to `providers.embedded.analyst`; checks of finished films to `media.quality`.
"""

from videofactory.media.measure.attention import Attention, attention, focus_box, heart_of
from videofactory.media.measure.colour import difference, hex_of, lab_of_hex, to_lab
from videofactory.media.measure.detail import Detail, detail, noise, sharpness
from videofactory.media.measure.faces import CAN_SEE, FACES, faces
from videofactory.media.measure.form import Form, form
from videofactory.media.measure.light import Light, light
from videofactory.media.measure.palette import palette, palette_distance, palette_of_pixels
from videofactory.media.measure.panes import find_panes
from videofactory.media.measure.picture import Opened, Picture, load_picture, load_rgb, shrink, size_of
from videofactory.media.measure.subject import SEEN_BY, subject_box

__all__ = [
    "CAN_SEE",
    "FACES",
    "SEEN_BY",
    "Attention",
    "Detail",
    "Form",
    "Light",
    "Opened",
    "Picture",
    "attention",
    "detail",
    "difference",
    "faces",
    "find_panes",
    "focus_box",
    "form",
    "heart_of",
    "hex_of",
    "lab_of_hex",
    "light",
    "load_picture",
    "load_rgb",
    "noise",
    "palette",
    "palette_distance",
    "palette_of_pixels",
    "sharpness",
    "shrink",
    "size_of",
    "subject_box",
    "to_lab",
]
