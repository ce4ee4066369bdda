"""Exact far-face temperature of a heat pulse through an insulated crystal, by Laplace transform."""

import numpy as np


def far_temperature(times, length, duration, peak, conductivity, capacity, relaxation, robin=0.0):
    """Rise of the far face for q(t) = ½ peak (1 − cos 2πt/duration) into the near one.

    With z = s(1 + sτ) the energy balance and Cattaneo's law give, from face to face,
    T̂(L, s) = q̂(s)/(κ'γ sinh γL + h cosh γL), γ² = C z/κ, κ' = κ/(1 + sτ), with the flux h·T̂ out
    of the far face (``robin``, 0: insulated); τ = 0 is Fourier's law. The inverse is a sum over the
    line Re s = σ: periodic, with the echo of the period P suppressed by e^(−σP).
    """
    period = 4 * times[-1]
    count = 1 << 15
    sigma = 30 / period
    s = sigma + 2j * np.pi * np.fft.rfftfreq(count, period / count)
    omega = 2 * np.pi / duration
    pulse = 0.5 * peak * (1 - np.exp(-s * duration)) * (1 / s - s / (s**2 + omega**2))
    lagging = 1 + s * relaxation
    gamma = np.sqrt(capacity * s * lagging / conductivity)
    decay = np.exp(-gamma * length)
    admittance = conductivity * gamma / lagging
    transform = pulse * 2 * decay / (admittance * (1 - decay**2) + robin * (1 + decay**2))
    grid = np.arange(count) * period / count
    values = np.exp(sigma * grid) * np.fft.irfft(transform, count) * count / period
    return np.interp(times, grid, values)
