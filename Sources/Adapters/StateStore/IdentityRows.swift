internal import Basics
internal import FoundationEssentials
internal import GRDB
internal import Identity
internal import SignalModel

// Rows of the identity tables to values. A row that is not what was written throws and names itself.

extension User {
    init(row: Row) throws {
        let text: String = row["name"]
        guard let name = UserName(text), name.text == text, let role = Role(rawValue: row["role"]),
            let password = PasswordHash(encoded: row["password"])
        else { throw IdentityRow.damaged("identity_user", text) }
        self.init(
            name: name, role: role, password: password, createdAt: Timestamp(milliseconds: row["created_at"]),
            passwordChangedAt: Timestamp(milliseconds: row["password_changed_at"]))
    }
}

extension Session {
    init(row: Row) throws {
        let user: String = row["user"]
        let digest: Data = row["digest"]
        guard let name = UserName(user), let digest = SecretDigest(bytes: Array(digest)) else {
            throw IdentityRow.damaged("identity_session", "a session of \(user)")
        }
        self.init(
            digest: digest, user: name, createdAt: Timestamp(milliseconds: row["created_at"]),
            lastSeenAt: Timestamp(milliseconds: row["last_seen_at"]),
            expiresAt: Timestamp(milliseconds: row["expires_at"]), source: row["source"])
    }
}

extension Token {
    init(row: Row) throws {
        let id: String = row["id"]
        let digest: Data = row["digest"]
        guard let digest = SecretDigest(bytes: Array(digest)), let kind = Token.Kind(row: row) else {
            throw IdentityRow.damaged("identity_token", id)
        }
        let expiresAt: Int64? = row["expires_at"]
        let lastUsedAt: Int64? = row["last_used_at"]
        self.init(
            id: id, name: row["name"], kind: kind, digest: digest,
            createdAt: Timestamp(milliseconds: row["created_at"]), createdBy: row["created_by"],
            expiresAt: expiresAt.map(Timestamp.init(milliseconds:)),
            lastUsedAt: lastUsedAt.map(Timestamp.init(milliseconds:)))
    }
}

extension Token.Kind {
    fileprivate init?(row: Row) {
        let role: String? = row["role"]
        if let role {
            guard let role = Role(rawValue: role) else { return nil }
            self = .api(role: role)
            return
        }
        guard let labels = IdentityRow.decode([String: String].self, row["forced_labels"]),
            let limits = IdentityRow.decode(IngestLimits.self, row["limits"])
        else { return nil }
        let forced = Labels(labels.map { (name: $0.key, value: $0.value) })
        guard ForcedLabels.refusal(forced) == nil else { return nil }
        let kind: String? = row["kind"]
        guard kind == nil else {
            switch kind {
            case IdentityRow.eventsKind: self = .events(forcedLabels: forced)
            case IdentityRow.browserKind: self = .browser(forcedLabels: forced)
            default: return nil
            }
            return
        }
        self = .ingest(forcedLabels: forced, limits: limits)
    }
}

enum IdentityRow {
    static let eventsKind = "events"
    static let browserKind = "browser"

    static func damaged(_ table: String, _ row: String) -> StateStoreError {
        StateStoreError(.corrupt, "table \(table), row \(quoted(row)): not what Signalbox writes")
    }

    /// JSON with sorted keys, so that equal values are equal text.
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decode<T: Decodable>(_ type: T.Type, _ text: String?) -> T? {
        guard let text else { return nil }
        return try? JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
