"""Tokens and money: what a request cost, and what some of them came to."""
