/// A token just made, its secret still readable: this once.
package struct NewToken: Sendable {
    package var token: Token
    package var secret: String
}
