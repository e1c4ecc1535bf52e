#!/usr/bin/env bash
# genai-prices 0.2.3 takes any price context, and answers with the full price where it knows none.
#
# Guess:  calc_price(..., price_context={"processing": "batch"}) of a model that the list has no
#         batch price of raises, as an unknown model does (LookupError), or says in its result
#         which price was taken; a key or a value that exists nowhere is refused.
# Seen:   the full price, without a word, for the models of Mistral and DeepSeek, and for "btach" and
#         "procesing" with any model. Nothing in the result tells it from a price that was looked up:
#         only asking twice, with and without, shows whether the context meant anything. (That
#         Mistral halves its price in batches stands in words in provider.price_comments.)
# Meets:  whoever foresees or budgets batches by this list: the sum is twice what a vendor that halves
#         it bills, and a slip in the dictionary doubles every sum in silence.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check genai-prices==0.2.3 2>"$folder/pip.log"
"$folder/venv/bin/python" - >"$folder/seen" <<'PY'
from datetime import datetime, timezone

from genai_prices import Usage, calc_price

MODELS = {"claude-sonnet-4-5": "anthropic", "gpt-4o": "openai", "gemini-2.5-flash": "google",
          "mistral-large-latest": "mistral", "deepseek-chat": "deepseek", "no-such-model": "openai"}
CONTEXTS = ({}, {"processing": "batch"}, {"processing": "btach"}, {"procesing": "batch"})
at = datetime(2026, 11, 1, tzinfo=timezone.utc)
for model, provider in MODELS.items():
    told = []
    for context in CONTEXTS:
        try:
            price = calc_price(Usage(input_tokens=100_000), model, provider_id=provider,
                               genai_request_timestamp=at, price_context=context)
            told.append(f"{price.total_price:f}".rstrip("0"))
        except LookupError:
            told.append("LookupError")
    print(model, *told)
PY
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
claude-sonnet-4-5 0.3 0.15 0.3 0.3
gpt-4o 0.25 0.125 0.25 0.25
gemini-2.5-flash 0.03 0.015 0.03 0.03
mistral-large-latest 0.2 0.2 0.2 0.2
deepseek-chat 0.0135 0.0135 0.0135 0.0135
no-such-model LookupError LookupError LookupError LookupError
SEEN
