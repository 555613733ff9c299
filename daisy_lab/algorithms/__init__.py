"""The science, one package per technique; each package's door is an entry point of `daisy_lab.algorithms`."""
