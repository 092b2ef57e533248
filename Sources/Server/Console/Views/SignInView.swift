/// The form that asks who somebody is.
struct SignInView: Sendable {
    let tabTitle = "Sign in"
    let next: String
    let givenName: String
    let refusal: String?
}

/// Something went wrong; what, and where to go.
struct NoticeView: Sendable {
    let tabTitle: String
    let message: String
    let advice: String?
}
