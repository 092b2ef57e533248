import Glibc

/// A mutex that several of may be held at once, which `Mutex` with its closures does not allow: admitting a
/// batch holds the locks of every shard it touches, taken in ascending order.
final class ShardLock: @unchecked Sendable {  // A pthread mutex is made for being shared.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    init() {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        precondition(pthread_mutex_init(mutex, nil) == 0, "no memory for a mutex")
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func lock() { pthread_mutex_lock(mutex) }
    func unlock() { pthread_mutex_unlock(mutex) }
}
