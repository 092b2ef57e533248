package import Basics
import HTTPTypes
import Hummingbird
package import Notifiers
package import Response

/// `/link/TOKEN`: acknowledging without a session, by a link that was sent. GET shows a page with a button, so that
/// a mail filter or a preview that looks at the link does nothing; POST acknowledges, once.
package struct LinkAPI: Sendable {
    private let signer: LinkSigner
    private let used: any UsedLinks
    private let core: OperationsCore
    private let throttle: AddressThrottle
    private let clock: any WallClock

    package init(
        signer: LinkSigner, used: any UsedLinks, core: OperationsCore, throttle: AddressThrottle,
        clock: any WallClock
    ) {
        self.signer = signer
        self.used = used
        self.core = core
        self.throttle = throttle
        self.clock = clock
    }

    package var endpoints: [Endpoint] {
        let path = LinkSigner.path + ":token"
        return [
            Endpoint(.get, path, nil, "What a signed link is for; the link is the credential", show),
            Endpoint(.post, path, nil, "Does what a signed link is for, once; the link is the credential", act),
        ]
    }

    private func show(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try throttle.admit(context.remoteAddress)
        let token = try context.parameters.require("token")
        let claim: LinkClaim
        do { claim = try signer.claim(token, now: clock.now()) } catch { return refusal(error) }
        if try await used.isUsed(token) { return usedBefore }
        if claim.page == TestPage.id { return LinkPage.test.response(.ok) }
        guard let page = core.state.page(claim.page) else { return notHere }
        guard page.isOpen else { return over(page) }
        guard page.status != .acknowledged else { return inHand(page) }
        return LinkPage(
            heading: "Acknowledge this page?", text: "You take it in hand; nobody else is woken for it.",
            title: page.title, button: "Acknowledge"
        ).response(.ok)
    }

    private func act(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try throttle.admit(context.remoteAddress)
        let token = try context.parameters.require("token")
        let now = clock.now()
        let claim: LinkClaim
        do { claim = try signer.claim(token, now: now) } catch { return refusal(error) }
        if try await used.isUsed(token) { return usedBefore }
        if claim.page == TestPage.id { return LinkPage.test.response(.ok) }
        guard let page = core.state.page(claim.page) else { return notHere }
        guard page.isOpen else { return over(page) }
        guard page.status != .acknowledged else { return inHand(page) }
        guard try await used.use(token, expiresAt: claim.expiresAt, now: now) else { return usedBefore }
        do {
            try await core.act(on: claim.page, .acknowledged(page: claim.page, by: claim.actor, note: "by link"))
        } catch {
            try await used.release(token)
            throw error
        }
        return LinkPage(heading: "Acknowledged", text: "It is in your hands now.", title: page.title).response(.ok)
    }

    private func refusal(_ refusal: LinkSigner.Refusal) -> Response {
        switch refusal {
        case .forged: LinkPage(heading: "This link is not valid", text: "").response(.notFound)
        case .expired: LinkPage(heading: "This link is too old", text: "Open the console instead.").response(.gone)
        }
    }

    private var usedBefore: Response {
        LinkPage(heading: "This link was used already", text: "It works once.").response(.gone)
    }

    private var notHere: Response {
        LinkPage(heading: "This page is not kept any more", text: "It was resolved long ago.").response(.gone)
    }

    private func inHand(_ page: Page) -> Response {
        LinkPage(heading: "Acknowledged already", text: "Somebody has it in hand.", title: page.title).response(.ok)
    }

    private func over(_ page: Page) -> Response {
        LinkPage(heading: "Resolved already", text: "There is nothing left to acknowledge.", title: page.title)
            .response(.ok)
    }
}

extension LinkPage {
    static let test = LinkPage(heading: "The test worked", text: "A real page would be acknowledged now.")
}
