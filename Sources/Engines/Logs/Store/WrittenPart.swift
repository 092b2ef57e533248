internal import Basics

/// A part that was written and is in no manifest yet, with where its rows came from.
struct WrittenPart: Sendable {
    enum Origin: Sendable {
        /// Rows of pending batches, or of other parts: source, block, row.
        case rows([RowOrigin])
        /// The whole block of a source.
        case block(source: Int, block: Int)
    }

    struct RowOrigin: Sendable {
        var source: Int32
        var block: Int32
        var row: Int32
    }

    var part: LogPart
    /// Of each block.
    var origins: [Origin]

    /// Rows that were deleted at their source while the part was written.
    func dead(_ isDead: (_ source: Int, _ block: Int) -> RowBitmap?) -> [Int: RowBitmap] {
        var dead: [Int: RowBitmap] = [:]
        for (number, origin) in origins.enumerated() {
            switch origin {
            case .block(let source, let block): dead[number] = isDead(source, block)
            case .rows(let rows):
                var bitmap = RowBitmap(rowCount: rows.count)
                var current: (source: Int32, block: Int32, rows: RowBitmap?)?
                for (row, origin) in rows.enumerated() {
                    if current?.source != origin.source || current?.block != origin.block {
                        current = (
                            origin.source, origin.block, isDead(Int(origin.source), Int(origin.block))
                        )
                    }
                    if let deadRows = current?.rows, deadRows[Int(origin.row)] { bitmap.insert(row) }
                }
                if !bitmap.isEmpty { dead[number] = bitmap }
            }
        }
        return dead
    }
}
