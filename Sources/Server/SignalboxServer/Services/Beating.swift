import Basics
import Logging
import Notifiers
import Synchronization

/// The dead-man's beat outward, as often as the paging file says, while nothing is amiss.
final class Beating: Sendable {
    struct Statistics: Sendable {
        var beatAt: Timestamp?
        var failures = 0
        /// Why the latest beat was held back or not heard; nil when it was.
        var trouble: String?
    }

    private let settings: @Sendable () -> BeatSettings?
    private let transports: NotifierTransports
    private let objection: @Sendable () -> String?
    private let clock: any WallClock
    private let logger: Logger
    private let state = Mutex(Statistics())

    /// How often to look whether the configuration wants a beat.
    private static let idle = Duration.seconds(1)

    init(
        settings: @escaping @Sendable () -> BeatSettings?, transports: NotifierTransports,
        objection: @escaping @Sendable () -> String?, clock: any WallClock, logger: Logger
    ) {
        self.settings = settings
        self.transports = transports
        self.objection = objection
        self.clock = clock
        self.logger = logger
    }

    var statistics: Statistics { state.withLock { $0 } }

    func run() async throws {
        while true {
            guard let wanted = settings(),
                let beat = OutwardBeat(url: wanted.url, method: wanted.method, transports: transports)
            else {
                try await clock.sleep(until: clock.now() + Self.idle)
                continue
            }
            let began = clock.now()
            await send(beat)
            try await clock.sleep(until: began + wanted.every)
        }
    }

    private func send(_ beat: OutwardBeat) async {
        let trouble: String?
        if let objection = objection() { trouble = "held back: \(objection)" } else { trouble = await beat.send() }
        let now = clock.now()
        let isNew = state.withLock { state in
            let isNew = trouble != nil && state.trouble == nil
            state.trouble = trouble
            if trouble == nil { state.beatAt = now } else { state.failures += 1 }
            return isNew
        }
        if isNew { logger.error("beat", metadata: ["reason": "\(trouble ?? "")"]) }
    }
}
