"""What is said to a model: instructions as Markdown, and the code that puts turns together."""
