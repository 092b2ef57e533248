internal import Basics
internal import Crypto

/// AWS' Signature Version 4 of a request without a query (docs.aws.amazon.com, "Create a signed AWS API request").
struct AWSSignature {
    var region: String
    var service: String
    var accessKey: String
    var secretKey: Secret
    var time: Timestamp

    /// `X-Amz-Date` and `Authorization`; `host` and `contentType` as they are sent.
    func headers(method: String, host: String, path: String, contentType: String, body: [UInt8]) -> [String: String] {
        // 2026-01-31T08:00:00.123Z becomes 20260131T080000Z.
        let text = RFC3339.format(Timestamp(milliseconds: time.milliseconds / 1000 * 1000))
        let stamp = text.replacing("-", with: "").replacing(":", with: "")
        let day = String(stamp.prefix(8))
        let signed = "content-type;host;x-amz-date"
        let canonical = [
            method, path, "", "content-type:\(contentType)", "host:\(host)", "x-amz-date:\(stamp)", "", signed,
            SHA256.hash(data: body).hexadecimal,
        ].joined(separator: "\n")
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let toSign = [
            "AWS4-HMAC-SHA256", stamp, scope, SHA256.hash(data: Array(canonical.utf8)).hexadecimal,
        ].joined(separator: "\n")
        var key = Array("AWS4\(secretKey.revealed)".utf8)
        for part in [day, region, service, "aws4_request"] { key = Self.mac(part, key) }
        let signature = Self.mac(toSign, key).hexadecimal
        return [
            "X-Amz-Date": stamp,
            "Authorization":
                "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope), SignedHeaders=\(signed), Signature=\(signature)",
        ]
    }

    private static func mac(_ text: String, _ key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
    }
}
