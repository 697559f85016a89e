import EntitledWire
import NIOCore
import Testing

@testable import EntitledClient

@Suite(.timeLimit(.minutes(5)))
struct RestraintTests {
    private static let start = ContinuousClock.now

    private static func refused(_ reason: ErrorReason, _ hint: Duration?) throws -> AttemptOutcome {
        var header = Entitled_V1_ResponseHeader()
        let error = EntitledError(reason, "no", retryAfter: hint)
        header.status = error.status.rawValue
        header.reason = reason.name
        header.retryAfterMs = UInt32((hint ?? .zero) / .milliseconds(1))
        return .response(try ResponseBody(header: header).joined())
    }

    @Test("calls of the refused method are held back until the server wants them again")
    func holds() throws {
        let restraint = Restraint()
        #expect(restraint.refusal(of: .openCase, now: Self.start) == nil)
        let outcome = try Self.refused(.overloaded, .milliseconds(100))
        restraint.notice(outcome, to: .openCase, now: Self.start)
        let refusal = restraint.refusal(of: .openCase, now: Self.start + .milliseconds(40))
        #expect(refusal?.reason == .overloaded)
        #expect(refusal?.retryAfter == .milliseconds(60))
        #expect(restraint.refusal(of: .checkCase, now: Self.start) == nil)
        #expect(restraint.refusal(of: .openCase, now: Self.start + .milliseconds(100)) == nil)
    }

    @Test("no server is believed for ever")
    func bound() throws {
        let restraint = Restraint()
        restraint.notice(try Self.refused(.overloaded, .seconds(86_400)), to: .openCase, now: Self.start)
        #expect(restraint.refusal(of: .openCase, now: Self.start)?.retryAfter == Restraint.longest)
        #expect(restraint.refusal(of: .openCase, now: Self.start + Restraint.longest) == nil)
    }

    @Test(
        "other failures hold nothing back",
        arguments: [
            (.overloaded, nil), (.tooManyCalls, .seconds(1)), (.unavailable, .seconds(1)),
        ] as [(ErrorReason, Duration?)])
    func others(reason: ErrorReason, hint: Duration?) throws {
        let restraint = Restraint()
        restraint.notice(try Self.refused(reason, hint), to: .openCase, now: Self.start)
        restraint.notice(.unsent(.waitingIsFull), to: .openCase, now: Self.start)
        #expect(restraint.refusal(of: .openCase, now: Self.start) == nil)
    }

    @Test("what is held back isn't sent, and other methods are")
    func notSent() async throws {
        let script = ScriptedServer.Script(request: { request in
            guard request.method == .openCase else { return Fixture.answerCustomer(request) }
            request.fail(EntitledError(.overloaded, "too much", retryAfter: .seconds(60)))
        })
        try await Fixture.run(script, configure: { $0.retries = .never }) { client, server in
            for _ in 1...3 {
                let error = await Fixture.error { _ = try await client.openCase(Fixture.ticket, Fixture.inquiry) }
                #expect(error?.reason == .overloaded)
                #expect(error?.retryAfter != nil)
            }
            _ = try await client.customer(CustomerID(stored: "acme"))
            #expect(await server.seen.request()?.method == .openCase)
            #expect(await server.seen.request()?.method == .getCustomer)
        }
    }
}
