import Crypto
import EntitledCore
import Foundation

/// Request ids that follow from what is asked, so that a second run of the same export asks the same things again and
/// gets the first answers.
enum ReplayRequest {
    /// The first 16 bytes of SHA-256 over the format and the command, marked as a UUID of version 8 (RFC 9562,
    /// section 5.8).
    ///
    /// The same content always has the same id, and other content another one: a replay never meets
    /// `request_id_conflict` with itself.
    static func id(of command: some Command, format: ReplayFormat) -> RequestID {
        var content = CanonicalEncoder()
        command.encode(to: &content)
        var hash = SHA256()
        for part in ["entitled replay", format.rawValue, type(of: command).method.name] {
            hash.update(data: Array(part.utf8) + [0])
        }
        hash.update(data: content.bytes)
        var bytes = Array(hash.finalize().prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return RequestID(UUID(bytes: bytes))
    }
}
