internal import Basics
internal import Synchronization

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
    /// What is derived of it and kept beside it.
    let derived = Mutex(DerivedFile.unknown)
    /// Its rows stand in groups rather than in the order of time.
    let isGrouped: Bool
    private let identities: HashedPlaces
    private let groups: HashedPlaces

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
            isGrouped = footer.groups != nil
            identities = HashedPlaces(content: content, range: footer.identities)
            groups = HashedPlaces(content: content, range: footer.groups ?? 0..<0)
            infos = try Self.blocks(content.bytes, footer)
            terms = try footer.terms(content, blockCount: infos.count)
        } catch { throw .damaged(path: path, reason: error.what) }
        let file = PartFile(path: path, content: content, terms: terms, cache)
        self.file = file
        let isByTime = !isGrouped
        blocks = infos.enumerated().map {
            LogBlock(StoredBlock(file: file, number: $0.offset, info: $0.element, isByTime: isByTime))
        }
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

    var hasIdentities: Bool { identities.count > 0 }

    /// Records whose identity has this hash.
    func places(of hash: UInt64) -> [(block: Int, row: Int)] { identities.places(of: hash).filter(isPlace) }

    /// Where rows of a group with this hash begin.
    func runs(ofGroup hash: UInt64) -> [(block: Int, row: Int)] { groups.places(of: hash).filter(isPlace) }

    private func isPlace(_ place: (block: Int, row: Int)) -> Bool {
        place.block < infos.count && place.row < infos[place.block].rowCount
    }

    /// Of each block its rows with an identity, and the hash of that.
    var identitiesOfBlocks: [[(hash: UInt64, row: Int)]] { identities.byBlock(count: infos.count) }

    /// Of each block where its groups begin, and their hashes.
    var groupsOfBlocks: [[(hash: UInt64, row: Int)]] { groups.byBlock(count: infos.count) }
}
