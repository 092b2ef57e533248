import Mustache

/// The pages' templates, parsed once. Every one escapes with `HTMLText`.
struct Templates: Sendable {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let library: MustacheLibrary

    init(_ texts: [String: String]) throws {
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        var library = MustacheLibrary()
        for (name, text) in texts {
            // A partial begins with the library's own escaping again, so each file says it.
            do { try library.register("{{% CONTENT_TYPE:\(HTMLText.name)}}" + text, named: name) } catch {
                throw Failure(description: "template \(name): \(error)")
            }
        }
        self.library = library
    }

    func render(_ object: some Sendable, with name: String) throws -> String {
        guard let text = library.render(object, withTemplate: name) else {
            throw Failure(description: "there is no template \(name)")
        }
        return text
    }
}
