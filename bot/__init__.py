"""Everything about LINE and HTTP: the webhook in, the sender out."""
