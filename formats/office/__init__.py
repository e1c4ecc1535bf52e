"""Documents of office programs; a folder a program, PowerPoint's one module."""
