internal import Pipeline
internal import Synchronization

/// The documents of one request on their way to a topic. It is complete when each was acknowledged or given up.
final class KafkaDelivery: @unchecked Sendable {  // A slot is written once, by the thread that polls.
    /// What a message carries, so that its report finds where it belongs.
    private struct Slot {
        var delivery: Unmanaged<KafkaDelivery>
        var place = TopicPlace(partition: -1, offset: -1)
    }

    private let slots: UnsafeMutablePointer<Slot>
    private let count: Int
    /// Messages without a report, and one for who writes them.
    private let left: Atomic<Int>
    private let failure = Mutex<DocumentQueueError?>(nil)
    private let complete: (Result<[TopicPlace], DocumentQueueError>) -> Void

    /// Of at least one message.
    init(count: Int, complete: @escaping (Result<[TopicPlace], DocumentQueueError>) -> Void) {
        self.count = count
        slots = .allocate(capacity: count)
        left = Atomic(count + 1)
        self.complete = complete
        // Released by the last report.
        slots.initialize(repeating: Slot(delivery: Unmanaged.passRetained(self)), count: count)
    }

    func slot(_ number: Int) -> UnsafeMutableRawPointer { UnsafeMutableRawPointer(slots + number) }

    static func arrived(_ slot: UnsafeMutableRawPointer, _ place: TopicPlace, _ error: DocumentQueueError?) {
        let slot = slot.assumingMemoryBound(to: Slot.self)
        slot.pointee.place = place
        slot.pointee.delivery.takeUnretainedValue().finish(1, error)
    }

    /// Of so many messages no more comes; the first error is what is told.
    func finish(_ count: Int, _ error: DocumentQueueError?) {
        if let error { failure.withLock { $0 = $0 ?? error } }
        guard left.subtract(count, ordering: .acquiringAndReleasing).newValue == 0 else { return }
        if let failure = failure.withLock({ $0 }) {
            complete(.failure(failure))
        } else {
            complete(.success(UnsafeBufferPointer(start: slots, count: self.count).map(\.place)))
        }
        slots.deallocate()
        Unmanaged.passUnretained(self).release()
    }
}
