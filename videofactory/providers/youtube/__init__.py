"""YouTube as a channel uses it: metadata and its limits, resumable upload, thumbnail, captions, playlist, and Google's OAuth."""
