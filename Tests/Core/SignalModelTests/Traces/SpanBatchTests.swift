import SignalModel
import Testing

@Suite struct SpanBatchTests {
    @Test("a batch comes back from its bytes as it was")
    func roundTrip() throws {
        let batch = Self.batch()
        let read = try batch.encoded().withUnsafeBytes { try SpanBatch(encoded: $0) }
        #expect(read.spans == batch.spans)
        #expect(read.names == batch.names)
        #expect(read.bytes == batch.bytes)
        #expect(read.events == batch.events)
        #expect(read.links == batch.links)
        #expect(read.resources == batch.resources)
        #expect(read.scopes == batch.scopes)
        #expect(read.errors == batch.errors)
        #expect(read.frames == batch.frames)
        #expect(read.fields.map(\.payload) == batch.fields.map(\.payload))
        #expect(read.encoded() == batch.encoded())
    }

    @Test("what is not a batch is refused, or every number in it points inside")
    func hostileBytes() throws {
        let whole = Self.batch().encoded()
        for count in stride(from: 0, to: whole.count, by: 3) {
            #expect(throws: SpanBatchError.self) {
                _ = try whole[..<count].withUnsafeBytes { try SpanBatch(encoded: $0) }
            }
        }
        for place in whole.indices {
            for value: UInt8 in [0, 0x7f, 0xff, whole[place] ^ 1] {
                var bytes = whole
                bytes[place] = value
                guard let batch = try? bytes.withUnsafeBytes({ try SpanBatch(encoded: $0) }) else { continue }
                Self.expectSound(batch)
            }
        }
    }

    @Test("a bad span leaves nothing behind")
    func takingBack() {
        var batch = Self.batch()
        let before = batch.encoded()
        let mark = batch.mark
        batch.add(batch.number(of: "service.name"), string: "x")
        batch.append(SpanEvent(timeNanoseconds: 1, name: 0, fields: 0..<0))
        batch.append(Span(trace: TraceID(high: 1, low: 1), id: 5, startNanoseconds: 0, name: 0, resource: 0))
        batch.drop(since: mark)
        #expect(batch.encoded() == before)
    }

    @Test(
        "ids are read from hexadecimal digits and nothing else",
        arguments: [
            ("5b8efff798038103d269b633813fc60c", "5b8efff798038103d269b633813fc60c"),
            ("D269B633813FC60C", "0000000000000000d269b633813fc60c"), ("1", "00000000000000000000000000000001"),
            ("", nil), ("xyz", nil), ("5b8efff798038103d269b633813fc60c0", nil),
        ] as [(String, String?)])
    func ids(text: String, expected: String?) {
        #expect(TraceID(hexadecimal: text.utf8)?.hexadecimal == expected)
    }

    static func batch() -> SpanBatch {
        var batch = SpanBatch()
        let start = batch.fieldsEnd
        batch.add(batch.number(of: "service.name"), string: "cart")
        let resource = batch.append(
            SpanResource(
                service: batch.number(of: "cart"), environment: batch.number(of: "test"), version: 0,
                fields: start..<batch.fieldsEnd))
        let scope = batch.append(SpanScope(name: batch.number(of: "shop"), version: 0, fields: 0..<0))
        for number in 1...3 {
            let first = batch.fieldsEnd
            batch.add(batch.number(of: "size"), integer: -Int64(number))
            batch.add(batch.number(of: "ratio"), double: 0.5)
            batch.add(batch.number(of: "tags"), string: "é", isElement: true)
            batch.add(batch.number(of: "retry"), bool: true)
            batch.addNull(batch.number(of: "none"))
            var span = Span(
                trace: TraceID(high: 7, low: UInt64.max), id: UInt64(number), startNanoseconds: -5,
                name: batch.number(of: "GET /\(number)"), resource: resource)
            span.parent = UInt64(number - 1)
            span.durationNanoseconds = -1
            span.weight = 100
            span.scope = scope
            span.kind = .producer
            span.status = .error
            span.flags = [.shared, .transaction]
            span.fields = first..<batch.fieldsEnd
            span.statusMessage = batch.text("broken")
            span.traceState = batch.text("es=s:0.01")
            let event = batch.eventsEnd
            batch.append(SpanEvent(timeNanoseconds: 9, name: batch.number(of: "retry"), fields: span.fields))
            span.events = event..<batch.eventsEnd
            let link = batch.linksEnd
            batch.append(SpanLink(trace: TraceID(high: 1, low: 2), span: 3, fields: 0..<0, traceState: 0..<0))
            span.links = link..<batch.linksEnd
            batch.append(span)
        }
        var error = ErrorOccurrence(
            trace: TraceID(high: 7, low: 8), span: 1, timeNanoseconds: 3, resource: resource)
        error.type = batch.number(of: "ValueError")
        error.handling = .unhandled
        error.message = batch.text("no such card")
        let frame = batch.framesEnd
        batch.append(
            StackFrame(
                function: batch.number(of: "charge"), module: 0, file: batch.number(of: "charges.py"), line: 12,
                column: 0, isLibrary: true))
        error.frames = frame..<batch.framesEnd
        batch.append(error)
        return batch
    }

    static func expectSound(_ batch: SpanBatch) {
        func inside(_ range: Range<UInt32>, _ count: Int) -> Bool { Int(range.upperBound) <= count }
        let names = batch.names.count
        #expect(batch.fields.allSatisfy { Int($0.name) < names })
        #expect(batch.fields.allSatisfy { $0.kind != .string || $0.bytesRange.upperBound <= batch.bytes.count })
        for span in batch.spans {
            #expect(Int(span.name) < names && Int(span.resource) < batch.resources.count)
            #expect(Int(span.scope) < batch.scopes.count)
            #expect(inside(span.fields, batch.fields.count) && inside(span.events, batch.events.count))
            #expect(inside(span.links, batch.links.count) && inside(span.statusMessage, batch.bytes.count))
        }
        for error in batch.errors {
            #expect(inside(error.frames, batch.frames.count) && inside(error.message, batch.bytes.count))
        }
        #expect(batch.frames.allSatisfy { Int($0.function) < names && Int($0.file) < names })
    }
}
