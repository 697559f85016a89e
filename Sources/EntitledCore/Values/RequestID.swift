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
    /// A UUID of version 7: 48 bits of milliseconds since 1970, the rest random (RFC 9562, section 5.7).
    package static func timeOrdered() -> UUID {
        let milliseconds = UInt64(max(0, Instant.systemNow.microseconds / 1000))
        var bytes = [UInt8](repeating: 0, count: 16)
        withUnsafeBytes(of: (milliseconds << 16).bigEndian) { time in
            for index in 0..<6 { bytes[index] = time[index] }
        }
        var random = SystemRandomNumberGenerator()
        for index in 6..<16 { bytes[index] = random.next() }
        bytes[6] = bytes[6] & 0x0F | 0x70
        bytes[8] = bytes[8] & 0x3F | 0x80
        return UUID(bytes: bytes)
    }

    package init(bytes: [UInt8]) {
        precondition(bytes.count == 16)
        self = bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }

    package var bytes: [UInt8] { withUnsafeBytes(of: uuid) { Array($0) } }
}
