"""Reading with networks that transformers loads: what the engines of that kind share."""
