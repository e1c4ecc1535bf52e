"""Files that hold source and translation side by side; a folder a format, TMX one module."""
