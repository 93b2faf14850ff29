"""Asking a language model server in the manner of OpenAI."""
