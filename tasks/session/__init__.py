"""One job while a run holds it: state and commits, document, terms, ledger, the guard around it."""
