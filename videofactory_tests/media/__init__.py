"""Tests of pictures and sound: real files, real FFmpeg, a second or three long."""
