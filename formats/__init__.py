"""Documents in and out: what is text in them is handed out, all else stays byte for byte."""
