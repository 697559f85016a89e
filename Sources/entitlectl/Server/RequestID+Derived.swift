import Crypto
import EntitledCore
import Foundation

extension RequestID {
    /// Follows from what is asked: whoever asks the same thing again, for the same purpose, gets the first answer.
    ///
    /// The first 16 bytes of SHA-256 over the purpose and the command, marked as a UUID of version 8 (RFC 9562,
    /// section 5.8). The same content always has the same id, and other content another one: such runs never meet
    /// `request_id_conflict` with themselves.
    /// - Parameter purpose: keeps runs of different kinds apart.
    init<Content: Command>(derivedFrom command: Content, purpose: String...) {
        var content = CanonicalEncoder()
        command.encode(to: &content)
        var hash = SHA256()
        for part in purpose + [Content.method.name] {
            hash.update(data: Array(part.utf8) + [0])
        }
        hash.update(data: content.bytes)
        var bytes = Array(hash.finalize().prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        self.init(UUID(bytes: bytes))
    }
}
