"""Shipped workflows, one JSON file each; `daisy list workflows` names them."""
