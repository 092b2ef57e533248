import Response
import Synchronization

/// Delivers at once and remembers.
final class RecordingNotifier: Notifier {
    private let taken = Mutex<[Notification]>([])
    var delivered: [Notification] { taken.withLock { $0 } }

    func deliver(_ notification: Notification) async -> DeliveryResult {
        taken.withLock { $0.append(notification) }
        return .delivered
    }
}
