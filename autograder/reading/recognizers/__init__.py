"""One engine a file; each has ``build(settings) -> TextRecognizer`` and is found by its name."""
