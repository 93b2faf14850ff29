"""What students typed: code and essays, read as they are, without OCR."""
