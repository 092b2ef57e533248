import Basics
package import SignalModel

/// Decodes an OTLP `ExportMetricsServiceRequest` (opentelemetry/proto/collector/metrics/v1, metrics/v1) into series as
/// Prometheus' OTLP receiver makes them: `job` and `instance` from the resource, `target_info` for the rest of it,
/// histograms with explicit bounds as classic ones, exponential ones as native ones.
///
/// A point that cannot be taken is left out and reported; a message that is not valid protobuf throws, and the batch
/// then holds an arbitrary part of it. One decoder may decode many requests.
package struct OTLPMetricsDecoder: Sendable {
    /// A request with more samples throws: a bucket takes eight bytes on the wire and some hundred here.
    package static let samplesMax = 500_000

    package internal(set) var report = OTLPReport()
    package let translation: OTLPTranslation
    package let forcedLabels: Labels
    let overrides: LabelOverrides
    var labels: AttributeLabels
    var collector = LabelCollector()
    var exemplars = ExemplarCollector()
    /// Of the exemplars of the point being read: value and place in the message.
    var exemplarPlaces: [(value: Double, range: Range<Int>)] = []
    var metric = Metric()
    var point = Point()
    var bounds = BoundTexts(PlainDecimal.text)
    var names = OTLPNames()
    /// Counts requests.
    var request = 0
    /// Times of the resource's points, in milliseconds.
    private var times: ClosedRange<Int64>?
    var sampleCount = 0

    /// The metric being read.
    struct Metric {
        /// In the message, shortened.
        var sentName = 0..<0
        /// Its name, also with `_count`, `_sum` and `_bucket`.
        var name = 0..<0
        var countName = 0..<0
        var sumName = 0..<0
        var bucketName = 0..<0
        var isDelta = false
    }

    package init(_ translation: OTLPTranslation = OTLPTranslation(), forcedLabels: Labels = .empty) {
        self.translation = translation
        self.forcedLabels = forcedLabels
        overrides = LabelOverrides(forcedLabels)
        labels = AttributeLabels(escapes: translation.strategy.escapes)
    }

    /// Adds the request's series to `batch` and leaves the rest in `report`.
    package mutating func decode(
        _ message: UnsafeRawBufferPointer, into batch: inout OTLPBatch
    ) throws(WireFormatError) {
        report = OTLPReport()
        request += 1
        sampleCount = 0
        guard message.count <= LabelCollector.bytesMax else {
            throw WireFormatError(.tooLarge, .whole, "a message of \(message.count) bytes")
        }
        var reader = ProtobufReader(message)
        while let field = try reader.next() {
            guard field.number == 1 else {
                try reader.skip(field)
                continue
            }
            try decodeResource(message, try reader.text(field, "resource_metrics"), into: &batch)
        }
    }

    package mutating func decode(_ message: [UInt8], into batch: inout OTLPBatch) throws(WireFormatError) {
        let outcome = message.withUnsafeBytes { bytes -> Result<Void, WireFormatError> in
            do throws(WireFormatError) { return .success(try decode(bytes, into: &batch)) } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    private mutating func decodeResource(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, into batch: inout OTLPBatch
    ) throws(WireFormatError) {
        var resource = ResourceFields()
        var scopes: [Range<Int>] = []
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1: try resource.read(message, try reader.text(field, "resource"))
            case 2: scopes.append(try reader.text(field, "scope_metrics"))
            default: try reader.skip(field)
            }
        }
        labels.cut(to: AttributeLabels.Mark())
        times = nil
        try resource.addIdentity(message, to: &labels)
        for (pair, key) in zip(resource.attributes, resource.keys) where translation.promotes(key) {
            if try !labels.add(message, pair, .promoted) { note(badKey: key) }
        }
        let mark = labels.mark
        for scope in scopes {
            try decodeScope(message, scope, into: &batch)
            labels.cut(to: mark)
        }
        guard let times else { return }
        try addTargetInfo(message, resource, times, into: &batch)
    }

    private mutating func decodeScope(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, into batch: inout OTLPBatch
    ) throws(WireFormatError) {
        var scope: Range<Int>?
        var schema: Range<Int>?
        var metrics: [Range<Int>] = []
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1: scope = try reader.text(field, "scope")
            case 2: metrics.append(try reader.text(field, "metric"))
            case 3: schema = try reader.text(field, "schema URL")
            default: try reader.skip(field)
            }
        }
        if translation.promotesScope, let scope { try addScope(message, scope, schema) }
        let mark = labels.mark
        for metric in metrics {
            try decodeMetric(message, metric, into: &batch)
            labels.cut(to: mark)
        }
    }

    /// `InstrumentationScope`; one without a name adds nothing.
    private mutating func addScope(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, _ schema: Range<Int>?
    ) throws(WireFormatError) {
        var name = 0..<0
        var version = 0..<0
        var attributes: [Range<Int>] = []
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1: name = try reader.text(field, "name of a scope")
            case 2: version = try reader.text(field, "version of a scope")
            case 3: attributes.append(try reader.text(field, "attribute of a scope"))
            default: try reader.skip(field)
            }
        }
        guard !name.isEmpty else { return }
        for (label, value) in [("name", name), ("version", version), ("schema_url", schema ?? 0..<0)] {
            let text = labels.addText(message, value)
            labels.add(labels.addText("otel_scope_" + label), text, .scope)
        }
        for attribute in attributes {
            _ = try labels.add(message, try AttributeText.pair(message, attribute), .scope, behind: "otel_scope_")
        }
    }

    /// What a resource is besides `job` and `instance`, as long as its points last.
    private mutating func addTargetInfo(
        _ message: UnsafeRawBufferPointer, _ resource: ResourceFields, _ times: ClosedRange<Int64>,
        into batch: inout OTLPBatch
    ) throws(WireFormatError) {
        guard resource.hasIdentity, resource.keys.contains(where: { !ResourceFields.identifying.contains($0) }) else {
            return
        }
        labels.cut(to: AttributeLabels.Mark())
        try resource.addIdentity(message, to: &labels)
        for (pair, key) in zip(resource.attributes, resource.keys)
        where translation.keepsIdentifyingAttributes || !ResourceFields.identifying.contains(key) {
            if try !labels.add(message, pair, .attribute) { note(badKey: key) }
        }
        let name = labels.addText("target_info")
        var problem = labels.settle(message)
        var samples: ContiguousArray<Sample> = []
        var time = max(times.lowerBound, times.upperBound - TargetInfo.spanMax)
        while time < times.upperBound {
            samples.append(Sample(timestamp: SampleTime.clamped(time), value: 1))
            time += TargetInfo.interval
        }
        samples.append(Sample(timestamp: SampleTime.clamped(times.upperBound), value: 1))
        if problem == nil {
            problem = labels.pack(name: name, &collector, overrides) { packed in
                samples.withUnsafeBufferPointer { batch.samples.append(packed: packed, samples: $0) }
            }
        }
        if let problem { report.problems.append("target_info left out: \(problem)") }
    }

    private mutating func note(badKey key: String) {
        guard report.problems.count < OTLPReport.problemsMax else { return }
        report.problems.append("the resource's attribute \(quoted(key)) left out: no label's name can be made of it")
    }

    private enum TargetInfo {
        /// Half of how far back a query looks, in milliseconds.
        static let interval: Int64 = 150_000
        /// Of points that lie further apart only the newest have one.
        static let spanMax: Int64 = 3_600_000
    }

    /// Notes a point's time, for `target_info`.
    mutating func note(_ milliseconds: Int64) {
        guard let known = times else {
            times = milliseconds...milliseconds
            return
        }
        times = min(known.lowerBound, milliseconds)...max(known.upperBound, milliseconds)
    }
}

