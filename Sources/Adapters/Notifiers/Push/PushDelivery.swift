package import Basics

/// What pushing needs besides a channel's settings.
package struct PushDelivery: Sendable {
    let subscriptions: any PushSubscriptions
    let key: VAPIDKey
    let randomness: any Randomness
    let clock: any WallClock

    package init(
        subscriptions: any PushSubscriptions, key: VAPIDKey, randomness: any Randomness, clock: any WallClock
    ) {
        self.subscriptions = subscriptions
        self.key = key
        self.randomness = randomness
        self.clock = clock
    }
}
