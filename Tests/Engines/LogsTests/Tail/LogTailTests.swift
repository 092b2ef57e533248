import Logs
import SignalModel
import Testing

@Suite("Following new records")
struct LogTailTests {
    private let errors = LogQuery(filter: .test(.named("log.level"), .match(.string("error"), .allWords)))

    private func batch(_ levels: [String]) -> LogBatch {
        var batch = LogBatch()
        let index = batch.number(of: "logs-app-default")
        let level = batch.number(of: "log.level")
        for (place, text) in levels.enumerated() {
            batch.add(level, string: text)
            batch.endRecord(timestampNanoseconds: Int64(place), sequence: UInt64(place + 1), index: index)
        }
        return batch
    }

    @Test("what matches is there once it is processed, and once")
    func matching() throws {
        let tail = LogTail()
        let follower = try #require(tail.follow(errors))
        tail.observe(batch(["info", "error", "error"]))
        tail.observe(batch(["info"]))
        #expect(follower.takeNews().rows.map(\.place.sequence) == [2, 3])
        #expect(follower.takeNews().rows.isEmpty)
    }

    @Test("who does not read keeps little in memory, and learns how much was left out")
    func slow() throws {
        let tail = LogTail()
        let follower = try #require(tail.follow(errors))
        for _ in 0..<10 { tail.observe(batch([String](repeating: "error", count: 100))) }
        let news = follower.takeNews()
        #expect(news.rows.count == 500 && news.droppedCount == 500)
    }

    @Test("who left is told nothing more, and his signals end", .timeLimit(.minutes(1)))
    func end() async throws {
        let tail = LogTail()
        let (first, second) = (try #require(tail.follow(errors)), try #require(tail.follow(errors)))
        tail.leave(first)
        tail.observe(batch(["error"]))
        #expect(first.takeNews().rows.isEmpty && second.takeNews().rows.count == 1)
        for await _ in first.signals {}
    }

    @Test("there is room for so many and no more")
    func many() {
        let tail = LogTail()
        let followers = (0...LogTail.followersMax).map { _ in tail.follow(errors) }
        #expect(followers.map { $0 != nil } == [Bool](repeating: true, count: LogTail.followersMax) + [false])
    }

    @Test("who was let go without leaving takes no place")
    func forgotten() throws {
        let tail = LogTail()
        for _ in 0...LogTail.followersMax { #expect(tail.follow(errors) != nil) }
        let follower = try #require(tail.follow(errors))
        tail.observe(batch(["error"]))
        #expect(follower.takeNews().rows.count == 1)
    }

    @Test("a restriction holds for those who follow, too")
    func restricted() throws {
        let tail = LogTail()
        let nothing = LogQuery(access: LogAccess(restriction: .nothing))
        let follower = try #require(tail.follow(nothing))
        tail.observe(batch(["error"]))
        #expect(follower.takeNews().rows.isEmpty)
    }
}
