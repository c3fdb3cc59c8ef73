"""YouTube at the twin: the protocol of uploads, every documented error, recovery, leave given and taken back."""
