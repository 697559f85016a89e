public import Foundation

/// The 16 bytes that make a call repeatable: the same id with the same content gets the first answer, for ever.
public struct RequestID: Hashable, Sendable, CustomStringConvertible {
    public let uuid: UUID

    public init(_ uuid: UUID) {
        self.uuid = uuid
    }

    /// A new one, ordered by time (RFC 9562, UUID version 7), so that the index over them grows at its end.
    public init() {
        self.init(.timeOrdered())
    }

    /// - Throws: ``EntitledError`` `invalid_field` unless there are exactly 16 bytes.
    public init(bytes: some Collection<UInt8>, field: String = "request_id") throws(EntitledError) {
        guard bytes.count == 16 else {
            throw .invalid(field, "has \(bytes.count) bytes", allowed: "exactly 16 bytes")
        }
        self.init(UUID(bytes: Array(bytes)))
    }

    /// The 16 bytes.
    public var bytes: [UInt8] { uuid.bytes }

    public var description: String { uuid.uuidString.lowercased() }
}

extension UUID {
    /// A UUID of version 7: 48 bits of milliseconds since 1970, 12 bits of their fractions, so that those made in one
    /// millisecond are in order too, and 62 random ones (RFC 9562, sections 5.7 and 6.2, method 3).
    package static func timeOrdered() -> UUID {
        let (milliseconds, microseconds) = UInt64(max(0, Instant.systemNow.microseconds)).quotientAndRemainder(
            dividingBy: 1000)
        let high = milliseconds << 16 | 0x7000 | (microseconds << 12) / 1000
        // One look at the system's randomness: it is a call into the kernel.
        let low = UInt64.random(in: .min ... .max) >> 2 | 1 << 63
        return withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }

    package init(bytes: [UInt8]) {
        precondition(bytes.count == 16)
        self = bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }

    package var bytes: [UInt8] { withUnsafeBytes(of: uuid) { Array($0) } }
}
