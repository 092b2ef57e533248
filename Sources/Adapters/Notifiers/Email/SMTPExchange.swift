internal import Basics
internal import CCurl
internal import Glibc

/// One mail over one connection, by libcurl. Blocks until it is sent, refused or out of time.
///
/// A class because libcurl's callbacks get its address while `perform` runs; used by one thread.
final class SMTPExchange {
    private let settings: EmailSettings
    private let sender: MailAddress
    private let recipients: [MailAddress]
    private let message: [UInt8]
    private var sentCount = 0
    private var transcript = SMTPTranscript()

    /// Once per process, before any handle: libcurl's own rule. 3 is CURL_GLOBAL_ALL.
    private static let isLibraryReady = curl_global_init(3) == CURLE_OK

    init(settings: EmailSettings, sender: MailAddress, recipients: [MailAddress], message: [UInt8]) {
        self.settings = settings
        self.sender = sender
        self.recipients = recipients
        self.message = message
    }

    func perform(timeoutMilliseconds: Int) -> SMTPVerdict {
        guard Self.isLibraryReady, let handle = curl_easy_init() else {
            return verdict(.broken("libcurl could not be started"))
        }
        defer { curl_easy_cleanup(handle) }
        var recipientList: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(recipientList) }
        for recipient in recipients {
            guard let longer = curl_slist_append(recipientList, recipient.mailbox) else {
                return verdict(.broken("out of memory"))
            }
            recipientList = longer
        }
        let isSet = withExtendedLifetime(self) {
            configure(handle, recipients: recipientList, timeoutMilliseconds: timeoutMilliseconds)
        }
        guard isSet else { return verdict(.hopeless("libcurl refuses the settings")) }
        let code = withExtendedLifetime(self) { curl_easy_perform(handle) }
        return verdict(ending(code))
    }

    private func verdict(_ ending: SMTPVerdict.Ending) -> SMTPVerdict {
        SMTPVerdict(server: "\(settings.host):\(settings.port)", ending: ending, transcript: transcript)
    }

    private func configure(
        _ handle: UnsafeMutableRawPointer, recipients: UnsafeMutablePointer<curl_slist>?, timeoutMilliseconds: Int
    ) -> Bool {
        let context = Unmanaged.passUnretained(self).toOpaque()
        var codes = [
            signalbox_curl_set_string(handle, CURLOPT_URL, url),
            signalbox_curl_set_string(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps"),
            // Not the environment's: a proxy for the web is none for mail.
            signalbox_curl_set_string(handle, CURLOPT_PROXY, ""),
            // Signals and threads do not go together.
            signalbox_curl_set_long(handle, CURLOPT_NOSIGNAL, 1),
            signalbox_curl_set_long(handle, CURLOPT_TIMEOUT_MS, timeoutMilliseconds),
            // libcurl counts TLS and AUTH as connecting: a slow directory behind the server gets the whole time.
            signalbox_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, timeoutMilliseconds),
            signalbox_curl_set_long(handle, CURLOPT_UPLOAD, 1),
            signalbox_curl_set_string(handle, CURLOPT_MAIL_FROM, sender.mailbox),
            signalbox_curl_set_list(handle, CURLOPT_MAIL_RCPT, recipients),
            // One refused recipient must not keep the page from the others; the verdict tells of it.
            signalbox_curl_set_long(handle, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1),
            signalbox_curl_set_read(handle, readMessage, context),
            signalbox_curl_set_debug(handle, noteDialogue, context),
        ]
        codes += securityOptions(handle)
        return codes.allSatisfy { $0 == CURLE_OK }
    }

    private func securityOptions(_ handle: UnsafeMutableRawPointer) -> [CURLcode] {
        var codes = [signalbox_curl_set_long(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))]
        if settings.security == .startTLS {
            codes.append(signalbox_curl_set_long(handle, CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)))
        }
        if !settings.caFile.isEmpty {
            codes.append(signalbox_curl_set_string(handle, CURLOPT_CAINFO, settings.caFile))
        }
        if !settings.verifiesServer {
            codes.append(signalbox_curl_set_long(handle, CURLOPT_SSL_VERIFYPEER, 0))
            codes.append(signalbox_curl_set_long(handle, CURLOPT_SSL_VERIFYHOST, 0))
        }
        if !settings.username.isEmpty {
            codes.append(signalbox_curl_set_string(handle, CURLOPT_USERNAME, settings.username))
            codes.append(signalbox_curl_set_string(handle, CURLOPT_PASSWORD, settings.password.revealed))
        }
        return codes
    }

    /// libcurl takes the name for EHLO from the path.
    private var url: String {
        let scheme = settings.security == .implicitTLS ? "smtps" : "smtp"
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        let hello = settings.helloName.isEmpty ? String(sender.domain) : settings.helloName
        return "\(scheme)://\(host):\(settings.port)/\(hello)"
    }

    private func ending(_ code: CURLcode) -> SMTPVerdict.Ending {
        switch code {
        case CURLE_OK: .completed
        case CURLE_COULDNT_RESOLVE_HOST: .broken("the name cannot be resolved")
        case CURLE_COULDNT_CONNECT: .broken("no connection")
        case CURLE_OPERATION_TIMEDOUT: .broken("no answer in time")
        case CURLE_USE_SSL_FAILED: .hopeless("the server offers no STARTTLS, and mail in the clear is not allowed")
        case CURLE_PEER_FAILED_VERIFICATION: .hopeless("the server's certificate is not trusted")
        case CURLE_SSL_CACERT_BADFILE: .hopeless("the CA file cannot be read")
        case CURLE_SSL_CONNECT_ERROR: .broken("the TLS handshake failed")
        default: .broken(String(cString: curl_easy_strerror(code)))
        }
    }

    fileprivate func read(into buffer: UnsafeMutableRawPointer, capacity: Int) -> Int {
        let count = min(capacity, message.count - sentCount)
        message.withUnsafeBytes { bytes in
            guard count > 0, let base = bytes.baseAddress else { return }
            memcpy(buffer, base + sentCount, count)
        }
        sentCount += count
        return count
    }

    fileprivate func note(_ type: curl_infotype, _ data: UnsafeRawBufferPointer) {
        switch type {
        case CURLINFO_HEADER_OUT: transcript.sent(String(decoding: data, as: UTF8.self))
        case CURLINFO_HEADER_IN: transcript.received(String(decoding: data, as: UTF8.self))
        default: break
        }
    }
}

private func readMessage(
    buffer: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?
) -> Int {
    guard let buffer, let context else { return 0 }
    let exchange = Unmanaged<SMTPExchange>.fromOpaque(context).takeUnretainedValue()
    return exchange.read(into: buffer, capacity: size * count)
}

private func noteDialogue(
    handle: UnsafeMutableRawPointer?, type: curl_infotype, data: UnsafeMutablePointer<CChar>?, size: Int,
    context: UnsafeMutableRawPointer?
) -> CInt {
    guard let data, let context else { return 0 }
    let exchange = Unmanaged<SMTPExchange>.fromOpaque(context).takeUnretainedValue()
    exchange.note(type, UnsafeRawBufferPointer(start: data, count: size))
    return 0
}
