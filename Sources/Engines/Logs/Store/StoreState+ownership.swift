internal import SignalModel

/// Whose a record is: a token that forces labels may replace and delete only what has them.
extension StoreState {
    func isOwned(_ place: RecordPlace, by owner: Labels) -> Bool {
        switch place {
        case .pending(let batch, let row): pending.entries[batch - pending.firstNumber].batch.has(owner, row)
        case .stored(let number, let block, let row):
            parts.first { $0.part.number == number }.map { $0.part.blocks[block].has(owner, row) } ?? false
        }
    }
}

extension PendingBatch {
    /// Whether a row has each of these labels, alone under its name.
    func has(_ labels: Labels, _ row: Int) -> Bool {
        let fields = batch.fields[batch.records[Int(order[row])].fields.asInts]
        return labels.pairs.allSatisfy { name, value in
            let found = fields.filter { batch.names[Int($0.name)] == name }
            guard found.count == 1, let field = found.first, field.kind == .string, !field.isElement else {
                return false
            }
            return batch.bytes[field.bytesRange].elementsEqual(value.utf8)
        }
    }
}

extension LogBlock {
    /// Whether a row has each of these labels, alone under its name. What cannot be read has none.
    func has(_ labels: Labels, _ row: Int) -> Bool {
        labels.pairs.allSatisfy { name, value in
            guard let number = number(of: name), let column = try? column(number), !column.isArray(row) else {
                return false
            }
            let entries = column.entries(of: row)
            return entries.count == 1 && column[entries.lowerBound].text == value
        }
    }
}

extension Range<UInt32> {
    fileprivate var asInts: Range<Int> { Int(lowerBound)..<Int(upperBound) }
}
