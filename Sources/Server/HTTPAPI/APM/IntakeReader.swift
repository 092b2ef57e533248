import Identity
import Pipeline
import SignalModel
import WireFormats

/// Makes events of the bytes of one intake as they come, compressed or not.
struct IntakeReader: Sendable {
    /// What one flush stores.
    struct Packed: Sendable {
        var spans = SpanIntake.Packed()
        var logs = DocumentBatch()
        var metrics = SampleBatch()
        /// Events among them.
        var accepted = 0

        var isEmpty: Bool { accepted == 0 }
    }

    /// In the answer; more are counted only.
    static let problemsMax = 5

    private var decoder: IntakeDecoder
    private var inflater: SendableInflater?
    private var isSniffed = false
    /// Less than can be sniffed.
    private var first: [UInt8] = []
    private var line: [UInt8] = []
    /// The rest of the line under way is passed over.
    private var isPassing = false
    private var isBroken = false
    private(set) var problems: [IntakeProblem] = []
    private(set) var problemCount = 0
    /// Read since the last `pack`, decompressed.
    private(set) var pendingBytes = 0
    /// Of the whole body, decompressed.
    private var bodyBytes = 0
    private let bodyBytesMax: Int
    private let forced: ForcedFields

    /// Used behind a lock, by one at a time.
    private final class SendableInflater: @unchecked Sendable { let inflater = Inflater() }

    init(
        receivedNanoseconds: Int64, context: SignalboxRequestContext, limits: SpanLimits, bodyBytesMax: Int = .max
    ) {
        self.bodyBytesMax = bodyBytesMax
        decoder = IntakeDecoder(
            receivedNanoseconds: receivedNanoseconds, forced: ForcedResourceLabels(context), limits: limits)
        forced = ForcedFields(context.principal?.forcedLabels ?? .empty)
    }

    /// Nothing that comes can be taken any more.
    var isOver: Bool { isBroken || decoder.isRefused }

    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        guard !isOver else { return }
        guard isSniffed else {
            first.append(contentsOf: bytes)
            guard first.count >= 2 else { return }
            isSniffed = true
            if Inflater.isCompressed(first[0], first[1]) { inflater = SendableInflater() }
            let head = first
            first = []
            head.withUnsafeBytes { take($0) }
            return
        }
        guard let inflater = inflater?.inflater else { return takePlain(bytes) }
        do throws(WireFormatError) {
            try inflater.inflate(bytes) { takePlain($0) }
        } catch {
            note(IntakeProblem("data read error: \(error)"))
            isBroken = true
        }
    }

    /// The body is over: takes the last line, which needs no end.
    mutating func finish() {
        if !isSniffed, !first.isEmpty {
            isSniffed = true
            let head = first
            head.withUnsafeBytes { takePlain($0) }
        }
        if let inflater = inflater?.inflater, !inflater.isAtEnd, !isOver {
            note(IntakeProblem("data read error: unexpected EOF: the compressed body is cut off"))
            line = []
        }
        if !line.isEmpty, !isPassing { take(line: line) }
        line = []
    }

    private mutating func takePlain(_ bytes: UnsafeRawBufferPointer) {
        guard !isOver else { return }
        bodyBytes += bytes.count
        guard bodyBytes <= bodyBytesMax else {
            note(IntakeProblem("more than \(bodyBytesMax >> 20) MiB in one body, decompressed: send it in parts"))
            isBroken = true
            line = []
            return
        }
        pendingBytes += bytes.count
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let part = rest[rest.startIndex..<end]
            if isPassing {
                isPassing = false
            } else if line.isEmpty {
                take(line: UnsafeRawBufferPointer(rebasing: part))
            } else {
                line.append(contentsOf: part)
                take(line: line)
            }
            line.removeAll(keepingCapacity: true)
            rest = rest[(end + 1)...]
            if isOver { return }
        }
        guard !isPassing else { return }
        line.append(contentsOf: rest)
        guard line.count > IntakeDecoder.lineBytesMax else { return }
        line.withUnsafeBytes { note(IntakeDecoder.tooLong($0)) }
        line.removeAll(keepingCapacity: false)
        isPassing = true
    }

    private mutating func take(line: [UInt8]) { line.withUnsafeBytes { take(line: $0) } }

    private mutating func take(line: UnsafeRawBufferPointer) {
        do throws(IntakeProblem) { try decoder.line(line) } catch { note(error) }
    }

    private mutating func note(_ problem: IntakeProblem) {
        problemCount += 1
        if problems.count < Self.problemsMax { problems.append(problem) }
    }

    /// What came since the last call, in the bytes of the queues.
    mutating func pack() -> Packed {
        pendingBytes = 0
        let events = decoder.take()
        var packed = Packed(accepted: events.report.accepted)
        packed.spans = SpanIntake.pack(events.batch, events.report)
        for log in events.logs {
            log.document.withUnsafeBytes { document in
                forced.added(to: document) {
                    packed.logs.append(.create, index: log.index, identity: nil, pipeline: nil, source: $0)
                }
            }
        }
        for metric in events.metrics {
            packed.metrics.beginSeries(metric.labels)
            packed.metrics.append(Sample(timestamp: metric.timestamp, value: metric.value))
        }
        return packed
    }
}
