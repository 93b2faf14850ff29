"""The language model in this process: loading, scoring, writing."""
