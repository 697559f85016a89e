import Crypto
import Foundation

/// The secret that a program identifies itself with: `ent_` and 48 characters of base64url.
///
/// They hold 256 random bits and 4 bytes of their SHA-256: a key that was mistyped or cut off is told apart without
/// asking anyone, and a scanner finds leaked keys by their form.
package struct APIKey: Sendable {
    private let secret: [UInt8]

    private static let prefix = "ent_"
    private static let secretLength = 32
    private static let checksumLength = 4

    /// A new one.
    package init() {
        var random = SystemRandomNumberGenerator()
        secret = (0..<Self.secretLength).map { _ in random.next() }
    }

    /// Nil unless the text has the form of a key and its checksum is right.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), text.utf8.count == Self.prefix.count + 48 else { return nil }
        let base64 = text.dropFirst(Self.prefix.count)
            .replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        guard let bytes = Data(base64Encoded: base64), bytes.count == Self.secretLength + Self.checksumLength else {
            return nil
        }
        secret = Array(bytes.prefix(Self.secretLength))
        guard bytes.suffix(Self.checksumLength).elementsEqual(checksum) else { return nil }
    }

    /// The key itself. Shown once, to the person who made it; never logged, never stored.
    package var text: String {
        Self.prefix
            + Data(secret + checksum).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
    }

    /// What the directory keeps instead of the key: HMAC-SHA256 under the server's pepper, 32 bytes.
    package func digest(pepper: Pepper) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: secret, using: pepper.key))
    }

    private var checksum: [UInt8] {
        Array(SHA256.hash(data: secret).prefix(Self.checksumLength))
    }
}

/// The server-side secret without which the stored digests are worth nothing: at least 32 bytes.
package struct Pepper: Sendable {
    fileprivate let key: SymmetricKey

    /// - Parameter text: at least 32 characters; all their bytes count.
    package init?(_ text: String) {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard trimmed.utf8.count >= 32 else { return nil }
        key = SymmetricKey(data: Data(trimmed.utf8))
    }

    /// A new one, as text of 64 hexadecimal digits.
    package static func generate() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { bytes in
            bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }
    }
}

/// Whether two digests are equal, in a time that doesn't depend on where they differ.
package func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
