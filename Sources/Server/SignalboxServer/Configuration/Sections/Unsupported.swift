/// How keys of later parts are refused: ignoring one would be a promise not kept.
enum Unsupported {
    static let message = "not supported by this version"
}
