import Basics
import Notifiers
import Response
import Testing

@Suite("Signed links")
struct LinkSignerTests {
    private let now = Timestamp(milliseconds: Notifications.start)

    private func claim(person: String = "ann") -> LinkClaim {
        LinkClaim(page: "7-ab", person: person, channel: "mail", action: .acknowledge, expiresAt: now + .seconds(60))
    }

    private func token(_ claim: LinkClaim) throws -> String { try #require(LinkSigner.fixture.token(claim)) }

    @Test("a link carries its claim until it expires")
    func roundTrip() throws {
        let token = try token(claim())
        #expect(token == (try self.token(claim())))
        #expect(try LinkSigner.fixture.claim(token, now: now) == claim())
        #expect(throws: LinkSigner.Refusal.expired) { try LinkSigner.fixture.claim(token, now: now + .seconds(60)) }
    }

    @Test("the text and its MAC are these very bytes")
    func bytes() throws {
        // Made by Python's base64 and hmac.
        #expect(
            try token(claim())
                == "MR9hHzE3OTU0MDY0NjAwMDAfNy1hYh9hbm4fbWFpbA.eHAR-C37CrTo0lLp0_vv8vB_PPWlVHAo3lXFBL9Vm_0")
    }

    @Test("every changed character, another key and another form are refused")
    func forged() throws {
        let token = Array(try token(claim()))
        for index in token.indices {
            var changed = token
            changed[index] = token[index] == "A" ? "B" : "A"
            #expect(throws: LinkSigner.Refusal.forged) { try LinkSigner.fixture.claim(String(changed), now: now) }
        }
        let other = LinkSigner(key: "another", externalURL: "")
        #expect(throws: LinkSigner.Refusal.forged) { try other.claim(String(token), now: now) }
        let long = String(repeating: "a", count: 9999)
        for bad in ["", ".", "a", "a.b.c", String(token) + "=", String(token) + ".x", long] {
            #expect(throws: LinkSigner.Refusal.forged) { try LinkSigner.fixture.claim(bad, now: now) }
        }
    }

    @Test("a name that could shift the fields gets no link")
    func separator() {
        #expect(LinkSigner.fixture.token(claim(person: "a\u{1f}b")) == nil)
    }

    @Test("only what fires and can be acknowledged has a link, for a day, the same at each attempt")
    func notifications() throws {
        let page = Notifications.make()
        let url = try #require(LinkSigner.fixture.acknowledgeURL(page))
        #expect(url == LinkSigner.fixture.acknowledgeURL(page))
        let prefix = "http://signalbox.example/link/"
        #expect(url.hasPrefix(prefix))
        let claim = try LinkSigner.fixture.claim(String(url.dropFirst(prefix.count)), now: now)
        #expect((claim.page, claim.person, claim.actor) == ("page-7", "ann", "ann"))
        #expect(claim.expiresAt == Timestamp(milliseconds: page.decidedAtMilliseconds) + .seconds(86_400))
        #expect(LinkSigner.fixture.acknowledgeURL(Notifications.make(kind: .resolved, status: .resolved)) == nil)
        #expect(LinkSigner.fixture.acknowledgeURL(Notifications.make(kind: .selfAlarm, pageID: "")) == nil)
    }
}
