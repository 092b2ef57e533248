import HTTPTypes
import Hummingbird
import NIOCore

/// How every answer of the console leaves: never framed, never sniffed, running only scripts of its own.
enum ConsoleResponse {
    /// Styles and scripts come from files of ours alone: text that slips through an escape still cannot run.
    static let contentSecurityPolicy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
        "font-src 'self'", "manifest-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    static func html(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        secured(
            Response(
                status: status, headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
                body: .init(byteBuffer: ByteBuffer(string: text))))
    }

    /// After a POST, so that a reload repeats nothing.
    static func redirect(to location: String) -> Response {
        secured(Response(status: .seeOther, headers: [.location: location, .cacheControl: "no-store"]))
    }

    static func asset(_ file: ConsoleAssets.File, cacheControl: String) -> Response {
        secured(
            Response(
                status: .ok, headers: [.contentType: file.contentType, .cacheControl: cacheControl],
                body: .init(byteBuffer: file.bytes)))
    }

    static func secured(_ response: Response) -> Response {
        var response = response
        for (name, value) in headers { response.headers[name] = value }
        return response
    }

    private static let headers: [(HTTPField.Name, String)] = [
        ("Content-Security-Policy", contentSecurityPolicy), ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ].compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }
}
