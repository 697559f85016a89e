import EntitledCore
import NIOCore
import SwiftProtobuf
import Testing

@testable import EntitledWire

/// What is read and written in place is what the generated messages read and write: over random messages, and over
/// bytes that are nearly messages.
@Suite struct InPlaceTests {
    private var random = SystemRandomNumberGenerator()

    private static let texts = ["a", "acme", "phone", "Grüße 🌍", String(repeating: "x", count: 127), "case-000000001"]

    private mutating func text() -> String { Self.texts.randomElement(using: &random) ?? "" }
    private mutating func chance() -> Bool { Bool.random(using: &random) }
    private mutating func amount() -> Int64 {
        [0, 1, 127, 128, 300, 1 << 31, .max, -1, .min].randomElement(using: &random) ?? 0
    }

    private mutating func inquiry<Request: InquiryMessage>(_ message: Request) -> Request {
        var message = message
        message.customer = text()
        if chance() { message.product = text() }
        if chance() { message.asset = text() }
        if chance() { message.channel = text() }
        if chance() { message.priority = Int32.random(in: 1...9, using: &random) }
        if chance() { message.entitlement = text() }
        return message
    }

    private mutating func debit() -> Entitled_V1_Debit {
        .with {
            $0.allocation = text()
            $0.amount = amount()
            $0.isHeld = chance()
            if chance() { $0.remaining = amount() }
            if chance() { $0.available = amount() }
        }
    }

    private mutating func decision() -> Entitled_V1_CaseDecision {
        .with {
            $0.opened.case = .with {
                $0.id = text()
                $0.customer = text()
                if chance() { $0.product = text() }
                if chance() { $0.asset = text() }
                if chance() { $0.channel = text() }
                if chance() { $0.priority = Int32.random(in: 1...9, using: &random) }
                $0.entitlement = text()
                if chance() { $0.sla = text() }
                $0.openedAtUs = Int64.random(in: -1_000_000...1_000_000_000_000_000, using: &random)
                $0.charges = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    .with {
                        $0.allocation = text()
                        $0.grant = Int32.random(in: .min ... .max, using: &random)
                        $0.amount = amount()
                        $0.isHeld = chance()
                    }
                }
            }
            $0.opened.debits = (0..<Int.random(in: 0...3, using: &random)).map { _ in debit() }
            if Int.random(in: 0..<8, using: &random) == 0 { $0.opened.routing.queue = text() }
        }
    }

    private mutating func finding() -> Entitled_V1_CaseCheck {
        .with {
            $0.covered.entitlement = text()
            if chance() { $0.covered.sla = text() }
            $0.covered.debits = (0..<Int.random(in: 0...3, using: &random)).map { _ in debit() }
            $0.covered.candidates = (0..<Int.random(in: 1...3, using: &random)).map { place in
                .with {
                    $0.entitlement = text()
                    if place == 0 { $0.rank = 1 } else { $0.mismatch = .expired }
                    $0.isDefault = chance()
                    if Int.random(in: 0..<8, using: &random) == 0 { $0.specificity.namesAsset = true }
                }
            }
            $0.covered.omitted = chance() ? 0 : 7
        }
    }

    /// Reads the message in both ways, and writes what was read in both ways.
    private func compareCalls<Call: WireCall & Equatable>(_ type: Call.Type, _ bytes: ByteBuffer) throws {
        let inPlace: Call? = Call.readInPlace(bytes)
        guard let message = bytes.decoded(as: Call.CallMessage.self), let call = try? Call(message: message) else {
            #expect(inPlace == nil)
            return
        }
        guard let inPlace else { return }
        #expect(inPlace == call)
        try compare(call.writtenInPlace(), call.message)
    }

    private func compareAnswers<Call: WireCall>(_ type: Call.Type, _ bytes: ByteBuffer) throws
    where Call.Answer: Equatable {
        let inPlace: Call.Answer? = Call.readInPlace(bytes)
        guard let message = bytes.decoded(as: Call.AnswerMessage.self), let answer = try? Call.answer(from: message)
        else {
            #expect(inPlace == nil)
            return
        }
        guard let inPlace else { return }
        #expect(inPlace == answer)
        try compare(Call.writtenInPlace(answer), Call.message(of: answer))
    }

    /// Only what is too long may be left to the message.
    private func compare(_ written: ByteBuffer?, _ message: some SwiftProtobuf.Message) throws {
        let bytes = try ByteBuffer(encoding: message)
        #expect(written == (bytes.readableBytes > InPlace.messageBytes ? nil : bytes))
    }

    /// Bytes changed, cut off, put in or repeated.
    private mutating func damaged(_ bytes: ByteBuffer) -> ByteBuffer {
        var bytes = Array(bytes.readableBytesView)
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &random)
            case 1: bytes.removeSubrange(index...)
            case 2: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: index)
            default: bytes += bytes[index...]
            }
        }
        return ByteBuffer(bytes: bytes)
    }

    @Test mutating func calls() throws {
        for _ in 0..<2_000 {
            let open = try ByteBuffer(encoding: inquiry(Entitled_V1_OpenCaseRequest.with { $0.id = text() }))
            let check = try ByteBuffer(
                encoding: inquiry(Entitled_V1_CheckCaseRequest.with { $0.explain = chance() }))
            #expect((OpenCase.readInPlace(open) as OpenCase?) != nil)
            #expect((CheckCase.readInPlace(check) as CheckCase?) != nil)
            for (open, check) in [(open, check), (damaged(open), damaged(check))] {
                try compareCalls(OpenCase.self, open)
                try compareCalls(CheckCase.self, check)
            }
        }
    }

    @Test mutating func answers() throws {
        var plain = 0
        for _ in 0..<2_000 {
            let opened = try ByteBuffer(encoding: decision())
            let covered = try ByteBuffer(encoding: finding())
            if (OpenCase.readInPlace(opened) as CaseDecision?) != nil { plain += 1 }
            for (opened, covered) in [(opened, covered), (damaged(opened), damaged(covered))] {
                try compareAnswers(OpenCase.self, opened)
                try compareAnswers(CheckCase.self, covered)
            }
        }
        #expect(plain > 1_500)
    }

    @Test mutating func headers() throws {
        for _ in 0..<2_000 {
            let request = Entitled_V1_RequestHeader.with {
                $0.method = UInt32.random(in: 0...100, using: &random)
                $0.timeLeftMs = UInt32.random(in: .min ... .max, using: &random)
                if chance() { $0.requestID = .init(repeating: 7, count: 16) }
                $0.dryRun = chance()
                if Int.random(in: 0..<8, using: &random) == 0 { $0.traceParent = text() }
            }
            let response = Entitled_V1_ResponseHeader.with {
                $0.replayed = chance()
                $0.journalNumber = UInt64(bitPattern: amount())
                if Int.random(in: 0..<8, using: &random) == 0 { $0.status = 3 }
                if Int.random(in: 0..<8, using: &random) == 0 { $0.reason = text() }
            }
            try compare(request)
            try compare(response)
        }
    }

    private mutating func compare<Header: CallHeader>(_ header: Header) throws {
        let bytes = try ByteBuffer(encoding: header)
        if let written = FieldWriter.bytes({ header.writeInPlace(&$0) }) { #expect(written == bytes) }
        #expect(try CallBody<Header>.split(CallBody(header: header).join()).header == header)
        for bytes in [bytes, damaged(bytes)] {
            let inPlace = bytes.withUnsafeReadableBytes { Header(inPlace: $0) }
            guard let inPlace else { continue }
            #expect(inPlace == bytes.decoded(as: Header.self))
        }
    }
}
