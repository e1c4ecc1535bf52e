"""Messages of ICU: read, offered as one sentence a choice, and put together again."""
