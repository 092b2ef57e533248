package import HTTPTypes
package import Hummingbird

/// Serves at its root what another has in a folder: the port of a dialect that has its own place on the main one.
package struct FolderResponder<Responder: HTTPResponder>: HTTPResponder {
    package typealias Context = Responder.Context

    private let folder: String
    private let responder: Responder

    package init(folder: String, responder: Responder) {
        self.folder = folder
        self.responder = responder
    }

    package func respond(to request: Request, context: Context) async throws -> Response {
        var head = request.head
        let path = head.path ?? "/"
        head.path = path.hasPrefix("/?") || path == "/" ? folder + path.dropFirst() : folder + path
        return try await responder.respond(to: Request(head: head, body: request.body), context: context)
    }
}
