package import Basics
package import SignalModel

/// A remote-read request (prompb/remote.proto, `ReadRequest`).
package struct RemoteReadRequest: Sendable {
    package struct Query: Sendable {
        /// Inclusive at both ends.
        package var from: Timestamp
        package var through: Timestamp
        package var matchers: [Matcher]
    }

    package private(set) var queries: [Query] = []
    /// The asker prefers frames of chunks to one message of samples.
    package private(set) var prefersStream = false

    /// Queries in a request and matchers in a query; more throw.
    package static let queriesMax = 1000
    package static let matchersMax = 1000

    package init(_ message: [UInt8]) throws(WireFormatError) {
        let outcome = message.withUnsafeBytes { bytes -> Result<RemoteReadRequest, WireFormatError> in
            do throws(WireFormatError) { return .success(try Self(bytes)) } catch { return .failure(error) }
        }
        self = try outcome.get()
    }

    private init(_ message: UnsafeRawBufferPointer) throws(WireFormatError) {
        var firstType: UInt64?
        var reader = ProtobufReader(message)
        while let field = try reader.next() {
            switch field.number {
            case 1:
                try reader.expect(field, ProtobufReader.Wire.bytes, "query")
                queries.append(try Self.query(message, try reader.range()))
                guard queries.count <= Self.queriesMax else {
                    throw WireFormatError(.tooLarge, .byte(reader.cursor), "more than \(Self.queriesMax) queries")
                }
            case 2:
                // The accepted types, the best first: one by one, or packed.
                let type: UInt64?
                if field.wire == ProtobufReader.Wire.bytes {
                    type = message[try reader.range()].first.map(UInt64.init)
                } else {
                    try reader.expect(field, ProtobufReader.Wire.varint, "response type")
                    type = try reader.varint()
                }
                firstType = firstType ?? type
            default: try reader.skip(field)
            }
        }
        prefersStream = firstType == Self.streamedChunks
    }

    private static let streamedChunks: UInt64 = 1

    private static func query(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(WireFormatError) -> Query {
        var query = Query(from: .epoch, through: .epoch, matchers: [])
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1:
                try reader.expect(field, ProtobufReader.Wire.varint, "start")
                query.from = SampleTime.clamped(Int64(bitPattern: try reader.varint()))
            case 2:
                try reader.expect(field, ProtobufReader.Wire.varint, "end")
                query.through = SampleTime.clamped(Int64(bitPattern: try reader.varint()))
            case 3:
                try reader.expect(field, ProtobufReader.Wire.bytes, "matcher")
                query.matchers.append(try matcher(message, try reader.range()))
                guard query.matchers.count <= matchersMax else {
                    throw WireFormatError(.tooLarge, .byte(reader.cursor), "more than \(matchersMax) matchers")
                }
            default: try reader.skip(field)
            }
        }
        return query
    }

    private static func matcher(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(WireFormatError) -> Matcher {
        let operations: [Matcher.Operation] = [.equal, .notEqual, .matches, .notMatches]
        var operation = Matcher.Operation.equal
        var name = ""
        var value = ""
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1:
                try reader.expect(field, ProtobufReader.Wire.varint, "matcher type")
                let number = try reader.varint()
                guard number < UInt64(operations.count) else {
                    throw WireFormatError(.malformed, .byte(reader.cursor), "a matcher of type \(number)")
                }
                operation = operations[Int(number)]
            case 2:
                try reader.expect(field, ProtobufReader.Wire.bytes, "matcher name")
                name = String(decoding: message[try reader.range()], as: UTF8.self)
            case 3:
                try reader.expect(field, ProtobufReader.Wire.bytes, "matcher value")
                value = String(decoding: message[try reader.range()], as: UTF8.self)
            default: try reader.skip(field)
            }
        }
        do { return try Matcher(name, operation, value) } catch {
            throw WireFormatError(.malformed, .byte(range.lowerBound), "the matcher's pattern: \(error)")
        }
    }
}

/// Writes the answer in its plain form (`ReadResponse` of samples), query by query.
package struct RemoteReadResponse {
    private var response = ProtobufWriter()
    private var result = ProtobufWriter()

    package init() {}

    /// The protobuf message, not yet compressed.
    package var bytes: [UInt8] { response.bytes }

    /// A series of the query that is being answered.
    package mutating func add(_ labels: Labels, _ samples: SampleBuffer) {
        var series = ProtobufWriter()
        var part = ProtobufWriter()
        for (name, value) in labels.pairs {
            part.removeAll()
            part.text(1, name)
            part.text(2, value)
            series.message(1, part)
        }
        for (time, value) in zip(samples.timestamps, samples.values) {
            part.removeAll()
            if HistogramBox.isBox(value) {
                part.histogram(samples.histograms[HistogramBox.place(value)], at: time)
                series.message(4, part)
                continue
            }
            part.fixed64(1, value.bitPattern)
            part.varint(2, UInt64(bitPattern: time))
            series.message(2, part)
        }
        result.message(1, series)
    }

    package mutating func endQuery() {
        response.message(1, result)
        result.removeAll()
    }
}
