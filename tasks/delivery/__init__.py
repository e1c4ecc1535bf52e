"""The ways out: documents, report, table, webhooks, exchange files."""
