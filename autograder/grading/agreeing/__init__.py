"""How far the machine and people agree, and what follows from that."""
