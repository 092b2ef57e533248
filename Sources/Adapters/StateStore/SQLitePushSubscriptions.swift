package import Basics
internal import GRDB
package import Notifiers

/// Devices that take pushes. Calls block.
package struct SQLitePushSubscriptions: Sendable {
    private let database: StateDatabase

    /// A person with more devices loses the oldest.
    package static let devicesMax = 20

    package init(_ database: StateDatabase) { self.database = database }

    /// Oldest first.
    package func subscriptions(of person: String) throws(StateStoreError) -> [PushSubscription] {
        try database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT endpoint, person, public_key, secret, device, created_milliseconds FROM push_subscription
                    WHERE person = ? ORDER BY created_milliseconds, endpoint
                    """,
                arguments: [person]
            ).compactMap { row in
                PushSubscription(
                    endpoint: row["endpoint"], person: row["person"], publicKey: row["public_key"],
                    secret: row["secret"], device: row["device"],
                    createdAt: Timestamp(milliseconds: row["created_milliseconds"]))
            }
        }
    }

    /// A device belongs to whom enabled it last.
    package func add(_ subscription: PushSubscription) throws(StateStoreError) {
        try database.write { db in
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO push_subscription
                    (endpoint, person, public_key, secret, device, created_milliseconds) VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    subscription.endpoint, subscription.person, Base64URL.encode(subscription.publicKey),
                    Base64URL.encode(subscription.secret), subscription.device, subscription.createdAt.milliseconds,
                ])
            try db.execute(
                sql: """
                    DELETE FROM push_subscription WHERE person = ? AND endpoint NOT IN (
                        SELECT endpoint FROM push_subscription WHERE person = ?
                        ORDER BY created_milliseconds DESC, endpoint DESC LIMIT ?)
                    """,
                arguments: [subscription.person, subscription.person, Self.devicesMax])
        }
    }

    /// Of `person` only, where one is named. A device that is not there is no error.
    package func remove(_ endpoint: String, of person: String? = nil) throws(StateStoreError) {
        try database.write { db in
            try db.execute(
                sql: "DELETE FROM push_subscription WHERE endpoint = ? AND (? IS NULL OR person = ?)",
                arguments: [endpoint, person, person])
        }
    }
}
