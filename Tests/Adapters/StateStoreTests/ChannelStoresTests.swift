import Basics
import Identity
import Notifiers
import StateStore
import Testing

@Suite("What channels keep in the state database")
struct ChannelStoresTests {
    private static let point =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"

    private func device(_ name: String, person: String = "ann", at seconds: Double = 1) throws -> PushSubscription {
        try #require(
            PushSubscription(
                endpoint: "https://push.example/" + name, person: person, publicKey: Self.point,
                secret: "BTBZMqHH6r4Tts7J_aSIgg", device: name, createdAt: Timestamp(seconds: seconds)))
    }

    @Test("a key is made once and is there after a restart")
    func secrets() throws {
        let directory = TemporaryDirectory()
        let path = directory.database
        var made = 0
        for _ in 0..<2 {
            let database = try StateDatabase(path: path)
            let secret = try SQLiteServerSecrets(database).secret("key") {
                made += 1
                return "made \(made)"
            }
            #expect(secret.revealed == "made 1")
            #expect(try SQLiteServerSecrets(database).secret("other") { "x" } == "x")
            try database.close()
        }
        #expect(made == 1)
    }

    @Test("a link is used once, over restarts, may be released, and is forgotten when it has expired")
    func usedLinks() throws {
        let directory = TemporaryDirectory()
        let path = directory.database
        let (link, other) = (SecretDigest(of: "link"), SecretDigest(of: "other"))
        let (now, later) = (Timestamp(seconds: 100), Timestamp(seconds: 200))
        var database = try StateDatabase(path: path)
        #expect(try !SQLiteUsedLinks(database).isUsed(link))
        #expect(try SQLiteUsedLinks(database).use(link, expiresAt: later, now: now))
        #expect(try !SQLiteUsedLinks(database).use(link, expiresAt: later, now: now))
        try database.close()
        database = try StateDatabase(path: path)
        #expect(try SQLiteUsedLinks(database).isUsed(link))
        #expect(try SQLiteUsedLinks(database).use(other, expiresAt: later, now: now))
        try SQLiteUsedLinks(database).release(link)
        #expect(try SQLiteUsedLinks(database).use(link, expiresAt: later, now: now))
        #expect(try SQLiteUsedLinks(database).use(SecretDigest(of: "third"), expiresAt: later, now: later))
        #expect(try !SQLiteUsedLinks(database).isUsed(link))
        try database.close()
    }

    @Test("a device belongs to whom enabled it last, and the oldest of too many go")
    func devices() throws {
        let directory = TemporaryDirectory()
        let database = try StateDatabase(path: directory.database)
        let store = SQLitePushSubscriptions(database)
        try store.add(device("a"))
        #expect(try store.subscriptions(of: "ann") == [device("a")])
        try store.add(device("a", person: "bob", at: 2))
        #expect(try store.subscriptions(of: "ann").isEmpty)
        try store.remove("https://push.example/a", of: "ann")
        #expect(try store.subscriptions(of: "bob").count == 1, "only one's own devices are removed")
        try store.remove("https://push.example/a")
        #expect(try store.subscriptions(of: "bob").isEmpty)
        for number in 0...SQLitePushSubscriptions.devicesMax {
            try store.add(device("d\(number)", at: Double(number)))
        }
        let left = try store.subscriptions(of: "ann")
        #expect(left.count == SQLitePushSubscriptions.devicesMax)
        #expect(left.first?.device == "d1")
        try database.close()
    }
}
