"""Whether a model that assesses is to be believed: by errors that code has planted."""
