"""Reconstruction methods of other libraries, offered beside ours where these are installed."""

__all__: list[str] = []
