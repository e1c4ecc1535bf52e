"""Tokens, in the five classes they are billed by, and what an engine's count of them can't be."""

from __future__ import annotations

from dataclasses import dataclass

FRAME_TOKENS = 1_000
"""Input tokens that a vendor may add around a question, such as its words on the answer's form."""

BYTES_A_TOKEN = 100
"""Bytes of text that one token stands for, at most, on an average over a request: ten times what
the most spacious tokenizers reach, so that no engine's own way of counting is taken for wrong."""


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens of one request, or of a sum of requests. Each field counts tokens."""

    uncached_input_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_5m_tokens: int = 0
    cache_write_1h_tokens: int = 0
    output_tokens: int = 0

    @property
    def cache_write_tokens(self) -> int:
        """Tokens written to the cache, whatever their time to live."""
        return self.cache_write_5m_tokens + self.cache_write_1h_tokens

    @property
    def input_tokens(self) -> int:
        """Every input token: uncached, cache read and cache write."""
        return self.uncached_input_tokens + self.cache_read_tokens + self.cache_write_tokens

    @property
    def total_tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens

    def __sub__(self, other: TokenUsage) -> TokenUsage:
        return TokenUsage(
            self.uncached_input_tokens - other.uncached_input_tokens,
            self.cache_read_tokens - other.cache_read_tokens,
            self.cache_write_5m_tokens - other.cache_write_5m_tokens,
            self.cache_write_1h_tokens - other.cache_write_1h_tokens,
            self.output_tokens - other.output_tokens,
        )

    def __add__(self, other: TokenUsage) -> TokenUsage:
        return TokenUsage(
            self.uncached_input_tokens + other.uncached_input_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_5m_tokens + other.cache_write_5m_tokens,
            self.cache_write_1h_tokens + other.cache_write_1h_tokens,
            self.output_tokens + other.output_tokens,
        )


def fault_in(usage: TokenUsage, *, sent: int, said: int, room: int) -> str | None:
    """What shows that an engine's count can't be right; None where it may be.

    A token is at least a byte long, and not longer than some bytes on an average.

    Args:
        usage: as the engine told it.
        sent: bytes of the request's texts, the answer's form included.
        said: bytes of the answer's text.
        room: output tokens that the answer might have at most.
    """
    most, least = sent + FRAME_TOKENS, max(1, sent // BYTES_A_TOKEN)
    if usage.output_tokens > room:
        return f"{usage.output_tokens} output tokens are told, of {room} that it might have"
    if usage.input_tokens > most:
        return f"{usage.input_tokens} input tokens are told of a request of {sent} bytes"
    if sent and usage.input_tokens < least:
        return f"only {usage.input_tokens} input tokens are told of a request of {sent} bytes"
    if said and usage.output_tokens < max(1, said // BYTES_A_TOKEN):
        return f"only {usage.output_tokens} output tokens are told of an answer of {said} bytes"
    return None
