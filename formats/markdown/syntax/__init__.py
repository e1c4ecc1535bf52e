"""What dialects of Markdown read beyond CommonMark: rules for the parser, one subject a module."""
