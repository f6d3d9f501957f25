"""A release put in or taken out, and what that changes."""
