import EntitledCore
import EntitledWire
import NIOCore
import Testing

@testable import EntitledClient

/// What follows an attempt: an answer, another attempt, or an error that says what is known.
struct CallProgressTests {
    static let start = ContinuousClock.now
    static let id = RequestID()
    static let down = EntitledError(.unavailable, "down")

    static func progress(command: Bool = true, _ policy: RetryPolicy = RetryPolicy()) -> CallProgress {
        CallProgress(
            CallRequest(
                method: command ? .openCase : .checkCase, requestID: command ? id : nil, message: ByteBuffer(),
                deadline: start + .seconds(10)),
            policy: policy)
    }

    static func response(_ reason: ErrorReason?, retryAfter: UInt32 = 0) throws -> AttemptOutcome {
        var header = Entitled_V1_ResponseHeader()
        header.status = reason?.status.rawValue ?? 0
        header.reason = reason?.name ?? ""
        header.retryAfterMs = retryAfter
        return .response(try ResponseBody(header: header).joined())
    }

    @Test(arguments: ErrorReason.all)
    func theProtocolSaysWhatIsWorthRepeating(reason: ErrorReason) throws {
        let repeated: Set<ErrorReason> = [
            .tooManyCalls, .overloaded, .deadlineExceeded, .draining, .unavailable, .outcomeUnknown,
        ]
        var progress = Self.progress()
        let step = progress.step(after: try Self.response(reason), now: Self.start, chance: 1)
        switch step {
        case .repeat(let delay):
            #expect(repeated.contains(reason))
            #expect(delay == .milliseconds(50))
        case .fail(let error):
            #expect(!repeated.contains(reason))
            #expect(error.reason == reason)
        case .answer: Issue.record("no answer")
        }
    }

    @Test func delaysGrowAndTheServersAdviceCounts() throws {
        var progress = Self.progress()
        var delays: [Duration] = []
        for _ in 1...7 {
            guard case .repeat(let delay) = progress.step(after: .lost(Self.down), now: Self.start, chance: 0)
            else { break }
            delays.append(delay)
        }
        #expect(delays == [25, 50, 100, 200, 400, 500, 500].map { .milliseconds($0) })
        let step = progress.step(
            after: try Self.response(.overloaded, retryAfter: 3000), now: Self.start, chance: 0)
        #expect(step == .repeat(after: .seconds(3)))
    }

    @Test func attemptsAreCounted() {
        var progress = Self.progress(RetryPolicy(maximumAttempts: 2))
        let steps = [1, 2].map { _ in progress.step(after: .unsent(Self.down), now: Self.start, chance: 1) }
        #expect(steps == [.repeat(after: .milliseconds(50)), .fail(Self.down)])
    }

    struct Ending: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var outcomes: [AttemptOutcome]
        var reason: ErrorReason
        var isUnknown: Bool
        var isCommand = true
        var seconds = 9.999
    }

    static let endings = [
        Ending(
            testDescription: "sent, no answer", outcomes: [.expired(wasSent: true)], reason: .deadlineExceeded,
            isUnknown: true),
        Ending(
            testDescription: "never sent", outcomes: [.expired(wasSent: false)], reason: .deadlineExceeded,
            isUnknown: false),
        Ending(
            testDescription: "sent once, then never again", outcomes: [.lost(down), .expired(wasSent: false)],
            reason: .deadlineExceeded, isUnknown: true, seconds: 1),
        Ending(
            testDescription: "never sent, and why", outcomes: [.unsent(down), .expired(wasSent: false)],
            reason: .unavailable, isUnknown: false, seconds: 1),
        Ending(
            testDescription: "no time for another attempt", outcomes: [.lost(down)], reason: .deadlineExceeded,
            isUnknown: true),
        Ending(
            testDescription: "no time, nothing sent", outcomes: [.unsent(down)], reason: .unavailable,
            isUnknown: false),
        Ending(
            testDescription: "cancelled after sending", outcomes: [.cancelled(wasSent: true)], reason: .cancelled,
            isUnknown: true),
        Ending(
            testDescription: "cancelled before", outcomes: [.cancelled(wasSent: false)], reason: .cancelled,
            isUnknown: false),
        Ending(
            testDescription: "a full line is no reason to try again", outcomes: [.unsent(.waitingIsFull)],
            reason: .overloaded, isUnknown: false, seconds: 0),
        Ending(
            testDescription: "lost, and then shut out",
            outcomes: [.lost(down), .unsent(EntitledError(.badCredentials, "revoked"))], reason: .badCredentials,
            isUnknown: true, seconds: 0),
        Ending(
            testDescription: "a response that can't be read", outcomes: [.response(ByteBuffer(bytes: [1]))],
            reason: .outcomeUnknown, isUnknown: true, seconds: 0),
        Ending(
            testDescription: "a query's outcome is of no consequence", outcomes: [.expired(wasSent: true)],
            reason: .deadlineExceeded, isUnknown: false, isCommand: false),
    ]

    @Test(arguments: endings)
    func theErrorSaysWhetherTheOutcomeIsKnown(ending: Ending) throws {
        var progress = Self.progress(command: ending.isCommand)
        var last: CallProgress.Step?
        for outcome in ending.outcomes {
            last = progress.step(after: outcome, now: Self.start + .seconds(ending.seconds), chance: 1)
        }
        guard case .fail(let error) = last else {
            Issue.record("no failure: \(String(describing: last))")
            return
        }
        #expect(error.reason == ending.reason)
        #expect((error.details["outcome"] == "unknown") == ending.isUnknown)
        #expect(error.details["request_id"] == (ending.isUnknown ? Self.id.description : nil))
    }

    @Test func aDryRunsOutcomeIsOfNoConsequence() {
        let request = CallRequest(
            method: .openCase, requestID: Self.id, isDryRun: true, message: ByteBuffer(),
            deadline: Self.start + .seconds(10))
        var progress = CallProgress(request, policy: RetryPolicy())
        let step = progress.step(after: .expired(wasSent: true), now: Self.start, chance: 1)
        guard case .fail(let error) = step else {
            Issue.record("no failure: \(step)")
            return
        }
        #expect(error.reason == .deadlineExceeded && error.details.isEmpty)
    }

    @Test func timeTravelsAsTimeLeft() throws {
        func timeLeft(_ left: Duration) throws -> UInt32 {
            let request = CallRequest(
                method: .checkCase, requestID: nil, message: ByteBuffer(), deadline: Self.start + left)
            return try RequestBody.read(from: try request.body(at: Self.start)).header.timeLeftMs
        }
        #expect(try timeLeft(.milliseconds(1500)) == 1500)
        #expect(try timeLeft(.seconds(86_400)) == 600_000)
        #expect(try timeLeft(.zero) == 1)
        #expect(try timeLeft(.seconds(-5)) == 1)
    }
}
