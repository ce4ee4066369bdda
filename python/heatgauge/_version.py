"""The version, in one place: the build, the wheel and ``heatgauge.__version__`` read it here."""

__version__ = "0.1.0"
