internal import Basics
internal import SignalModel

/// The bytes of a list of values.
enum ValueCodec {
    /// Words of templates, if the list is of strings that come to these.
    @discardableResult
    static func append(
        _ list: ValueList, _ compressor: Compressor, to output: inout [UInt8]
    ) -> [Set<[UInt8]>]? {
        switch list {
        case .integers(let values): IntegerCodec.append(values, compressor, to: &output)
        case .doubles(let values):
            IntegerCodec.append(values.map { Int64(bitPattern: $0.bitPattern) }, compressor, to: &output)
        case .strings(let values): return StringCodec.append(values, compressor, to: &output)
        case .mixed(let values, let kinds):
            compressor.append(kinds.map(\.rawValue), level: 1, to: &output)
            StringCodec.append(values, compressor, to: &output)
        }
        return nil
    }

    static func read(
        _ kind: ColumnInfo.ListKind, _ count: Int, _ reader: inout ByteReader
    ) throws(Damage) -> ValueList {
        switch kind {
        case .integers: return .integers(try IntegerCodec.read(count, &reader))
        case .doubles:
            return .doubles(try IntegerCodec.read(count, &reader).map { Double(bitPattern: UInt64(bitPattern: $0)) })
        case .strings: return .strings(try StringCodec.read(count, &reader).unpacked)
        case .mixed:
            let raw = try reader.compressed(max: count)
            let kinds = raw.compactMap(LogBatch.Kind.init(rawValue:))
            guard kinds.count == count else { throw Damage("values of unknown kinds") }
            return .mixed(try StringCodec.read(count, &reader).unpacked, kinds: kinds)
        }
    }
}

extension DecodedColumn {
    /// The same entries by the different values they have, where these are few enough.
    var withDictionary: DecodedColumn {
        guard case .plain(let list) = values, entryCount > 1 else {
            if case .plain(let list) = values, entryCount == 1 {
                var column = self
                column.values = .constant(list)
                return column
            }
            return self
        }
        var column = self
        switch list {
        case .strings(let strings):
            guard let (codes, table) = Self.codes(strings, kinds: nil) else { return self }
            column.values =
                table.count == 1 ? .constant(.strings(table)) : .dictionary(codes: codes, values: .strings(table))
        case .mixed(let strings, let kinds):
            guard let (codes, table) = Self.codes(strings, kinds: kinds) else { return self }
            var distinctKinds: [LogBatch.Kind] = []
            for (entry, code) in codes.enumerated() where code == distinctKinds.count {
                distinctKinds.append(kinds[entry])
            }
            let list = ValueList.mixed(table, kinds: distinctKinds)
            column.values = table.count == 1 ? .constant(list) : .dictionary(codes: codes, values: list)
        case .integers(let numbers):
            guard let (codes, places) = Self.codes(count: numbers.count, { UInt64(bitPattern: numbers[$0]) }) else {
                return self
            }
            let list = ValueList.integers(places.map { numbers[$0] })
            column.values = places.count == 1 ? .constant(list) : .dictionary(codes: codes, values: list)
        case .doubles(let numbers):
            guard let (codes, places) = Self.codes(count: numbers.count, { numbers[$0].bitPattern }) else {
                return self
            }
            let list = ValueList.doubles(places.map { numbers[$0] })
            column.values = places.count == 1 ? .constant(list) : .dictionary(codes: codes, values: list)
        }
        return column
    }

    private static func codes(_ strings: PackedStrings, kinds: [LogBatch.Kind]?) -> ([UInt32], PackedStrings)? {
        var table = StringTable()
        var codes = [UInt32](repeating: 0, count: strings.count)
        var key: [UInt8] = []
        for entry in 0..<strings.count {
            let code = strings.withBytes(entry) { bytes in
                guard let kinds else { return table.number(of: bytes) }
                key.removeAll(keepingCapacity: true)
                key.append(contentsOf: bytes)
                key.append(kinds[entry].rawValue)
                return key.withUnsafeBytes { table.number(of: $0) }
            }
            codes[entry] = UInt32(code)
            if entry & 1023 == 1023, table.count * 10 > entry * 6 { return nil }
        }
        guard table.count == 1 || table.count * 2 <= strings.count else { return nil }
        guard kinds != nil else { return (codes, table.strings) }
        var plain = PackedStrings()
        for code in 0..<table.count {
            table.strings.withBytes(code) { plain.append(UnsafeRawBufferPointer(rebasing: $0.dropLast())) }
        }
        return (codes, plain)
    }

    /// At most so many different numbers are worth a dictionary.
    private static let numbersMax = 256

    private static func codes(count: Int, _ bits: (Int) -> UInt64) -> (codes: [UInt32], places: [Int])? {
        var numbers: [UInt64: UInt32] = [:]
        var places: [Int] = []
        var codes = [UInt32](repeating: 0, count: count)
        for entry in 0..<count {
            let value = bits(entry)
            if let code = numbers[value] {
                codes[entry] = code
            } else {
                guard places.count < numbersMax else { return nil }
                codes[entry] = UInt32(places.count)
                numbers[value] = UInt32(places.count)
                places.append(entry)
            }
        }
        guard places.count == 1 || places.count * 2 <= count else { return nil }
        return (codes, places)
    }
}
