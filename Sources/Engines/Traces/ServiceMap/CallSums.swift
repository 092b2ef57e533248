/// Calls by who asks whom, ends as numbers of `CallEnds`.
struct CallSums: Sendable {
    struct Edge: Sendable, Hashable {
        var client: Int32
        var server: Int32
        var kind: ServiceDependency.Kind
    }

    struct Sum: Sendable {
        var errorCount = 0.0
        var durations = DurationSketch()
    }

    private(set) var edges: [Edge] = []
    private(set) var sums: [Sum] = []
    private var places: [Edge: Int] = [:]

    mutating func place(of edge: Edge) -> Int {
        if let known = places[edge] { return known }
        places[edge] = edges.count
        edges.append(edge)
        sums.append(Sum())
        return edges.count - 1
    }

    mutating func add(_ duration: Int64, weight: Double, isError: Bool, to place: Int) {
        if isError { sums[place].errorCount += weight }
        sums[place].durations.add(duration, weight: weight)
    }

    mutating func merge(_ sum: Sum, of edge: Edge) {
        let place = place(of: edge)
        sums[place].errorCount += sum.errorCount
        sums[place].durations.merge(sum.durations)
    }

    mutating func merge(_ other: CallSums) {
        for (edge, sum) in zip(other.edges, other.sums) { merge(sum, of: edge) }
    }
}
