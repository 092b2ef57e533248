import Basics
import GRDB
import Response
import SignalModel
import StateStore
import TestKit
import Testing

@Suite("The archive of closed pages in SQLite")
struct PageArchiveTests {
    private let directory = TemporaryDirectory()

    /// Closed pages of a history, one a minute; every third is a P1 of the shop.
    private func pages(_ count: Int) -> [Page] {
        var history = OperationsHistory(PagingConfiguration())
        for number in 0..<count {
            let labels = [
                "alertname": "Alert\(number)", "severity": number % 3 == 0 ? "P1" : "P2",
                "service": number % 3 == 0 ? "Shop" : "50%_off",
            ]
            history.fire(labels, annotations: ["summary": "number \(number)"])
            history.advance(minutes: 1)
            history.end(labels)
        }
        return history.state.closed
    }

    @Test("pages come back whole, newest first, in pieces that join, and by their words")
    func found() throws {
        let pages = pages(9)
        let archive = SQLitePageArchive(try StateDatabase(path: directory.database))
        let now = Timestamp(milliseconds: pages.last?.closedAtMilliseconds ?? 0)
        try archive.keep(Array(pages[..<5]), at: now)
        try archive.keep(Array(pages[3...]), at: now)
        let newest = Array(pages.reversed())
        #expect(try archive.find(PageSearch("", limit: 100)) == newest)
        let first = try archive.find(PageSearch("", limit: 4))
        let rest = try archive.find(PageSearch("", after: first.last.map { PageSearch.Place($0) }, limit: 100))
        #expect(first + rest == newest)
        #expect(try archive.page(pages[2].id) == pages[2])
        #expect(try archive.page("nowhere") == nil)
        func titles(_ search: PageSearch) throws -> [String] { try archive.find(search).map(\.title) }
        #expect(try titles(PageSearch("shop NUMBER", limit: 100)).count == 3)
        #expect(try titles(PageSearch("alertname=alert4", limit: 100)) == ["Alert4: number 4"])
        #expect(
            try titles(PageSearch("%_off", limit: 100)).count == 6 && titles(PageSearch("50__off", limit: 9)).isEmpty)
        #expect(try titles(PageSearch("", severities: [.p1], limit: 100)).count == 3)
        #expect(try titles(PageSearch("' OR 1=1 --", limit: 100)).isEmpty)
        for search in [PageSearch("number", severities: [.p2], limit: 100), PageSearch("shop", limit: 100)] {
            #expect(try archive.find(search) == newest.filter(search.matches))
        }
    }

    @Test("what is too old goes")
    func forgotten() throws {
        let pages = pages(4)
        let archive = SQLitePageArchive(try StateDatabase(path: directory.database))
        let later = (pages[2].closedAtMilliseconds ?? 0) + SQLitePageArchive.keptMilliseconds
        try archive.keep(pages, at: Timestamp(milliseconds: later))
        #expect(try archive.find(PageSearch("", limit: 10)) == [pages[3], pages[2]])
    }

    @Test("a damaged page is named, its neighbours are read")
    func damaged() throws {
        let pages = pages(2)
        let database = try StateDatabase(path: directory.database)
        try SQLitePageArchive(database).keep(pages, at: .epoch)
        try database.close()
        let queue = try DatabaseQueue(path: directory.database)
        try queue.write {
            try $0.execute(sql: "UPDATE closed_page SET page = X'28' WHERE id = ?", arguments: [pages[0].id])
        }
        try queue.close()
        let archive = SQLitePageArchive(try StateDatabase(path: directory.database))
        #expect(throws: StateStoreError.self) { try archive.page(pages[0].id) }
        #expect(try archive.page(pages[1].id) == pages[1])
    }

    @Test("a place in a list is read as it is written, and nothing else", arguments: ["", "x", "-3", "12", "a-b"])
    func places(text: String) {
        let place = PageSearch.Place(closedAtMilliseconds: 1_700_000_000_000, id: "12-0badcafe")
        #expect(PageSearch.Place(place.text) == place)
        #expect(PageSearch.Place(text)?.text == nil)
    }
}
