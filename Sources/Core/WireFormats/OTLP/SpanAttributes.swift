import SignalModel

/// Attributes of OTLP as fields of a batch of spans: opentelemetry/proto/common/v1, `KeyValue`.
struct SpanAttributes {
    let message: UnsafeRawBufferPointer
    let limits: SpanLimits
    private(set) var cut = 0
    private var scratch: [UInt8] = []

    init(_ message: UnsafeRawBufferPointer, _ limits: SpanLimits) {
        self.message = message
        self.limits = limits
    }

    /// The attribute whose length is at the cursor.
    @inline(__always)
    mutating func read(
        _ field: ProtobufReader.Field, _ reader: inout ProtobufReader, to batch: inout SpanBatch
    ) throws(WireFormatError) {
        try reader.expect(field, ProtobufReader.Wire.bytes, "attribute")
        // Fast path: nearly all are short and in order.
        if let pair = reader.shortPair() {
            if !pair.first.isEmpty {
                let name = batch.number(of: UnsafeRawBufferPointer(rebasing: message[pair.first]))
                try value(name, pair.second, to: &batch)
            }
            return
        }
        let pair = try AttributeText.pair(message, try reader.range())
        guard !pair.key.isEmpty else { return }
        try value(number(pair.key, &batch), pair.value, to: &batch)
    }

    mutating func number(_ range: Range<Int>, _ batch: inout SpanBatch) -> UInt32 {
        let text = UnsafeRawBufferPointer(rebasing: message[range])
        guard text.count > limits.nameBytesMax else { return batch.number(of: text) }
        cut += 1
        return batch.number(of: SpanText.cut(text, to: limits.nameBytesMax))
    }

    mutating func text(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        let text = UnsafeRawBufferPointer(rebasing: message[range])
        guard text.count > limits.textBytesMax else { return text }
        cut += 1
        return SpanText.cut(text, to: limits.textBytesMax)
    }

    @inline(__always)
    private mutating func value(
        _ name: UInt32, _ range: Range<Int>, to batch: inout SpanBatch
    ) throws(WireFormatError) {
        // Fast path: a short text and nothing else.
        let start = range.lowerBound
        if range.count >= 2, message[start] == 0x0a, message[start + 1] < 0x80,
            Int(message[start + 1]) == range.count - 2
        {
            batch.add(name, string: UnsafeRawBufferPointer(rebasing: message[start + 2..<range.upperBound]))
            return
        }
        try value(name, range, isElement: false, depth: 0, to: &batch)
    }

    private mutating func value(
        _ name: UInt32, _ range: Range<Int>, isElement: Bool, depth: Int, to batch: inout SpanBatch
    ) throws(WireFormatError) {
        guard depth <= AttributeText.depthMax else {
            throw WireFormatError(
                .tooLarge, .byte(range.lowerBound), "an attribute nested deeper than \(AttributeText.depthMax)")
        }
        let start = batch.fieldsEnd
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            // One of them; the last counts.
            if (1...7).contains(field.number) { batch.dropFields(since: start) }
            switch field.number {
            case 1:
                batch.add(name, string: text(try reader.text(field, "text of an attribute")), isElement: isElement)
            case 2: batch.add(name, bool: try reader.count(field, "attribute") != 0, isElement: isElement)
            case 3:
                let integer = Int64(bitPattern: try reader.count(field, "attribute"))
                batch.add(name, integer: integer, isElement: isElement)
            case 4: batch.add(name, double: try reader.double(field, "attribute"), isElement: isElement)
            case 5 where !isElement:
                try list(name, try reader.text(field, "list of an attribute"), depth: depth, to: &batch)
            case 6 where !isElement:
                try map(name, try reader.text(field, "map of an attribute"), depth: depth, to: &batch)
            case 5, 6, 7:
                try reader.skip(field)
                try addText(of: range, name, isElement: isElement, to: &batch)
            default: try reader.skip(field)
            }
        }
        if batch.fieldsEnd == start { batch.addNull(name, isElement: isElement) }
    }

    private mutating func list(
        _ name: UInt32, _ range: Range<Int>, depth: Int, to batch: inout SpanBatch
    ) throws(WireFormatError) {
        var reader = ProtobufReader(message, range)
        var isEmpty = true
        while let field = try reader.next() {
            guard field.number == 1 else {
                try reader.skip(field)
                continue
            }
            isEmpty = false
            let element = try reader.text(field, "element of an attribute")
            try value(name, element, isElement: true, depth: depth + 1, to: &batch)
        }
        if isEmpty { batch.add(name, string: "[]") }
    }

    /// Dotted names for what is in a map.
    private mutating func map(
        _ name: UInt32, _ range: Range<Int>, depth: Int, to batch: inout SpanBatch
    ) throws(WireFormatError) {
        var reader = ProtobufReader(message, range)
        var isEmpty = true
        while let field = try reader.next() {
            guard field.number == 1 else {
                try reader.skip(field)
                continue
            }
            isEmpty = false
            let pair = try AttributeText.pair(message, try reader.text(field, "entry of an attribute"))
            scratch.removeAll(keepingCapacity: true)
            scratch.append(contentsOf: batch.name(name).utf8)
            scratch.append(UInt8(ascii: "."))
            scratch.append(contentsOf: message[pair.key])
            let inner = scratch.withUnsafeBytes { batch.number(of: SpanText.cut($0, to: limits.nameBytesMax)) }
            try value(inner, pair.value, isElement: false, depth: depth + 1, to: &batch)
        }
        if isEmpty { batch.add(name, string: "{}") }
    }

    /// Bytes in base64; a list or a map within a list as JSON.
    private mutating func addText(
        of range: Range<Int>, _ name: UInt32, isElement: Bool, to batch: inout SpanBatch
    ) throws(WireFormatError) {
        scratch.removeAll(keepingCapacity: true)
        try AttributeText.append(message, range, to: &scratch)
        let limit = limits.textBytesMax
        if scratch.count > limit { cut += 1 }
        scratch.withUnsafeBytes { batch.add(name, string: SpanText.cut($0, to: limit), isElement: isElement) }
    }
}
