"""How official text is cleaned, cut and worded."""
