"""What leaves: documents, report, tables, exchange files, and events to owners' webhooks."""
