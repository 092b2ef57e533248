internal import Basics
internal import SignalModel

/// Numbers the values of a field as they come up in block after block: equal texts are one value, whatever their kind.
struct ValueGroups {
    private var texts = PackedStrings()
    private var kinds: [LogBatch.Kind] = []
    private var hashes: [UInt64] = []
    /// Open addressing, 0 for a free place, else the number plus one; at most half full.
    private var table = [UInt32](repeating: 0, count: 64)
    private var missing: Int?
    private let budget: LogBudget

    init(_ budget: LogBudget) { self.budget = budget }

    var count: Int { kinds.count }

    /// The value of a group; nil for records without one.
    func value(_ group: Int) -> FieldValue? {
        group == missing ? nil : FieldValue(kind: kinds[group], text: texts[group])
    }

    mutating func number(ofMissing: Void) throws(LogQueryError) -> Int {
        if let missing { return missing }
        missing = count
        texts.append("")
        kinds.append(.null)
        hashes.append(0)
        return count - 1
    }

    /// Nil when it is a value too many.
    private mutating func find(_ text: UnsafeRawBufferPointer, _ kind: LogBatch.Kind) -> Int? {
        let hash = hash64(text) | 1
        var slot = Int(truncatingIfNeeded: hash >> 1) & (table.count - 1)
        while table[slot] != 0 {
            let number = Int(table[slot]) - 1
            if hashes[number] == hash, texts.withBytes(number, { $0.elementsEqual(text) }) { return number }
            slot = (slot + 1) & (table.count - 1)
        }
        guard texts.bytes.count + count * 24 <= budget.memoryBytesMax else { return nil }
        texts.append(text)
        kinds.append(kind)
        hashes.append(hash)
        table[slot] = UInt32(count)
        if count * 2 > table.count { grow() }
        return count - 1
    }

    private mutating func grow() {
        table = [UInt32](repeating: 0, count: table.count * 2)
        for number in 0..<count where number != missing {
            var slot = Int(truncatingIfNeeded: hashes[number] >> 1) & (table.count - 1)
            while table[slot] != 0 { slot = (slot + 1) & (table.count - 1) }
            table[slot] = UInt32(number + 1)
        }
    }

    /// The groups of the values of a list; -1 for null. Of values that `isWanted` leaves out nothing is kept.
    mutating func numbers(of list: ValueList, isWanted: [Bool]?) throws(LogQueryError) -> [Int32] {
        var numbers = [Int32](repeating: -1, count: list.count)
        for place in 0..<list.count where isWanted?[place] ?? true {
            switch list {
            case .strings(let values): numbers[place] = Int32(try number(values, place, .string))
            case .mixed(let values, let kinds):
                if kinds[place] != .null { numbers[place] = Int32(try number(values, place, kinds[place])) }
            case .integers, .doubles:
                var text = list[place].text
                numbers[place] = Int32(try number(&text, list.kind(place)))
            }
        }
        return numbers
    }

    private mutating func number(
        _ values: PackedStrings, _ place: Int, _ kind: LogBatch.Kind
    ) throws(LogQueryError) -> Int {
        let range = values.range(place)
        let found = values.bytes.withUnsafeBytes { find(UnsafeRawBufferPointer(rebasing: $0[range]), kind) }
        guard let found else { throw tooMany }
        return found
    }

    private mutating func number(_ text: inout String, _ kind: LogBatch.Kind) throws(LogQueryError) -> Int {
        let found = text.withUTF8 { find(UnsafeRawBufferPointer($0), kind) }
        guard let found else { throw tooMany }
        return found
    }

    private var tooMany: LogQueryError {
        LogQueryError(.overMemory, "the field has too many values: \(count) and more")
    }

    /// Calls `body` with each row and the group of each of its values, or of none at all.
    mutating func each(
        of rows: RowBitmap, _ column: DecodedColumn?, _ body: (Int, Int) -> Void
    ) throws(LogQueryError) {
        guard let column else {
            let group = try number(ofMissing: ())
            for row in rows.rows { body(row, group) }
            return
        }
        var isWanted: [Bool]?
        if !rows.isAll {
            var wanted = [Bool](repeating: false, count: column.list.count)
            for entry in 0..<column.entryCount where rows[column.row(of: entry)] {
                wanted[column.place(of: entry)] = true
            }
            isWanted = wanted
        }
        let numbers = try self.numbers(of: column.list, isWanted: isWanted)
        var without = rows
        for entry in 0..<column.entryCount {
            let row = column.row(of: entry)
            let number = numbers[column.place(of: entry)]
            guard rows[row], number >= 0 else { continue }
            without.remove(row)
            body(row, Int(number))
        }
        guard !without.isEmpty else { return }
        let group = try number(ofMissing: ())
        for row in without.rows { body(row, group) }
    }
}
