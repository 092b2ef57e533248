/// Lines of the same length in words whose first word is the same, and of which no more than two fifths of the words
/// differ, are one pattern. Every line is in one pattern, so counts are exact; which pattern a line falls to depends on
/// what else there is, as more frequent lines go first.
struct LineClusters {
    struct Cluster {
        /// Numbers of words; `differing` for those in which its lines differ.
        var words: [Int32]
        var differingCount = 0
        var count = 0
        var counts: [Int32]
        var example: LineExample
    }

    private struct Key: Hashable {
        var wordCount: Int
        var first: Int32
    }

    private static let differing: Int32 = -1
    /// Patterns of one length and first word; the last one takes all further lines, whatever words they have. Each line
    /// is compared with all of them.
    static let alikeMax = 500

    private(set) var clusters: [Cluster] = []
    private var places: [Key: [Int]] = [:]
    private var texts: [String] = []
    private var numbers: [String: Int32] = [:]

    var count: Int { clusters.count }

    /// About what it takes.
    private(set) var bytesCount = 0

    mutating func add(_ words: [String], count: Int, counts: [Int32], example: LineExample) {
        let numbered = words.map { number(of: $0) }
        let key = Key(wordCount: numbered.count, first: numbered.first ?? 0)
        let allowed = numbered.count * 2 / 5
        for place in places[key] ?? [] {
            guard let differing = Self.differing(clusters[place], numbered, allowed) else { continue }
            for word in differing { clusters[place].words[word] = Self.differing }
            clusters[place].differingCount += differing.count
            merge(into: place, count: count, counts: counts)
            return
        }
        let alikeCount = places[key]?.count ?? 0
        if alikeCount == Self.alikeMax, let last = places[key]?.last {
            merge(into: last, count: count, counts: counts)
            return
        }
        var cluster = Cluster(words: numbered, count: count, counts: counts, example: example)
        if alikeCount == Self.alikeMax - 1 {
            for word in cluster.words.indices.dropFirst() { cluster.words[word] = Self.differing }
            cluster.differingCount = max(0, numbered.count - 1)
        }
        places[key, default: []].append(clusters.count)
        clusters.append(cluster)
        bytesCount += 96 + numbered.count * 4 + counts.count * 4
    }

    private mutating func merge(into place: Int, count: Int, counts: [Int32]) {
        clusters[place].count += count
        for step in counts.indices { clusters[place].counts[step] += counts[step] }
    }

    /// The words that would differ then; nil when there are too many.
    private static func differing(_ cluster: Cluster, _ words: [Int32], _ allowed: Int) -> [Int]? {
        var found: [Int] = []
        for place in words.indices where cluster.words[place] != differing && cluster.words[place] != words[place] {
            guard cluster.differingCount + found.count < allowed else { return nil }
            found.append(place)
        }
        return found
    }

    private mutating func number(of word: String) -> Int32 {
        if let known = numbers[word] { return known }
        let number = Int32(texts.count)
        numbers[word] = number
        texts.append(word)
        bytesCount += 96 + word.utf8.count
        return number
    }

    func words(of cluster: Cluster) -> [String] {
        cluster.words.map { $0 == Self.differing ? LineShape.hole : texts[Int($0)] }
    }
}

/// Where a line can be read again.
struct LineExample {
    var block: LogBlock
    var column: Int
    var entry: Int
}
