import Basics
package import SignalModel

/// Decodes a remote-write 1.0 `WriteRequest` (prompb/remote.proto) into a batch, packing labels on the way.
///
/// A series with bad labels is left out and reported; a message that is not valid protobuf throws.
package struct RemoteWriteDecoder {
    package static let labelsMax = 128
    package static let labelBytesMax = 16 << 10
    private static let reportMax = 16

    package struct Skipped: Sendable {
        package var series: Int
        package var reason: String
    }

    package struct Metadata: Sendable, Hashable {
        package var metric: String
        package var type: String
        package var help: String
        package var unit: String
    }

    package private(set) var skipped: [Skipped] = []
    package private(set) var skippedCount = 0
    package private(set) var metadata: [Metadata] = []
    private let forced: [(name: String, value: String)]

    package init(forcedLabels: Labels = .empty) { forced = forcedLabels.pairs }

    package mutating func decode(
        _ message: [UInt8], into batch: inout SampleBatch
    ) throws(ProtobufReader.Invalid) {
        let outcome = message.withUnsafeBytes { bytes -> Result<Void, ProtobufReader.Invalid> in
            do throws(ProtobufReader.Invalid) {
                try decode(bytes, &batch)
                return .success(())
            } catch { return .failure(error) }
        }
        try outcome.get()
    }

    private mutating func decode(
        _ bytes: UnsafeRawBufferPointer, _ batch: inout SampleBatch
    ) throws(ProtobufReader.Invalid) {
        var reader = ProtobufReader(bytes, 0..<bytes.count)
        var number = 0
        while let field = try reader.next() {
            switch field.number {
            case 1:
                try reader.expect(field.wire, 2, "timeseries")
                try decodeSeries(bytes, try reader.range(), number, &batch)
                number += 1
            case 3:
                try reader.expect(field.wire, 2, "metadata")
                try decodeMetadata(bytes, try reader.range())
            default: try reader.skip(wire: field.wire)
            }
        }
    }

    private mutating func decodeSeries(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ number: Int, _ batch: inout SampleBatch
    ) throws(ProtobufReader.Invalid) {
        var labels: [(name: Range<Int>, value: Range<Int>)] = []
        var samples: [Sample] = []
        var reader = ProtobufReader(bytes, range)
        while let field = try reader.next() {
            switch field.number {
            case 1:
                try reader.expect(field.wire, 2, "label")
                var pair = ProtobufReader(bytes, try reader.range())
                var name = 0..<0
                var value = 0..<0
                while let part = try pair.next() {
                    switch part.number {
                    case 1:
                        try pair.expect(part.wire, 2, "label name")
                        name = try pair.range()
                    case 2:
                        try pair.expect(part.wire, 2, "label value")
                        value = try pair.range()
                    default: try pair.skip(wire: part.wire)
                    }
                }
                labels.append((name, value))
            case 2:
                try reader.expect(field.wire, 2, "sample")
                var point = ProtobufReader(bytes, try reader.range())
                var value = 0.0
                var milliseconds: Int64 = 0
                while let part = try point.next() {
                    switch part.number {
                    case 1:
                        try point.expect(part.wire, 1, "sample value")
                        value = Double(bitPattern: try point.fixed64())
                    case 2:
                        try point.expect(part.wire, 0, "sample timestamp")
                        milliseconds = Int64(bitPattern: try point.varint())
                    default: try point.skip(wire: part.wire)
                    }
                }
                samples.append(Sample(timestamp: Timestamp(milliseconds: milliseconds), value: value))
            default: try reader.skip(wire: field.wire)
            }
        }
        switch pack(bytes, labels) {
        case .failure(let problem): skip(number, problem.reason)
        case .success(let packed):
            guard !samples.isEmpty else { return }
            batch.beginSeries { $0.append(contentsOf: packed) }
            for sample in samples { batch.append(sample) }
        }
    }

    private mutating func skip(_ number: Int, _ reason: String) {
        skippedCount += 1
        if skipped.count < Self.reportMax { skipped.append(Skipped(series: number, reason: reason)) }
    }

    private struct Problem: Error { var reason: String }

    private func pack(
        _ bytes: UnsafeRawBufferPointer, _ labels: [(name: Range<Int>, value: Range<Int>)]
    ) -> Result<[UInt8], Problem> {
        func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }
        if labels.count > Self.labelsMax {
            return .failure(Problem(reason: "\(labels.count) labels, more than \(Self.labelsMax)"))
        }
        var kept = labels.filter { !$0.value.isEmpty || $0.name.isEmpty }
        if zip(kept, kept.dropFirst()).contains(where: { compareBytes(slice($0.name), slice($1.name)) >= 0 }) {
            kept.sort { compareBytes(slice($0.name), slice($1.name)) < 0 }
        }
        var hasName = false
        for (index, label) in kept.enumerated() {
            let name = slice(label.name)
            if name.isEmpty { return .failure(Problem(reason: "an empty label name")) }
            if label.name.count > Self.labelBytesMax || label.value.count > Self.labelBytesMax {
                return .failure(Problem(reason: "a label longer than \(Self.labelBytesMax) bytes"))
            }
            if index > 0, compareBytes(slice(kept[index - 1].name), name) == 0 {
                return .failure(Problem(reason: "the label \(quoted(String(decoding: name, as: UTF8.self))) twice"))
            }
            for part in [name, slice(label.value)] where !isValidUTF8(part) {
                return .failure(Problem(reason: "invalid UTF-8 in \(quoted(String(decoding: name, as: UTF8.self)))"))
            }
            if name.elementsEqual(Labels.metricName.utf8) { hasName = true }
        }
        if !hasName { return .failure(Problem(reason: "no metric name")) }
        var packed: [UInt8] = []
        packed.reserveCapacity(256)
        if forced.isEmpty {
            for label in kept {
                PackedLabels.append(slice(label.name), to: &packed)
                PackedLabels.append(slice(label.value), to: &packed)
            }
            return .success(packed)
        }
        var builder = LabelsBuilder()
        for label in kept {
            builder.set(
                String(decoding: slice(label.name), as: UTF8.self), String(decoding: slice(label.value), as: UTF8.self))
        }
        for label in forced { builder.set(label.name, label.value) }
        return .success(builder.labels().packed)
    }

    private func isValidUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
        // Fast path: ASCII.
        if bytes.allSatisfy({ $0 < 0x80 }) { return true }
        return String(validating: bytes, as: UTF8.self) != nil
    }

    private mutating func decodeMetadata(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(ProtobufReader.Invalid) {
        let types = [
            "unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset",
        ]
        var entry = Metadata(metric: "", type: "unknown", help: "", unit: "")
        var reader = ProtobufReader(bytes, range)
        while let field = try reader.next() {
            switch (field.number, field.wire) {
            case (1, 0): entry.type = types[Int(min(try reader.varint(), UInt64(types.count - 1)))]
            case (2, 2): entry.metric = String(decoding: bytes[try reader.range()], as: UTF8.self)
            case (4, 2): entry.help = String(decoding: bytes[try reader.range()], as: UTF8.self)
            case (5, 2): entry.unit = String(decoding: bytes[try reader.range()], as: UTF8.self)
            default: try reader.skip(wire: field.wire)
            }
        }
        metadata.append(entry)
    }
}