/// `Resource`.
private struct ResourceFields {
    static let identifying = ["service.namespace", "service.name", "service.instance.id"]

    var attributes: [(key: Range<Int>, value: Range<Int>)] = []
    var keys: [String] = []

    var hasIdentity: Bool { keys.contains("service.name") || keys.contains("service.instance.id") }

    mutating func read(_ message: UnsafeRawBufferPointer, _ range: Range<Int>) throws(WireFormatError) {
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            guard field.number == 1 else {
                try reader.skip(field)
                continue
            }
            let pair = try AttributeText.pair(message, try reader.text(field, "attribute of a resource"))
            attributes.append(pair)
            keys.append(String(decoding: message[pair.key.prefix(SeriesLimits.nameBytesMax + 1)], as: UTF8.self))
        }
    }

    /// `job` is the service with its namespace, `instance` its instance.
    func addIdentity(_ message: UnsafeRawBufferPointer, to labels: inout AttributeLabels) throws(WireFormatError) {
        if let name = value("service.name") {
            var job = try labels.addValue(message, name)
            if let namespace = value("service.namespace") {
                let service = labels.text(job)
                let start = try labels.addValue(message, namespace).lowerBound
                job = start..<labels.addText("/" + service).upperBound
            }
            labels.add(AttributeLabels.jobLabel, job, .identity)
        }
        if let instance = value("service.instance.id") {
            labels.add(AttributeLabels.instanceLabel, try labels.addValue(message, instance), .identity)
        }
    }

    private func value(_ key: String) -> Range<Int>? {
        keys.lastIndex(of: key).map { attributes[$0].value }
    }
}
