"""What CuPy has of SciPy: the parts are modules of their own, as `companion(array, "ndimage")` asks for them."""
