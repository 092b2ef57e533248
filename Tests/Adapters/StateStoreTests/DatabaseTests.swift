import GRDB
import Glibc
import StateStore
import Testing

@Suite struct DatabaseTests {
    private let directory = TemporaryDirectory()

    @Test("a file that is no database is refused by name and left as it is")
    func notADatabase() throws {
        let file = try #require(fopen(directory.database, "w"))
        for _ in 0..<200 { fputs("this is no database, it is a letter to a friend\n", file) }
        fclose(file)
        let error = #expect(throws: StateStoreError.self) { try StateDatabase(path: directory.database) }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains(directory.database) == true)
    }

    @Test("a directory that is not there is said to be missing")
    func noDirectory() {
        let error = #expect(throws: StateStoreError.self) { try StateDatabase(path: "/nonexistent/state.sqlite") }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("/nonexistent/state.sqlite") == true)
    }

    @Test("a file of a newer version is refused and not touched")
    func newer() throws {
        try StateDatabase(path: directory.database).close()
        let future = try DatabaseQueue(path: directory.database)
        try future.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999 from the future')") }
        try future.close()
        let error = #expect(throws: StateStoreError.self) { try StateDatabase(path: directory.database) }
        #expect(error?.code == .newer)
    }

    @Test("opening twice in a row changes nothing")
    func reopened() throws {
        try StateDatabase(path: directory.database).close()
        try StateDatabase(path: directory.database).close()
    }
}
