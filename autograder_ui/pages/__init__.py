"""One small class per tab."""
