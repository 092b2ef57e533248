import Glibc

/// A moment for others, on a thread that may block.
func pause() { usleep(10_000) }
