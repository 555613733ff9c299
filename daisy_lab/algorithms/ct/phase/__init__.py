"""Phase retrieval: from edge-enhanced radiographs to the thickness of the sample."""

__all__: list[str] = []
