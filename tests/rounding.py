"""Comparison with numbers that were rounded when they were written down."""


def half_unit(written):
    """Half a unit in the last digit of a number written as a string."""
    mantissa, _, exponent = written.partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 0.5 * 10.0 ** (int(exponent or 0) - decimals) * (1 + 1e-9)


def close(value, written):
    """Whether ``value`` rounds to the number ``written`` as a string."""
    return abs(float(value) - float(written)) <= half_unit(written)
