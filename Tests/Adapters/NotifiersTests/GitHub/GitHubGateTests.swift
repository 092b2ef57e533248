import Basics
import Notifiers
import Response
import Testing
import WireFormats

@Suite("GitHub's deployment protection rules")
struct GitHubGateTests {
    /// The example of GitHub's documentation on validating deliveries.
    @Test("a signature is that of GitHub's own example, and nothing else passes")
    func signatures() {
        let secret = Secret("It's a Secret to Everybody")
        let body = Array("Hello, World!".utf8)
        let good = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        #expect(GitHubSignature.make(body: body, secret: secret) == good)
        #expect(GitHubSignature.isValid(good, body: body, secret: secret))
        for bad in [
            "", "sha256=", "sha1=757107ea", good + "00", String(good.dropLast(2)),
            good.replacing("757107ea", with: "757107eb"), good.replacing("757107ea", with: "757107EA"),
        ] { #expect(!GitHubSignature.isValid(bad, body: body, secret: secret), "\(bad)") }
        #expect(!GitHubSignature.isValid(good, body: Array("Hello, World?".utf8), secret: secret))
        let unsigned = GitHubSignature.make(body: body, secret: Secret(""))
        #expect(!GitHubSignature.isValid(unsigned, body: body, secret: Secret("")), "an empty secret proves nothing")
    }

    private static let api = "https://api.github.com"

    private static func event(
        callback: String = "\(api)/repos/shop/cart/actions/runs/42/deployment_protection_rule",
        repository: String = "shop/cart", installation: String = "7", environment: String = "production",
        ref: String = "main"
    ) -> [UInt8] {
        Array(
            """
            {"action":"requested","environment":"\(environment)","deployment_callback_url":"\(callback)",\
            "deployment":{"sha":"0123456789abcdef","ref":"\(ref)","payload":{"service":"basket"}},\
            "repository":{"full_name":"\(repository)"},"installation":{"id":\(installation)},"sender":{"login":"ann"}}
            """.utf8)
    }

    @Test("an event tells what waits, and where the answer goes")
    func events() throws {
        let asked = try GitHubDeployment(parsing: Self.event(), apiURL: Self.api)
        #expect(asked.environment == "production" && asked.repository == "shop/cart" && asked.service == "basket")
        #expect(asked.summary == "shop/cart main 0123456789ab" && asked.sender == "ann" && asked.installation == "7")
    }

    @Test(
        "the App's token goes to no other address than the configured API's, for the repository itself",
        arguments: [
            "https://evil.example/repos/shop/cart/actions/runs/42/deployment_protection_rule",
            "https://api.github.com.evil.example/repos/shop/cart/actions/runs/42/deployment_protection_rule",
            "http://api.github.com/repos/shop/cart/actions/runs/42/deployment_protection_rule",
            "https://api.github.com/repos/other/cart/actions/runs/42/deployment_protection_rule",
            "https://api.github.com/repos/shop/cart/actions/runs/../../x/deployment_protection_rule",
            "https://api.github.com/repos/shop/cart/actions/runs/42/deployment_protection_rule?x=1",
        ])
    func callbacks(url: String) {
        #expect(throws: WireFormatError.self) {
            try GitHubDeployment(parsing: Self.event(callback: url), apiURL: Self.api)
        }
    }

    @Test(
        "an environment or a branch says what kind of change it is; what is not named is an ordinary one",
        arguments: [
            ("production", "main", "production", .normal, nil),
            ("production-fix", "main", "production", .criticalFix, "environment production-fix of shop/cart"),
            ("production-back", "hotfix/pay", "production", .rollback, nil),
            ("production", "hotfix/pay", "production", .criticalFix, "branch hotfix/pay of shop/cart"),
            ("production", "refs/heads/hotfix/pay", "production", .criticalFix, "branch hotfix/pay of shop/cart"),
            ("production", "refs/tags/hotfix/pay", "production", .normal, nil),
            ("staging", "urgent", "staging", .criticalFix, "branch urgent of shop/cart"),
            ("staging", "urgent2", "staging", .normal, nil),
        ] as [(String, String, String, GateQuestion.Change, String?)])
    func changes(
        environment: String, ref: String, asked: String, change: GateQuestion.Change, because: String?
    ) throws {
        var settings = GitHubGateSettings(webhookSecret: Secret("s"), appID: "1", privateKey: Secret("k"))
        settings.environments = [
            "production-fix": .init(name: "production", change: .criticalFix),
            "production-back": .init(name: "production", change: .rollback),
        ]
        settings.criticalFixBranches = ["hotfix/*", "urgent"]
        let deployment = try GitHubDeployment(
            parsing: Self.event(environment: environment, ref: ref), apiURL: Self.api)
        let found = try #require(settings.question(deployment))
        #expect(found.question == GateQuestion(service: "basket", environment: asked, change: change))
        #expect(found.because == because.map { $0 + " is for critical fixes" })
    }

    @Test("what is missing or malformed is refused")
    func malformed() {
        for bytes in [Array("{}".utf8), Array("".utf8), Self.event(installation: "\"1/../2\"")] {
            #expect(throws: WireFormatError.self) { try GitHubDeployment(parsing: bytes, apiURL: Self.api) }
        }
    }

    @Test("a key that is none is named before anything is sent")
    func keys() {
        var settings = GitHubGateSettings(webhookSecret: Secret("s"), appID: "1", privateKey: Secret("no key"))
        #expect(settings.problem?.contains("private_key") == true)
        settings.apiURL = "ftp://x"
        #expect(settings.problem?.contains("api_url") == true)
    }
}
