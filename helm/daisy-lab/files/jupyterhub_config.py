"""JupyterHub's settings, from the chart's values."""

from daisy_lab.hub.kubernetes import configure

configure(c, load_subconfig)  # noqa: F821 - JupyterHub gives both names
