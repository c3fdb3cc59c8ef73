"""The filters that make any picture and any sound the film's: time, shape, colour; nothing here reads or writes a file.

When they are needed, and what is known of a source, is `normalise`'s affair.
"""

from dataclasses import dataclass

from videofactory.domain.footage import Frame
from videofactory.media import encoding, graph
from videofactory.media.quality.coding import VideoCoding

LONGEST_HOLD = 0.5
"""Seconds the last picture may be held."""
_SD_WIDTH, _SD_HEIGHT = 1279, 576
"""Untagged pictures up to this size are taken as BT.601, wider or higher ones as BT.709: so players take them."""
_MATRICES = {"bt470bg": "smpte170m", "smpte170m": "smpte170m", "code 4": "fcc", "code 7": "smpte240m"}
"""Names of H.273's older matrices as FFmpeg's scaler knows them."""
_WIDE = ("bt2020", "smpte431", "smpte432")
_HDR_TRANSFERS = ("smpte2084", "arib-std-b67")
_WHITE_NITS = 203
"""Diffuse white of HDR material, ITU-R BT.2408."""
_KEPT_LIGHT = 0.75
"""Share of diffuse white up to which HDR light is kept as it is; all above, up to the brightest, is fitted into the rest."""
_SOUND_GAP = 0.02
"""Seconds of missing sound from which on silence is put in, so that what follows is heard in time; `first_pts` asks for it."""
_RATE = 48_000


@dataclass(frozen=True)
class Timing:
    """How a clip is brought to its length: slowed by `factor` (1 or more), then held or trimmed to exactly `frames`."""

    factor: float
    frames: int


def fitted(
    pictures: graph.Stream, *, video: VideoCoding, frame: Frame, timing: Timing | None = None, interlaced: bool = False
) -> graph.Stream:
    """Pictures of this coding made the film's: time and crop first (less to scale), then colour and size, then tags."""
    whole = pictures.filter("bwdif", mode="send_field", parity="auto", deint="interlaced") if interlaced else pictures
    begun = whole.filter("setpts", expr=f"(PTS-STARTPTS)*{timing.factor:.6f}" if timing else "PTS-STARTPTS")
    timed = begun.filter("fps", fps=frame.fps, start_time=0)
    if timing is not None:
        held = timed.filter("tpad", stop_mode="clone", stop_duration=LONGEST_HOLD)
        timed = held.filter("trim", end_frame=timing.frames)
    width, height = _crop(frame)
    seen = _opaque(timed.filter("crop", w=width, h=height), video)
    sized = (_managed if _needs_colour_management(video) else _converted)(seen, video=video, frame=frame)
    return encoding.tagged(sized.filter("setsar", sar=1).filter("format", pix_fmts="yuv420p"))


def sounding(sound: graph.Stream, *, lead: float, seconds: float, timing: Timing | None = None) -> graph.Stream:
    """A clip's sound on the clock of its pictures, 48 kHz: what is heard before the first is cut off, what is missing is silence.

    `lead`: seconds from the beginning of the file to its first picture; `seconds`: how long the pictures are shown. It is cut
    there and not left to FFmpeg's `-shortest`, whose end hangs on which of two encoders was faster (other bytes in 4 of 72 runs
    on a busy machine). It is slowed by Rubber Band, 2 ms off at most; FFmpeg's atempo is early by 20 ms even at full speed.
    """
    begun = sound.filter("atrim", start=lead).filter("asetpts", expr=f"PTS-{lead:.6f}/TB") if lead > 0 else sound
    whole = begun.filter("aresample", osr=_RATE, min_hard_comp=_SOUND_GAP, first_pts=0)
    paced = whole if timing is None or timing.factor == 1 else whole.filter("rubberband", tempo=round(1 / timing.factor, 6))
    return paced.filter("apad").filter("atrim", end_sample=round(seconds * _RATE))


