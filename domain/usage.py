"""Tokens, in the five classes they are billed by."""

from __future__ import annotations

from dataclasses import dataclass


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
