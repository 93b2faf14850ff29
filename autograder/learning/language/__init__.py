"""The language model learns to mark: QLoRA (Dettmers et al. 2023, arXiv 2305.14314) with TRL."""
