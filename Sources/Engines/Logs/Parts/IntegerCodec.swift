internal import Basics

/// Integers in a row: their least taken off, divided by what divides all, and then byte by byte of equal weight, each
/// such plane compressed for itself. Or the same of their differences, where these are smaller.
enum IntegerCodec {
    private enum Mode {
        static let constant: UInt8 = 0
        static let values: UInt8 = 1
        static let differences: UInt8 = 2
    }

    static func append(_ values: [Int64], _ compressor: Compressor, to output: inout [UInt8]) {
        guard let first = values.first else { return }
        guard let low = values.min(), let high = values.max(), low != high else {
            output.append(Mode.constant)
            Varint.append(Varint.zigZag(first), to: &output)
            return
        }
        var differences = [Int64](repeating: 0, count: values.count - 1)
        for index in differences.indices { differences[index] = values[index + 1] &- values[index] }
        let lowDifference = differences.min() ?? 0
        let span = UInt64(bitPattern: high &- low)
        let differenceSpan = UInt64(bitPattern: (differences.max() ?? 0) &- lowDifference)
        if differenceSpan < span / 4 {
            output.append(Mode.differences)
            Varint.append(Varint.zigZag(first), to: &output)
            append(differences, low: lowDifference, compressor, to: &output)
        } else {
            output.append(Mode.values)
            append(values, low: low, compressor, to: &output)
        }
    }

    private static func append(
        _ values: [Int64], low: Int64, _ compressor: Compressor, to output: inout [UInt8]
    ) {
        var divisor: UInt64 = 0
        var span: UInt64 = 0
        for value in values {
            let offset = UInt64(bitPattern: value &- low)
            span = max(span, offset)
            if divisor != 1 { divisor = common(divisor, offset) }
        }
        divisor = max(divisor, 1)
        let width = (64 - (span / divisor).leadingZeroBitCount + 7) / 8
        Varint.append(Varint.zigZag(low), to: &output)
        Varint.append(divisor, to: &output)
        output.append(UInt8(width))
        guard width > 0 else { return }
        let count = values.count
        let planes = [UInt8](unsafeUninitializedCapacity: count * width) { planes, filled in
            for index in 0..<count {
                var offset = UInt64(bitPattern: values[index] &- low)
                if divisor != 1 { offset /= divisor }
                for plane in 0..<width {
                    planes[plane * count + index] = UInt8(truncatingIfNeeded: offset)
                    offset >>= 8
                }
            }
            filled = count * width
        }
        planes.withUnsafeBytes { bytes in
            if planes.count <= togetherMax {
                compressor.append(bytes, level: 1, to: &output)
            } else {
                for plane in 0..<width {
                    let part = UnsafeRawBufferPointer(rebasing: bytes[plane * count..<(plane + 1) * count])
                    compressor.append(part, level: 1, to: &output)
                }
            }
        }
    }

    /// Planes of few values are compressed together.
    private static let togetherMax = 512

    private static func common(_ left: UInt64, _ right: UInt64) -> UInt64 {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }

    static func read(_ count: Int, _ reader: inout ByteReader) throws(Damage) -> [Int64] {
        guard count > 0 else { return [] }
        switch try reader.byte() {
        case Mode.constant: return [Int64](repeating: try reader.signed(), count: count)
        case Mode.values: return try readValues(count, &reader)
        case Mode.differences:
            var value = try reader.signed()
            var values = try readValues(count - 1, &reader)
            for index in values.indices {
                let difference = values[index]
                values[index] = value
                value = value &+ difference
            }
            values.append(value)
            return values
        default: throw Damage("integers of an unknown mode")
        }
    }

    /// Past what `append` wrote.
    static func skip(_ count: Int, _ reader: inout ByteReader) throws(Damage) {
        guard count > 0 else { return }
        switch try reader.byte() {
        case Mode.constant: _ = try reader.signed()
        case Mode.values: try skipValues(count, &reader)
        case Mode.differences:
            _ = try reader.signed()
            try skipValues(count - 1, &reader)
        default: throw Damage("integers of an unknown mode")
        }
    }

    private static func skipValues(_ count: Int, _ reader: inout ByteReader) throws(Damage) {
        _ = try reader.signed()
        _ = try reader.varint()
        let width = Int(try reader.byte())
        guard width <= 8 else { throw Damage("integers of \(width) bytes") }
        guard width > 0 else { return }
        for _ in 0..<(count * width <= togetherMax ? 1 : width) { try reader.skipCompressed() }
    }

    private static func readValues(_ count: Int, _ reader: inout ByteReader) throws(Damage) -> [Int64] {
        let low = try reader.signed()
        let divisor = try reader.varint()
        let width = Int(try reader.byte())
        guard width <= 8 else { throw Damage("integers of \(width) bytes") }
        guard width > 0 else { return [Int64](repeating: low, count: count) }
        var planes = [UInt8](unsafeUninitializedCapacity: count * width) { $1 = $0.count }
        do {
            var filled = 0
            for _ in 0..<(count * width <= togetherMax ? 1 : width) {
                filled += try reader.decompress(into: &planes, at: filled)
            }
            guard filled == planes.count else { throw Damage("a plane is too short") }
        }
        let factor = Int64(bitPattern: divisor)
        return [Int64](unsafeUninitializedCapacity: count) { values, filled in
            planes.withUnsafeBufferPointer { planes in
                // Most have one plane or two: loops that the compiler turns into wide instructions.
                switch width {
                case 1: for index in 0..<count { values[index] = Int64(planes[index]) &* factor &+ low }
                case 2:
                    for index in 0..<count {
                        let value = Int64(planes[index]) | Int64(planes[count + index]) << 8
                        values[index] = value &* factor &+ low
                    }
                default:
                    for index in 0..<count {
                        var value: UInt64 = 0
                        for plane in 0..<width { value |= UInt64(planes[plane * count + index]) << UInt64(plane * 8) }
                        values[index] = Int64(bitPattern: value) &* factor &+ low
                    }
                }
            }
            filled = count
        }
    }

    /// Codes of a dictionary in the order of first appearance: how far each stands behind the newest, 0 for a new one.
    static func append(codes: [UInt32], _ compressor: Compressor, to output: inout [UInt8]) {
        var next: UInt32 = 0
        var back = [Int64](repeating: 0, count: codes.count)
        for (index, code) in codes.enumerated() {
            back[index] = Int64(next - code)
            if code == next { next += 1 }
        }
        append(back, compressor, to: &output)
    }

    static func readCodes(_ count: Int, distinct: Int, _ reader: inout ByteReader) throws(Damage) -> [UInt32] {
        let back = try read(count, &reader)
        var next: Int64 = 0
        var isFitting = true
        let codes = [UInt32](unsafeUninitializedCapacity: count) { codes, filled in
            back.withUnsafeBufferPointer { back in
                for index in 0..<count {
                    let step = back[index]
                    isFitting = isFitting && step >= 0 && step <= next
                    codes[index] = UInt32(truncatingIfNeeded: next &- step)
                    next &+= step == 0 ? 1 : 0
                }
            }
            filled = count
        }
        guard isFitting else { throw Damage("a code of no value") }
        guard next <= Int64(distinct) else { throw Damage("more codes than values") }
        return codes
    }
}