def _crop(frame: Frame) -> tuple[str, str]:
    """The middle of the source that has the frame's shape, as FFmpeg expressions: there `sar`, `iw` count rotation in.

    Cropping before scaling: what is not seen is not scaled.
    """
    shape = f"{frame.width}/{frame.height}"
    wide = f"gt(dar,{shape})"
    width = f"if({wide},min(iw,round(ih*{shape}/sar/2)*2),iw)"
    height = f"if({wide},ih,min(ih,round(iw*sar/({shape})/2)*2))"
    return width, height


def _opaque(pictures: graph.Stream, video: VideoCoding) -> graph.Stream:
    """What can be seen through is seen over black, as players show it; else colours nobody was to see would come out."""
    form = video.pixel_format
    if form.startswith(("argb", "abgr", "rgba", "bgra", "gbrap", "pal8")):
        return _over_black(pictures, "gbrap", "gbrp")
    return _over_black(pictures, "yuva444p", "yuv444p") if form.startswith("yuva") else pictures


def _over_black(pictures: graph.Stream, form: str, opaque: str) -> graph.Stream:
    return pictures.filter("format", pix_fmts=form).filter("premultiply", inplace=1).filter("format", pix_fmts=opaque)


def _converted(pictures: graph.Stream, *, video: VideoCoding, frame: Frame) -> graph.Stream:
    """Scaled, and brought to BT.709's matrix and levels in the same step."""
    source = {} if _is_rgb(video) else {"in_color_matrix": _matrix(video), "in_range": _levels(video)}
    target = {"out_color_matrix": "bt709", "out_range": "tv"}
    flags = "lanczos+accurate_rnd+full_chroma_int+bitexact"
    return pictures.filter("scale", w=frame.width, h=frame.height, flags=flags, **source, **target)


def _is_rgb(video: VideoCoding) -> bool:
    return video.matrix == "gbr" or video.pixel_format.startswith(("rgb", "bgr", "gbr", "argb", "abgr", "pal"))


def _matrix(video: VideoCoding) -> str:
    if video.matrix == "untagged":
        return "smpte170m" if video.width <= _SD_WIDTH and video.height <= _SD_HEIGHT else "bt709"
    return "bt2020" if video.matrix.startswith("bt2020") else _MATRICES.get(video.matrix, "bt709")


def _levels(video: VideoCoding) -> str:
    return "pc" if video.range == "full" or video.pixel_format.startswith("yuvj") else "tv"


def _needs_colour_management(video: VideoCoding) -> bool:
    """Wide gamut and HDR: a change of matrix alone would leave them pale. SD primaries are taken as near enough."""
    return video.primaries in _WIDE or video.transfer in _HDR_TRANSFERS


def _managed(pictures: graph.Stream, *, video: VideoCoding, frame: Frame) -> graph.Stream:
    """Through linear light to BT.709, bright parts tone-mapped; then scaled."""
    primaries = video.primaries if video.primaries in _WIDE else "bt2020"  # what HDR is that does not say
    transfer = video.transfer if video.transfer in {*_HDR_TRANSFERS, "bt2020-10", "bt2020-12"} else "709"
    matrix = "2020_ncl" if _matrix(video) == "bt2020" else "709"
    levels = "full" if _levels(video) == "pc" else "limited"
    known = pictures.filter("setparams", color_primaries=primaries)  # `pin` of the first step would not reach the second
    linear = known.filter("zscale", tin=transfer, min=matrix, rin=levels, t="linear", npl=_WHITE_NITS)
    narrow = linear.filter("format", pix_fmts="gbrpf32le").filter("zscale", p="709")
    mapped = (
        narrow.filter("tonemap", tonemap="mobius", param=_KEPT_LIGHT, desat=0) if video.transfer in _HDR_TRANSFERS else narrow
    )
    coded = mapped.filter("zscale", t="709", m="709", r="limited").filter("format", pix_fmts="yuv420p")
    return coded.filter("scale", w=frame.width, h=frame.height, flags="lanczos")
