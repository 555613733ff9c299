"""Generated data with a known answer, one module per technique; never made by our own algorithms."""
