import Basics
import Notifiers
import Synchronization
import TestKit

/// Devices in memory.
final class MemoryPushSubscriptions: PushSubscriptions {
    private let devices: Mutex<[PushSubscription]>

    init(_ devices: [PushSubscription] = []) { self.devices = Mutex(devices) }

    var endpoints: [String] { devices.withLock { $0.map(\.endpoint) } }

    func subscriptions(of person: String) async throws -> [PushSubscription] {
        devices.withLock { $0.filter { $0.person == person } }
    }
    func remove(_ endpoint: String) async throws {
        devices.withLock { $0.removeAll { $0.endpoint == endpoint } }
    }
}

extension PushDelivery {
    static func fixture(_ devices: MemoryPushSubscriptions) -> PushDelivery {
        guard let key = VAPIDKey(Secret(VAPIDKey.make())) else { preconditionFailure("a key that was made is one") }
        return PushDelivery(
            subscriptions: devices, key: key, randomness: SystemRandomness(), clock: SystemClock())
    }
    static var fixture: PushDelivery { fixture(MemoryPushSubscriptions()) }
}
