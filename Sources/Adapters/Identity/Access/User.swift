package import Basics

/// A person who signs in with a name and a password kept here.
package struct User: Sendable, Hashable {
    package var name: UserName
    package var role: Role
    package var password: PasswordHash
    package var createdAt: Timestamp
    package var passwordChangedAt: Timestamp

    package init(
        name: UserName, role: Role, password: PasswordHash, createdAt: Timestamp, passwordChangedAt: Timestamp
    ) {
        self.name = name
        self.role = role
        self.password = password
        self.createdAt = createdAt
        self.passwordChangedAt = passwordChangedAt
    }

    var principal: Principal { Principal(kind: .user, id: name.text, name: name.text, role: role) }
}
