"""How model files are got, made and judged at install time; nothing here runs while serving."""
