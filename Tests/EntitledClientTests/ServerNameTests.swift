import Testing

@testable import EntitledClient

struct ServerNameTests {
    @Test(arguments: [
        ("entitled.example.com", "entitled.example.com", true),
        ("Entitled.Example.com.", "entitled.example.COM", true),
        ("entitled.example.com", "*.example.com", true),
        ("a.b.example.com", "*.example.com", false),
        ("example.com", "*.example.com", false),
        (".example.com", "*.example.com", false),
        ("entitled.example.com", "ent*.example.com", false),
        ("entitled.example.com", "*", false),
        ("entitled.example.com", "other.example.com", false),
        ("", "", false),
    ])
    func aCertificateBearsTheName(name: String, pattern: String, isBorne: Bool) {
        #expect(ServerName(name).matches(pattern) == isBorne)
    }
}
