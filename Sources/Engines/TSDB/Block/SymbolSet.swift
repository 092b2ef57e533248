import Basics
import SignalModel

/// The texts of a block's labels, gathered in any order and then ranked by their bytes.
struct SymbolSet {
    private let table = ValueTable(name: [])

    var count: Int { table.values.count }

    /// The text's place, the same for the same text.
    func insert(_ text: UnsafeRawBufferPointer) -> Int { table.intern(text) }

    func ranked() -> RankedSymbols {
        let table = table
        var order = Array(0..<count)
        table.bytes.withUnsafeBytes { bytes in
            func text(_ place: Int) -> UnsafeRawBufferPointer {
                UnsafeRawBufferPointer(rebasing: bytes[table.bytes(of: table.values[place])])
            }
            order.sort { compareBytes(text($0), text($1)) < 0 }
        }
        return RankedSymbols(table: table, order: order)
    }
}

/// Texts in order. A label names its texts by rank.
struct RankedSymbols {
    private let table: ValueTable
    private let order: [Int]
    /// By place in the `SymbolSet`.
    let ranks: [UInt32]

    fileprivate init(table: ValueTable, order: [Int]) {
        self.table = table
        self.order = order
        var ranks = [UInt32](repeating: 0, count: order.count)
        for (rank, place) in order.enumerated() { ranks[place] = UInt32(rank) }
        self.ranks = ranks
    }

    var count: Int { order.count }

    func withText<Value>(_ rank: Int, _ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        try table.bytes.withUnsafeBytes { bytes in
            try body(UnsafeRawBufferPointer(rebasing: bytes[table.bytes(of: table.values[order[rank]])]))
        }
    }
}
