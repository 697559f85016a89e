import EntitledCore
import EntitledWire
import NIOCore
import Testing

@testable import EntitledServer

/// What goes in, and what has to come out, one row after the other on one connection.
struct ConnectionStateTests {
    /// Work is known by its name.
    typealias State = ConnectionState<String>
    typealias Event = State.Event
    typealias Action = State.Action

    private static let start = ContinuousClock.now
    private static let limits = ConnectionLimits(
        calls: 2, authenticationTime: .seconds(5), pingInterval: .seconds(30), pongTime: .seconds(15),
        drainGrace: .seconds(10), drainPause: .milliseconds(250), closeTime: .seconds(2))

    struct Row: Sendable {
        let seconds: Double
        let event: Event
        let action: Action
        /// Of the call that the action begins.
        let work: String?

        init(_ seconds: Double, _ event: Event, _ action: Action, _ work: String? = nil) {
            self.seconds = seconds
            self.event = event
            self.action = action
            self.work = work
        }

        init(_ event: Event, _ action: Action, _ work: String? = nil) { self.init(0, event, action, work) }
    }

    struct Story: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let rows: [Row]
        init(_ name: String, _ rows: [Row]) {
            testDescription = name
            self.rows = rows
        }
    }

    private static let welcome = Frame(kind: .welcome)
    private static let body = ByteBuffer(string: "body")
    private static let first = Call(id: 7, serial: 1)
    private static let second = Call(id: 8, serial: 2)

    private static func hello(version: UInt32 = 1, key: String = "k", client: String = "", bytes: UInt32 = 0) -> Frame {
        var hello = Entitled_V1_Hello()
        hello.version = version
        hello.apiKey = key
        hello.client = client
        hello.maxFrameBytes = bytes
        return (try? .hello(hello)) ?? Frame(kind: .hello)
    }

    private static func goAway(_ status: StatusCode) -> Frame {
        var goAway = Entitled_V1_GoAway()
        goAway.status = status.rawValue
        return (try? .goAway(goAway)) ?? Frame(kind: .goAway)
    }

    private static func request(_ id: UInt32) -> Event { .received(Frame(kind: .request, callID: id, body: body)) }
    private static func response(_ id: UInt32) -> Frame { Frame(kind: .response, callID: id) }
    private static func received(_ kind: FrameKind, _ id: UInt32 = 0) -> Event {
        .received(Frame(kind: kind, callID: id))
    }

    private static let unexpectedHello = Farewell(.unexpected(.hello))
    private static let serving = [
        Row(.secured, .none), Row(.received(hello()), authenticate), Row(.admitted(welcome: welcome), .send(welcome)),
    ]
    private static let authenticate: Action = {
        guard let greeting = try? Greeting(hello(), offered: limits.frameBytes) else { return .none }
        return .authenticate(greeting)
    }()

    private static let stories = [
        Story(
            "a hello in time, calls answered out of order",
            serving + [
                Row(request(7), .begin(first, body)), Row(request(8), .begin(second, body)),
                Row(.ended(second, response: response(8)), .send(response(8))),
                Row(.ended(first, response: response(7)), .send(response(7))),
            ]),
        Story("no TLS in time: closed without a word", [Row(4.9, .tick, .none), Row(5, .tick, .abort([]))]),
        Story(
            "no hello in time",
            [
                Row(.secured, .none), Row(4.9, .tick, .none), Row(5, .tick, .farewell(.late, [])),
                Row(6, .received(hello()), .none), Row(7, .tick, .abort([])), Row(8, .tick, .none),
            ]),
        Story(
            "the lookup of the key takes too long",
            [
                Row(.secured, .none), Row(.received(hello()), authenticate), Row(5, .tick, .farewell(.late, [])),
                Row(5.1, .admitted(welcome: welcome), .none), Row(5.2, .rejected(.badCredentials), .none),
            ]),
        Story(
            "a bad key",
            [
                Row(.secured, .none), Row(.received(hello()), authenticate),
                Row(.rejected(.badCredentials), .farewell(.badCredentials, [])),
            ]),
        Story(
            "a second hello before the welcome",
            [
                Row(.secured, .none), Row(.received(hello()), authenticate),
                Row(.received(hello()), .farewell(unexpectedHello, [])),
            ]),
        Story("a second hello after the welcome", serving + [Row(.received(hello()), .farewell(unexpectedHello, []))]),
        Story(
            "a violation before the hello",
            [
                Row(.secured, .none), Row(.violated(.unknownKind(99)), .farewell(Farewell(.unknownKind(99)), [])),
            ]),
        Story("gone before TLS is up", [Row(.disconnected, .abort([])), Row(.secured, .none), Row(.tick, .none)]),
        Story(
            "a call id in flight, then nothing counts any more",
            serving + [
                Row(request(7), .begin(first, body), "seven"),
                Row(request(7), .farewell(Farewell(.callIDInUse, "call id 7 is in flight"), ["seven"])),
                Row(request(9), .none), Row(.ended(first, response: response(7)), .none), Row(.mustDrain, .none),
                Row(.revoked, .none), Row(.violated(.unknownKind(99)), .none),
            ]),
        Story(
            "a call id is free again after its response",
            serving + [
                Row(request(7), .begin(first, body)), Row(.ended(first, response: response(7)), .send(response(7))),
                Row(request(7), .begin(Call(id: 7, serial: 2), body)),
            ]),
        Story(
            "cancel: of a call in flight, of none",
            serving + [
                Row(request(7), .begin(first, body), "seven"), Row(received(.cancel, 7), .drop(["seven"])),
                Row(received(.cancel, 8), .none), Row(.ended(first, response: response(7)), .send(response(7))),
                Row(received(.cancel, 7), .none),
            ]),
        Story(
            "credit and pong nobody waits for are ignored, ping is answered",
            serving + [
                Row(received(.credit, 7), .none), Row(.received(Frame(kind: .pong)), .none),
                Row(.received(.ping(token: 5)), .send(.pong(answering: .ping(token: 5)))),
                Row(received(.unknown(77)), .none),
            ]),
        Story(
            "silence: ping, sign of life, ping, death",
            serving + [
                Row(29, .tick, .none), Row(30, .tick, .send(.ping(token: 0))), Row(44, .tick, .none),
                Row(44.5, received(.pong), .none), Row(60, .tick, .none), Row(75, .tick, .send(.ping(token: 0))),
                Row(89, .tick, .none), Row(90, .tick, .abort([])),
            ]),
        Story("the key is revoked", serving + [Row(.revoked, .farewell(.badCredentials, []))]),
        Story("drain before TLS", [Row(.mustDrain, .abort([]))]),
        Story("drain before the hello", [Row(.secured, .none), Row(.mustDrain, .farewell(.draining, []))]),
        Story(
            "drain while idle: a pause for requests on their way",
            serving + [
                Row(1, .mustDrain, .send(Farewell.draining.frame)), Row(1.1, .mustDrain, .none),
                Row(
                    1.1, request(9),
                    .send(.failure(EntitledError(.draining, "the connection takes no more calls"), 9))),
                Row(1.2, .tick, .none), Row(1.3, .tick, .close([])),
            ]),
        Story(
            "drain with a call in flight: its response is the last frame",
            serving + [
                Row(1, request(7), .begin(first, body)), Row(1, .mustDrain, .send(Farewell.draining.frame)),
                Row(5, .tick, .none), Row(6, .ended(first, response: response(7)), .sendLast(response(7))),
            ]),
        Story(
            "drain with a call that takes too long",
            serving + [
                Row(1, request(7), .begin(first, body), "seven"), Row(1, .mustDrain, .send(Farewell.draining.frame)),
                Row(10.9, .tick, .none), Row(11, .tick, .close(["seven"])),
                Row(12, .ended(first, response: response(7)), .none),
            ]),
        Story(
            "the client leaves with a call in flight",
            serving + [
                Row(request(7), .begin(first, body)), Row(.received(goAway(.ok)), .none),
                Row(.ended(first, response: response(7)), .sendLast(response(7))),
            ]),
        Story("the client leaves idle", serving + [Row(.received(goAway(.unavailable)), .close([]))]),
        Story(
            "the client refuses",
            serving + [
                Row(request(7), .begin(first, body), "seven"),
                Row(.received(goAway(.invalidArgument)), .close(["seven"])),
            ]),
        Story(
            "a goaway that isn't one",
            serving + [
                Row(
                    .received(Frame(kind: .goAway, body: ByteBuffer(bytes: [0xFF]))),
                    .farewell(Farewell(.malformedFrame, "the goaway can't be decoded"), []))
            ]),
        Story(
            "the peer is gone",
            serving + [Row(request(7), .begin(first, body), "seven"), Row(.disconnected, .abort(["seven"]))]),
    ]

    @Test(arguments: stories)
    func story(_ story: Story) {
        var state = State(limits: Self.limits, accepted: Self.start)
        for (index, row) in story.rows.enumerated() {
            let action = state.handle(row.event, at: Self.start + .seconds(row.seconds))
            #expect(action == row.action, "row \(index) after \(row.seconds) s: \(row.event)")
            guard case .begin(let call, _) = action, let work = row.work else { continue }
            let isWanted = state.started(call, work, deadline: Self.start + .seconds(60))
            #expect(isWanted)
        }
    }

    @Test(arguments: [FrameKind.welcome, .request, .response, .item, .credit, .cancel, .ping, .pong, .goAway])
    func beforeTheHello(kind: FrameKind) {
        var state = State(limits: Self.limits, accepted: Self.start)
        _ = state.handle(.secured, at: Self.start)
        #expect(state.handle(Self.received(kind, 1), at: Self.start) == .farewell(.notAuthenticated, []))
    }

    @Test(arguments: [FrameKind.hello, .welcome, .response, .item])
    func unexpectedAfterTheWelcome(kind: FrameKind) {
        var state = Self.servingState()
        #expect(state.handle(Self.received(kind, 1), at: Self.start) == .farewell(Farewell(.unexpected(kind)), []))
    }

    @Test(arguments: [
        hello(version: 0), hello(bytes: 16_383), hello(bytes: 1_048_577),
        hello(key: String(repeating: "k", count: 257)), hello(client: String(repeating: "c", count: 129)),
        Frame(kind: .hello, body: ByteBuffer(bytes: [0xFF])),
    ])
    func badHello(_ frame: Frame) {
        var state = State(limits: Self.limits, accepted: Self.start)
        _ = state.handle(.secured, at: Self.start)
        guard case .farewell(let farewell, _) = state.handle(.received(frame), at: Self.start) else {
            Issue.record("it was taken")
            return
        }
        #expect(farewell.reason == .malformedFrame)
    }

    @Test(arguments: [(UInt32(0), 1_048_576), (16_384, 16_384), (1_048_576, 1_048_576)])
    func goodHello(bytes: UInt32, settled: Int) throws {
        let greeting = try Greeting(Self.hello(version: 9, bytes: bytes), offered: Self.limits.frameBytes)
        #expect(greeting.frameBytes == settled)
        #expect(greeting.revision == 1)
    }

    @Test func turnedAwayOnceTLSIsUp() {
        var state = State(limits: Self.limits, accepted: Self.start, turnedAway: .overloaded)
        #expect(state.handle(.tick, at: Self.start) == .none)
        #expect(state.handle(.secured, at: Self.start) == .farewell(.overloaded, []))
    }

    @Test func tooManyCallsAndTooMuchWork() throws {
        var state = Self.servingState()
        for id in [UInt32(1), 2] { _ = state.handle(Self.request(id), at: Self.start) }
        #expect(try Self.reason(state.handle(Self.request(3), at: Self.start)) == .tooManyCalls)

        // Deadlines free the ids but not the work behind them.
        for (id, serial) in [(UInt32(1), UInt64(1)), (2, 2)] {
            _ = state.started(Call(id: id, serial: serial), "work", deadline: Self.start + .seconds(1))
        }
        _ = state.handle(.tick, at: Self.start + .seconds(1))
        for id in [UInt32(1), 2] { _ = state.handle(Self.request(id), at: Self.start) }
        for (id, serial) in [(UInt32(1), UInt64(3)), (2, 4)] {
            _ = state.started(Call(id: id, serial: serial), "work", deadline: Self.start + .seconds(2))
        }
        _ = state.handle(.tick, at: Self.start + .seconds(2))
        #expect(try Self.reason(state.handle(Self.request(1), at: Self.start)) == .overloaded)
        _ = state.handle(.ended(Call(id: 1, serial: 1), response: Self.response(1)), at: Self.start)
        #expect(state.handle(Self.request(1), at: Self.start) == .begin(Call(id: 1, serial: 5), Self.body))
    }

    @Test func deadlines() {
        var state = Self.servingState()
        _ = state.handle(Self.request(7), at: Self.start)
        _ = state.handle(Self.request(8), at: Self.start)
        _ = state.started(Self.second, "eight", deadline: Self.start + .seconds(2))
        _ = state.started(Self.first, "seven", deadline: Self.start + .seconds(1))
        #expect(state.handle(.tick, at: Self.start + .seconds(0.9)) == .none)
        #expect(state.handle(.tick, at: Self.start + .seconds(1)) == .expire([7], ["seven"]))
        // The id is in use again when the old work ends: its response must not pass for the new one's.
        let again = Call(id: 7, serial: 3)
        #expect(state.handle(Self.request(7), at: Self.start + .seconds(1)) == .begin(again, Self.body))
        let late = state.handle(.ended(Self.first, response: Self.response(7)), at: Self.start + .seconds(1))
        #expect(late == .none)
        let isWanted = state.started(Self.first, "seven", deadline: Self.start + .seconds(9))
        #expect(!isWanted)
        #expect(state.handle(.tick, at: Self.start + .seconds(2)) == .expire([8], ["eight"]))
        let due = state.handle(.ended(again, response: Self.response(7)), at: Self.start + .seconds(2))
        #expect(due == .send(Self.response(7)))
    }

    private static func servingState() -> State {
        var state = State(limits: limits, accepted: start)
        for row in serving { _ = state.handle(row.event, at: start) }
        return state
    }

    private static func reason(_ action: Action) throws -> ErrorReason? {
        guard case .send(let frame) = action else { return nil }
        return ErrorReason(name: try ResponseBody.read(from: frame.body).header.reason)
    }
}
