internal import Basics
internal import SignalModel

/// Makes one part of several. Blocks that are large and whole are taken over as they are: a record is encoded once,
/// and again only while it sits in a small block, or beside deleted ones.
struct PartMerger {
    private let sources: [StoreState.PartEntry]
    private let settings: LogStoreSettings
    /// So many blocks are decoded at a time.
    private static let blocksAtATime = 6

    init(_ sources: [StoreState.PartEntry], _ settings: LogStoreSettings) {
        self.sources = sources
        self.settings = settings
    }

    private struct Place {
        var source: Int
        var block: Int
        var low: Int64
    }

    /// Writes the blocks; says where each one's rows come from.
    func write(to writer: PartWriter) throws(LogStoreError) -> [WrittenPart.Origin] {
        var places: [Place] = []
        for (source, entry) in sources.enumerated() {
            for (block, info) in entry.part.infos.enumerated() {
                places.append(Place(source: source, block: block, low: info.times.lowerBound))
            }
        }
        places.sort { ($0.low, $0.source, $0.block) < ($1.low, $1.source, $1.block) }
        let identities = sources.map(\.part.identitiesOfBlocks)
        let groups = sources.map(\.part.groupsOfBlocks)
        var small = places.filter { isSmall($0) }
        if small.count == 1, isTakenOver(small[0]) { small = [] }
        let smallPlaces = Set(small.map { [$0.source, $0.block] })
        var origins: [WrittenPart.Origin] = []
        for place in places where !smallPlaces.contains([place.source, place.block]) {
            let part = sources[place.source].part
            let info = part.infos[place.block]
            let range = info.offset..<info.offset + info.count
            let bytes = Array(UnsafeRawBufferPointer(rebasing: part.file.content.bytes[range]))
            do throws(FileSystemError) {
                try writer.append(
                    info, identities: identities[place.source][place.block],
                    groups: groups[place.source][place.block], bytes: bytes)
            } catch { throw .disk(error) }
            origins.append(.block(source: place.source, block: place.block))
        }
        var start = 0
        while start < small.count {
            let end = min(start + Self.blocksAtATime, small.count)
            try rewrite(small[start..<end], writer, &origins)
            start = end
        }
        try takeOverTerms(origins, writer)
        return origins
    }

    private func takeOverTerms(
        _ origins: [WrittenPart.Origin], _ writer: PartWriter
    ) throws(LogStoreError) {
        var numbers = sources.map { [Int32](repeating: -1, count: $0.part.blocks.count) }
        for (number, origin) in origins.enumerated() {
            if case .block(let source, let block) = origin { numbers[source][block] = Int32(number) }
        }
        for (source, entry) in sources.enumerated() {
            guard let terms = entry.part.file.terms, numbers[source].contains(where: { $0 >= 0 }) else { continue }
            do throws(LogQueryError) {
                try writer.append(terms, of: entry.part.file, numbers: numbers[source])
            } catch { throw .query(error) }
        }
    }

    /// Whether a block can stay as it is: without deleted rows, its rows as those of parts of this store now stand.
    private func isTakenOver(_ place: Place) -> Bool {
        let entry = sources[place.source]
        guard entry.dead[place.block] == nil else { return false }
        guard settings.grouping == nil else { return entry.part.isGrouped }
        // Of parts of the first version the words have to be found.
        return !entry.part.isGrouped && entry.part.file.terms != nil
    }

    private func isSmall(_ place: Place) -> Bool {
        guard isTakenOver(place) else { return true }
        let info = sources[place.source].part.infos[place.block]
        return info.rowCount < settings.blockRowsMax / 2 && info.count < LogBlock.bytesMax / 16
    }

    private struct Row {
        var time: Int64
        var sequence: UInt64
        var block: Int32
        var row: Int32
        var group: UInt64
    }

    private func rewrite(
        _ places: ArraySlice<Place>, _ writer: PartWriter, _ origins: inout [WrittenPart.Origin]
    ) throws(LogStoreError) {
        var rows: [Row] = []
        var blocks: [BlockRows] = []
        do throws(LogQueryError) {
            for (number, place) in places.enumerated() {
                let block = sources[place.source].part.blocks[place.block]
                let dead = sources[place.source].dead[place.block]
                let times = try block.timestamps()
                let sequences = try block.sequences()
                let groups = try settings.grouping.map { grouping throws(LogQueryError) in
                    try block.groups(by: grouping)
                }
                for row in 0..<block.rowCount where !(dead?[row] ?? false) {
                    rows.append(
                        Row(
                            time: times[row], sequence: sequences[row], block: Int32(number), row: Int32(row),
                            group: groups?[row] ?? 0))
                }
                blocks.append(try BlockRows(block))
            }
        } catch { throw .query(error) }
        if settings.grouping == nil {
            rows.sort { ($0.time, $0.sequence) < ($1.time, $1.sequence) }
        } else {
            let keys = RowOrder.keys(rows.map { ($0.time, $0.sequence) }, rows.map(\.group))
            rows = zip(keys, rows).sorted { $0.0 < $1.0 }.map(\.1)
        }
        var builder = BlockBuilder(rowsMax: settings.blockRowsMax)
        var own: [WrittenPart.RowOrigin] = []
        for (position, row) in zip(1..., rows) {
            blocks[Int(row.block)].append(Int(row.row), time: row.time, sequence: row.sequence, to: &builder)
            let place = places[places.startIndex + Int(row.block)]
            own.append(
                WrittenPart.RowOrigin(source: Int32(place.source), block: Int32(place.block), row: row.row))
            guard builder.isFull || position == rows.count else { continue }
            do throws(FileSystemError) { try writer.append(builder.finish()) } catch { throw .disk(error) }
            for index in blocks.indices { blocks[index].forgetTargets() }
            origins.append(.rows(own))
            own = []
        }
    }
}

/// The rows of a block, handed on one after another.
private struct BlockRows {
    private let names: [String]
    private let columns: [DecodedColumn]
    private var targets: [Int]
    private var cursors: [Int]
    private var last = -1

    init(_ block: LogBlock) throws(LogQueryError) {
        names = block.names
        var columns: [DecodedColumn] = []
        for number in 0..<LogBlock.Reserved.count + names.count { columns.append(try block.column(number)) }
        self.columns = columns
        targets = [Int](repeating: -1, count: columns.count)
        cursors = [Int](repeating: 0, count: columns.count)
        forgetTargets()
    }

    /// For a builder that begins another block.
    mutating func forgetTargets() {
        for number in targets.indices { targets[number] = number < LogBlock.Reserved.count ? number : -1 }
    }

    /// Quick while rows come in ascending order.
    mutating func append(_ row: Int, time: Int64, sequence: UInt64, to builder: inout BlockBuilder) {
        let target = builder.append(timestamp: time, sequence: sequence)
        if row < last {
            for number in columns.indices { cursors[number] = columns[number].entries(of: row).lowerBound }
        }
        last = row
        for number in columns.indices {
            var entry = cursors[number]
            while entry < columns[number].entryCount, columns[number].row(of: entry) < row { entry += 1 }
            let isArray = columns[number].isArray(row)
            while entry < columns[number].entryCount, columns[number].row(of: entry) == row {
                if targets[number] < 0 {
                    targets[number] = builder.column(named: names[number - LogBlock.Reserved.count])
                }
                builder.add(
                    targets[number], row: target, columns[number].list, columns[number].place(of: entry),
                    isElement: isArray)
                entry += 1
            }
            cursors[number] = entry
        }
    }
}
