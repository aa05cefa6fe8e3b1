"""Records and facts turned into message objects; nothing else."""
