"""Pictures and sound: FFmpeg, Pillow, NumPy, OpenCV. Takes paths and values; knows no money and no network."""
