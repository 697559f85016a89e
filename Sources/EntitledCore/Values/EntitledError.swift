/// The question couldn't be answered, and why.
///
/// A refusal by the rules (not covered, exhausted) is never an error: it is a value of the answer's type.
public struct EntitledError: Error, Hashable, Sendable {
    /// What kind of failure it is; decides whether the same call may be sent again.
    public let status: StatusCode
    /// The stable, machine-readable name of the failure.
    public let reason: ErrorReason
    /// One sentence for a person. It may name fields and ids, never keys or free texts.
    public let message: String
    /// Further facts by name, for instance `field` and `allowed`.
    public let details: [String: String]
    /// How long to wait before the same call may succeed, where the server knows.
    public let retryAfter: Duration?

    public init(
        _ reason: ErrorReason, status: StatusCode? = nil, _ message: String, details: [String: String] = [:],
        retryAfter: Duration? = nil
    ) {
        self.status = status ?? reason.status
        self.reason = reason
        self.message = message
        self.details = details
        self.retryAfter = retryAfter
    }

    /// Bad input: names the field and what is allowed there.
    public static func invalid(_ field: String, _ problem: String, allowed: String) -> EntitledError {
        EntitledError(
            .invalidField, "\(field): \(problem); allowed: \(allowed)", details: ["field": field, "allowed": allowed])
    }

    /// Something that a call names doesn't exist in the tenant.
    public static func notFound(_ field: String, _ id: String) -> EntitledError {
        EntitledError(.notFound, "\(field): there is no '\(id)'", details: ["field": field, "id": id])
    }

    /// A record was changed since the caller read it: read it again, then decide afresh.
    public static func versionConflict(_ id: String, given: Int64, current: Int64) -> EntitledError {
        EntitledError(
            .versionConflict, "version: '\(id)' is at version \(current), not \(given)",
            details: ["field": "version", "current": "\(current)"])
    }

    /// Something that a call wants to create exists already.
    public static func alreadyExists(_ field: String, _ id: String) -> EntitledError {
        EntitledError(.alreadyExists, "\(field): '\(id)' exists already", details: ["field": field, "id": id])
    }
}

extension EntitledError: CustomStringConvertible {
    public var description: String { "\(reason.name): \(message)" }
}

/// gRPC's canonical status codes, by their numbers.
///
/// Source: gRPC, "Status codes and their use in gRPC".
public enum StatusCode: UInt32, Hashable, Sendable, CaseIterable {
    case ok = 0
    case cancelled = 1
    case unknown = 2
    case invalidArgument = 3
    case deadlineExceeded = 4
    case notFound = 5
    case alreadyExists = 6
    case permissionDenied = 7
    case resourceExhausted = 8
    case failedPrecondition = 9
    case aborted = 10
    case outOfRange = 11
    case unimplemented = 12
    case `internal` = 13
    case unavailable = 14
    case dataLoss = 15
    case unauthenticated = 16

    /// Whether the same call with the same request id may be sent again and may then be answered.
    public var isRetryable: Bool {
        switch self {
        case .unknown, .deadlineExceeded, .resourceExhausted, .aborted, .unavailable: true
        case .ok, .cancelled, .invalidArgument, .notFound, .alreadyExists, .permissionDenied, .failedPrecondition,
            .outOfRange, .unimplemented, .internal, .dataLoss, .unauthenticated:
            false
        }
    }
}

/// The stable name of a failure. An open set: a newer server may send names that this client doesn't know.
public struct ErrorReason: Hashable, Sendable {
    public let name: String
    /// The status that goes with it; ``StatusCode/unknown`` for names of a newer server.
    public let status: StatusCode

    private init(_ name: String, _ status: StatusCode) {
        self.name = name
        self.status = status
    }

    /// The reason of that name, as it came over the wire.
    public init(name: String) {
        self = Self.known[name] ?? ErrorReason(name, .unknown)
    }

    // What the peer sent.
    public static let malformedFrame = ErrorReason("malformed_frame", .invalidArgument)
    public static let frameTooLarge = ErrorReason("frame_too_large", .invalidArgument)
    public static let unknownFrameKind = ErrorReason("unknown_frame_kind", .unimplemented)
    public static let callIDInUse = ErrorReason("call_id_in_use", .invalidArgument)
    public static let malformedRequest = ErrorReason("malformed_request", .invalidArgument)
    public static let unknownMethod = ErrorReason("unknown_method", .unimplemented)
    public static let invalidField = ErrorReason("invalid_field", .invalidArgument)
    // Who asks.
    public static let badCredentials = ErrorReason("bad_credentials", .unauthenticated)
    public static let notAuthenticated = ErrorReason("not_authenticated", .unauthenticated)
    public static let permissionDenied = ErrorReason("permission_denied", .permissionDenied)
    // What is there.
    public static let notFound = ErrorReason("not_found", .notFound)
    public static let alreadyExists = ErrorReason("already_exists", .alreadyExists)
    public static let wrongState = ErrorReason("wrong_state", .failedPrecondition)
    public static let versionConflict = ErrorReason("version_conflict", .failedPrecondition)
    public static let requestIDConflict = ErrorReason("request_id_conflict", .alreadyExists)
    // What the server can do now.
    public static let tooManyCalls = ErrorReason("too_many_calls", .resourceExhausted)
    public static let overloaded = ErrorReason("overloaded", .resourceExhausted)
    public static let deadlineExceeded = ErrorReason("deadline_exceeded", .deadlineExceeded)
    public static let cancelled = ErrorReason("cancelled", .cancelled)
    public static let draining = ErrorReason("draining", .unavailable)
    public static let unavailable = ErrorReason("unavailable", .unavailable)
    public static let tenantUnavailable = ErrorReason("tenant_unavailable", .failedPrecondition)
    public static let outcomeUnknown = ErrorReason("outcome_unknown", .unknown)
    public static let internalError = ErrorReason("internal", .internal)

    /// Every reason that this version sends, in the order in which the protocol lists them.
    public static let all: [ErrorReason] = [
        .malformedFrame, .frameTooLarge, .unknownFrameKind, .callIDInUse, .malformedRequest, .unknownMethod,
        .invalidField, .badCredentials, .notAuthenticated, .permissionDenied, .notFound, .alreadyExists, .wrongState,
        .versionConflict, .requestIDConflict, .tooManyCalls, .overloaded, .deadlineExceeded, .cancelled, .draining,
        .unavailable,
        .tenantUnavailable, .outcomeUnknown, .internalError,
    ]

    private static let known = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
