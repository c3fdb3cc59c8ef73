"""Publishing, against the twin's YouTube: films that are finished and approved, the programme, crashes at every step."""
