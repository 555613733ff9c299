"""Daisy Lab: web data analysis for X-ray light sources."""

from daisy_lab._algorithm import EACH, Algorithm, Window, algorithm, cancel_flag, log, parallel, progress

__all__ = ["EACH", "Algorithm", "Window", "algorithm", "cancel_flag", "log", "parallel", "progress"]
