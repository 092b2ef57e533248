package import Basics
package import Hummingbird
import Identity
package import NIOCore
package import Pipeline
package import SignalModel
import Synchronization
package import WireFormats

/// The one way from a dialect of spans to their queue. A batch is one document of the queue.
package final class SpanIntake: Sendable {
    package struct Statistics: Sendable {
        package var spans: [String: Int] = [:]
        package var refusedSpans: [String: Int] = [:]
        package var errors = 0
        package var cutTexts = 0
        package var queuedBytes = 0
    }

    /// A batch in the bytes of the queue, made on a thread that may compute.
    struct Packed: Sendable {
        var documents = DocumentBatch()
        var spans = 0
        var errors = 0
        var report = SpanReport()
    }

    /// Bounds what is under way, reads bodies.
    let bodies: LogIntake
    let limits: SpanLimits
    private let counts = Mutex(Statistics())

    package init(
        queue: DocumentQueue, bodyBytesMax: Int, limits: SpanLimits = SpanLimits(), threads: BlockingThreads,
        clock: any WallClock
    ) {
        var bodyLimits = LogIntake.Limits()
        bodyLimits.bodyBytesMax = bodyBytesMax
        bodies = LogIntake(queue: queue, limits: bodyLimits, threads: threads, clock: clock)
        self.limits = limits
    }

    package var statistics: Statistics { counts.withLock { $0 } }
    package var refusedRequests: Int { bodies.statistics.refusedRequests }

    var receivedNanoseconds: Int64 { bodies.clock.now().milliseconds * 1_000_000 }

    static func pack(_ batch: SpanBatch, _ report: SpanReport) -> Packed {
        var packed = Packed(spans: batch.spans.count, errors: batch.errors.count, report: report)
        guard !batch.isEmpty else { return packed }
        let bytes = batch.encoded()
        packed.documents.reserveCapacity(bytes.count + 16)
        bytes.withUnsafeBytes {
            packed.documents.append(.create, index: "", identity: nil, pipeline: nil, source: $0)
        }
        return packed
    }

    /// Returns once the spans are durable.
    func store(_ packed: Packed, dialect: String) async throws {
        if !packed.documents.isEmpty { _ = try await bodies.store(packed.documents, dialect: dialect) }
        counts.withLock { counts in
            counts.spans[dialect, default: 0] += packed.spans
            counts.errors += packed.errors
            counts.cutTexts += packed.report.cut
            counts.queuedBytes += packed.documents.bytes.count
            if packed.report.rejected > 0 {
                counts.refusedSpans[dialect, default: 0] += packed.report.rejected
            }
        }
    }
}

extension ForcedResourceLabels {
    init(_ context: SignalboxRequestContext) {
        self.init((context.principal?.forcedLabels ?? .empty).pairs)
    }
}
