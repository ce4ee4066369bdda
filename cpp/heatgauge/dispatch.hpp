/// One binary, several instruction sets: inner loops compiled for AVX-512, AVX2 and the baseline.
#pragma once

/// Put before a function definition: the loader picks the best version for the processor at hand.
/// Compilers without target_clones compile the baseline only. The sanitizers run code before the
/// loader's choice is made, and gcc crashes on the combination, so they get the baseline too.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__linux__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define HEATGAUGE_CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define HEATGAUGE_CLONES
#endif
