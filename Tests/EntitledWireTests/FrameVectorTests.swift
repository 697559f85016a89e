import EntitledCore
import EntitledWire
import Foundation
import NIOCore
import SwiftProtobuf
import Testing

/// Golden frames: read as the files say, written to the byte.
struct FrameVectorTests {
    static let requestID = Data(0xa0...0xaf)
    static let message = ByteBuffer(bytes: [0x0a, 0x06] + Array("case-1".utf8))

    /// What the comments of the files say, in this implementation's words.
    static func written() throws -> [String: Frame] {
        [
            "hello": try .hello(
                .with {
                    $0.version = 1
                    $0.apiKey = "ent_example"
                    $0.client = "entitled-swift/1.0.0"
                    $0.maxFrameBytes = 65_536
                }),
            "hello_by_certificate": try .hello(.with { $0.version = 1 }),
            "welcome": try .welcome(
                .with {
                    $0.version = 1
                    $0.server = "entitled/1.0.0"
                    $0.tenant = "acme"
                    $0.maxFrameBytes = 65_536
                    $0.maxCallsInFlight = 4096
                    $0.pingIntervalMs = 30_000
                }),
            "request": try .request(
                RequestBody(
                    header: .with {
                        $0.method = 50
                        $0.timeLeftMs = 2500
                        $0.requestID = requestID
                        $0.traceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
                    }, message: message), callID: 7),
            "request_bare": try .request(RequestBody(header: .with { $0.method = 1 }), callID: .max),
            "request_empty_header": try .request(RequestBody(header: .init(), message: message), callID: 8),
            "request_dry_run": try .request(
                RequestBody(
                    header: .with {
                        $0.method = 50
                        $0.dryRun = true
                    }, message: message), callID: 12),
            "response": try .response(
                ResponseBody(header: .with { $0.journalNumber = 300 }, message: message), callID: 7),
            "response_replayed": try .response(
                ResponseBody(
                    header: .with {
                        $0.replayed = true
                        $0.journalNumber = 300
                    }, message: message), callID: 7),
            "response_failed": try .response(
                ResponseBody(
                    header: .with {
                        $0.status = 3
                        $0.reason = "invalid_field"
                        $0.message = "units: must be positive"
                        $0.details = ["field": "units"]
                    }), callID: 9),
            "response_retry_after": try .response(
                ResponseBody(
                    header: .with {
                        $0.status = 8
                        $0.reason = "overloaded"
                        $0.message = "too much is waiting"
                        $0.retryAfterMs = 250
                    }), callID: 10),
            "item": try .item(ResponseBody(header: .init(), message: message), callID: 11),
            "credit": .credit(items: 256, callID: 11),
            "cancel": .cancel(callID: 7),
            "ping": .ping(token: 0x0102_0304_0506_0708),
            "pong": .pong(answering: .ping(token: 0x0102_0304_0506_0708)),
            "goaway_draining": try .goAway(
                .with {
                    $0.status = 14
                    $0.reason = "draining"
                    $0.message = "the server is going down"
                }),
            "goaway_bad_credentials": try .goAway(
                .with {
                    $0.status = 16
                    $0.reason = "bad_credentials"
                    $0.message = "the credentials are not known"
                }),
        ]
    }

    /// Good frames that this implementation reads but, as a writer of this revision, never makes.
    static let onlyRead: Set = ["hello_unknown_field", "ping_unknown_flags"]

    @Test func everyGoodFrameIsCovered() throws {
        let names = Set(FrameVector.good.map(\.name))
        #expect(names == Set(try Self.written().keys).union(Self.onlyRead))
        #expect(!FrameVector.violations.isEmpty && !FrameVector.ignored.isEmpty && !FrameVector.faults.isEmpty)
    }

    @Test(arguments: FrameVector.good)
    func writesToTheByte(vector: FrameVector) throws {
        guard !Self.onlyRead.contains(vector.name) else { return }
        let frame = try #require(try Self.written()[vector.name])
        #expect(frame.encoded == vector.bytes)
    }

    @Test(arguments: FrameVector.good)
    func readsAsWritten(vector: FrameVector) throws {
        let reading = FrameReading.of(vector.bytes, limitBytes: vector.limitBytes)
        let frame = try #require(reading.frames.first)
        #expect(reading == FrameReading(frames: [frame], violation: nil))
        #expect(frame.head == vector.head)
        #expect(frame.encoded == vector.bytes)
        if let written = try Self.written()[vector.name] {
            #expect(frame == written)
        }
    }

    @Test func readsTheFieldsOfARequest() throws {
        let vector = try #require(FrameVector.good.first { $0.name == "request" })
        let frame = try #require(FrameReading.of(vector.bytes).frames.first)
        let body = try RequestBody.read(from: frame.body)
        #expect(body.header.method == 50)
        #expect(body.header.timeLeftMs == 2500)
        #expect(body.header.requestID == Self.requestID)
        #expect(body.message == Self.message)
    }

    @Test func ignoresUnknownFields() throws {
        let vector = try #require(FrameVector.good.first { $0.name == "hello_unknown_field" })
        let frame = try #require(FrameReading.of(vector.bytes).frames.first)
        let hello = try frame.message(as: Entitled_V1_Hello.self)
        #expect(hello.version == 1)
        #expect(hello.apiKey == "ent_example")
    }

    @Test(arguments: FrameVector.ignored, [1, 2, 3, 5, 7, 1000])
    func passesOverOptionalKinds(vector: FrameVector, lump: Int) {
        let ping = Frame.ping(token: 1)
        let reading = FrameReading.of(ping.encoded + vector.bytes + ping.encoded, lumpBytes: lump)
        #expect(reading == FrameReading(frames: [ping, ping], violation: nil))
    }

    @Test(arguments: FrameVector.violations, [1, 2, 3, 5, 7, 1000])
    func refusesViolationsAndAllBehindThem(vector: FrameVector, lump: Int) throws {
        let ping = Frame.ping(token: 1)
        let reading = FrameReading.of(
            ping.encoded + vector.bytes + ping.encoded, lumpBytes: lump, limitBytes: vector.limitBytes)
        #expect(reading.frames == [ping])
        let violation = try #require(reading.violation)
        #expect(vector.expectation == .violation(violation.reason.name))
        #expect(violation.goAway.reason == violation.reason.name)
        #expect(violation.goAway.status == violation.reason.status.rawValue)
        #expect(violation.goAway.status != 0)
        #expect(!violation.goAway.message.isEmpty)
    }

    @Test(arguments: FrameVector.faults)
    func findsTheFaultInABodyAndKeepsTheCall(vector: FrameVector) throws {
        let reading = FrameReading.of(vector.bytes, limitBytes: vector.limitBytes)
        let frame = try #require(reading.frames.first)
        #expect(reading.violation == nil)
        #expect(vector.expectation == .fault(reason: "malformed_request", callID: frame.callID))
        #expect(throws: BodyError.self) { try RequestBody.read(from: frame.body) }
    }
}
