"""Pure image work: values in, values out."""
