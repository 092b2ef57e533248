import Crypto
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// The small page behind a signed link. It says what the page is called and nothing else, loads nothing, and sends
/// no address onwards.
struct LinkPage {
    var heading: String
    var text: String
    /// Shown as the title of what is to be acknowledged; may be anybody's text.
    var title = ""
    /// The word on the button; empty for no form.
    var button = ""

    static let style = """
        body{font:18px/1.5 system-ui,sans-serif;margin:0;padding:2rem 1rem;max-width:34rem;margin-inline:auto;\
        background:#f7f7f8;color:#16181d}h1{font-size:1.3rem}button{font:inherit;font-weight:600;padding:.9rem 1.4rem;\
        width:100%;border:0;border-radius:.5rem;background:#1565c0;color:#fff}\
        @media(prefers-color-scheme:dark){body{background:#11161d;color:#e8eaed}}
        """
    private static let policy =
        "default-src 'none'; style-src 'sha256-\(Data(SHA256.hash(data: Array(style.utf8))).base64EncodedString())'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

    func response(_ status: HTTPResponse.Status) -> Response {
        var headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
            .contentSecurityPolicy: Self.policy, .xContentTypeOptions: "nosniff",
        ]
        for (name, value) in [("Referrer-Policy", "no-referrer"), ("X-Robots-Tag", "noindex")] {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: html)))
    }

    private var html: String {
        var html = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>Signalbox</title><style>\(Self.style)</style></head>
            <body><h1>\(Self.escape(heading))</h1>

            """
        if !title.isEmpty { html += "<p><strong>\(Self.escape(title))</strong></p>\n" }
        if !text.isEmpty { html += "<p>\(Self.escape(text))</p>\n" }
        if !button.isEmpty {
            html += "<form method=\"post\"><button>\(Self.escape(button))</button></form>\n"
        }
        return html + "</body></html>\n"
    }

    private static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}
