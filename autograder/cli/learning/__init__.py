"""One file a subcommand of ``learn``, found by its name."""
