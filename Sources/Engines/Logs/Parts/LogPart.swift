internal import Basics

/// An immutable file of blocks of one day.
final class LogPart: Sendable {
    /// From the store's directory, as `2026-11-23/17.part`.
    let name: String
    let number: UInt64
    /// Since 1970.
    let day: Int64
    let file: PartFile
    let blocks: [LogBlock]
    let infos: [BlockInfo]
    let rowCount: Int
    /// Where its identities begin in the file, and how many there are.
    private let identities: Range<Int>

    var bytesCount: Int { file.content.bytes.count }

    static func name(day: Int64, number: UInt64) -> String { folder(ofDay: day) + "/\(number).part" }

    static func folder(ofDay day: Int64) -> String {
        let date = CivilDate(daysSinceEpoch: day)
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
        return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2)
    }

    static func day(ofNanoseconds time: Int64) -> Int64 { floorDivide(time, 86_400_000_000_000) }

    init(
        _ fileSystem: any FileSystem, directory: String, name: String, number: UInt64, day: Int64,
        _ cache: SectionCache
    ) throws(LogStoreError) {
        let path = directory + "/" + name
        let content: FileContent
        do throws(FileSystemError) { content = try fileSystem.map(path) } catch { throw .disk(error) }
        self.name = name
        self.number = number
        self.day = day
        let terms: TermIndex?
        do throws(Damage) {
            let footer = try PartFooter(content.bytes)
            identities = footer.identities
            infos = try Self.blocks(content.bytes, footer)
            terms = try footer.terms(content, blockCount: infos.count)
        } catch { throw .damaged(path: path, reason: error.what) }
        let file = PartFile(path: path, content: content, terms: terms, cache)
        self.file = file
        blocks = infos.enumerated().map { LogBlock(StoredBlock(file: file, number: $0.offset, info: $0.element)) }
        rowCount = infos.reduce(0) { $0 + $1.rowCount }
    }

    private static func blocks(
        _ bytes: UnsafeRawBufferPointer, _ footer: PartFooter
    ) throws(Damage) -> [BlockInfo] {
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[footer.index]))
        let raw = try reader.compressed(max: StringCodec.bytesMax)
        let blocks = raw.withUnsafeBytes { raw -> Result<[BlockInfo], Damage> in
            do throws(Damage) {
                return .success(try Self.blocks(raw, fileCount: footer.identities.lowerBound))
            } catch { return .failure(error) }
        }
        return try blocks.get()
    }

    private static func blocks(_ raw: UnsafeRawBufferPointer, fileCount: Int) throws(Damage) -> [BlockInfo] {
        var reader = ByteReader(raw)
        var names: [String] = []
        for _ in 0..<(try reader.count(max: reader.left)) { names.append(try reader.string()) }
        var blocks: [BlockInfo] = []
        for _ in 0..<(try reader.count(max: reader.left)) {
            blocks.append(try BlockInfo(&reader, names: names, fileCount: fileCount))
        }
        guard !blocks.isEmpty else { throw Damage("a part without blocks") }
        return blocks
    }

    // MARK: Identities

    var hasIdentities: Bool { !identities.isEmpty }

    private func hash(_ place: Int) -> UInt64 {
        let offset = identities.lowerBound + place * 16
        return UInt64(littleEndian: file.content.bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private func place(_ place: Int) -> (block: Int, row: Int) {
        let offset = identities.lowerBound + place * 16
        let bytes = file.content.bytes
        return (
            Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt32.self))),
            Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self)))
        )
    }

    /// Records whose identity has this hash.
    func places(of hash: UInt64) -> [(block: Int, row: Int)] {
        let count = identities.count / 16
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self.hash(middle) < hash { low = middle + 1 } else { high = middle }
        }
        var places: [(block: Int, row: Int)] = []
        while low < count, self.hash(low) == hash {
            let place = place(low)
            if place.block < infos.count, place.row < infos[place.block].rowCount { places.append(place) }
            low += 1
        }
        return places
    }

    /// Of each block its rows with an identity, and the hash of that.
    var identitiesOfBlocks: [[(hash: UInt64, row: Int)]] {
        var result = [[(hash: UInt64, row: Int)]](repeating: [], count: infos.count)
        for index in 0..<identities.count / 16 {
            let place = place(index)
            if place.block < result.count { result[place.block].append((hash(index), place.row)) }
        }
        return result
    }
}
