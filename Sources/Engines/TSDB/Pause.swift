import Glibc

/// Waiting, on a thread that may block.
enum Pause {
    /// A moment for others.
    static func short() { usleep(10_000) }
}
