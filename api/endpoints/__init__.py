"""The endpoints of the contract: what may be asked, by whom, and how replies and refusals look."""
