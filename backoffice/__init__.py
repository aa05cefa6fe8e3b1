"""The desk behind the counter: files in, figures out, commands in the terminal."""
