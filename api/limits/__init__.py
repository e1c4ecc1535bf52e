"""How much a client may: bytes, connections, requests a minute."""
