"""What a text is made of, in any language: sentences, words and their forms, numbers, lengths."""
