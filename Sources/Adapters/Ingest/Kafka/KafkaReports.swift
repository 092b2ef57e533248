import Basics
import Synchronization

/// What is told of a Kafka, the same not again and again.
final class KafkaReports: Sendable {
    private let clock: any WallClock
    private let report: @Sendable (String) -> Void
    private let told = Mutex<[String: Int64]>([:])

    /// One report is not repeated sooner.
    private static let sameMilliseconds: Int64 = 60_000

    init(clock: any WallClock, _ report: @escaping @Sendable (String) -> Void) {
        self.clock = clock
        self.report = report
    }

    func say(_ text: String) {
        let now = clock.now().milliseconds
        // librdkafka ends its reports with how long it took and how many were the same.
        let key = text.firstRange(of: " (after ").map { String(text[..<$0.lowerBound]) } ?? text
        let isNew = told.withLock { told in
            told = told.filter { abs(now - $0.value) < Self.sameMilliseconds }
            guard told[key] == nil else { return false }
            told[key] = now
            return true
        }
        guard isNew else { return }
        // The first thing that is asked of a broker.
        report(text.contains("APIVERSION_QUERY") ? "\(text); what answers there may be no Kafka" : text)
    }
}
