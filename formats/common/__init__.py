"""What formats have in common: bytes as text, places for translations, inline codes, XML."""
