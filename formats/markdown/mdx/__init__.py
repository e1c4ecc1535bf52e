"""MDX: JSX, expressions, imports and exports instead of HTML and indented code."""
