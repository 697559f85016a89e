internal import EntitledCore
internal import EntitledWire
internal import Foundation
internal import NIOCore

/// What became of one command of many.
typealias ItemResult = Result<ResponseBody, EntitledError>

/// How many commands travel together.
enum BatchLimits {
    /// The most bytes of one call's commands, a single longer one apart: calls share connections fairly, and answers,
    /// which mostly are of their commands' size, fit into a frame.
    static let bytes = 512 << 10
    /// What an item takes beside its command's message, at most.
    static let itemBytes = 32
    /// Calls of one `performAll` in flight: enough to keep a server busy while answers travel.
    static let callsInFlight = 4
}

/// One command of many, and what is known of it so far.
private struct Item: Sendable {
    let request: CallRequest
    var progress: CallProgress
}

extension EntitledClient {
    /// Sends the commands in as few calls as may be, until each is answered or given up.
    ///
    /// - Parameter patience: for each call, from when it is first sent; the requests' own deadlines don't count.
    func responses(to requests: [CallRequest], within patience: Duration) async -> [ItemResult] {
        let parts = requests.batches()
        var results = [[ItemResult]](repeating: [], count: parts.count)
        await withTaskGroup(of: (Int, [ItemResult]).self) { group in
            for (index, part) in parts.enumerated() {
                if index >= BatchLimits.callsInFlight, let (done, result) = await group.next() {
                    results[done] = result
                }
                group.addTask { (index, await self.results(of: self.items(part, until: .now + patience))) }
            }
            for await (done, result) in group { results[done] = result }
        }
        return Array(results.joined())
    }

    private func items(_ requests: ArraySlice<CallRequest>, until deadline: ContinuousClock.Instant) -> [Item] {
        requests.map { request in
            let request = request.until(deadline)
            return Item(request: request, progress: CallProgress(request, policy: configuration.retries))
        }
    }

    /// Sends the items in one call; again those that fail for a reason that passes, and alone those whose answers had
    /// no room.
    private func results(of items: [Item]) async -> [ItemResult] {
        if items.count == 1 { return [await result(of: items[0])] }
        var items = items
        // Whoever waits has none yet.
        var results = [ItemResult?](repeating: nil, count: items.count)
        var waiting = Array(items.indices)
        while !waiting.isEmpty {
            let outcome = await attempt(waiting.map { items[$0].request })
            if outcome.asksForLess {
                let found = await resultsInHalves(of: waiting.map { items[$0] })
                for (index, result) in zip(waiting, found) { results[index] = result }
                break
            }
            var (again, alone, delay) = ([Int](), [Int](), Duration.zero)
            let (now, chance) = (ContinuousClock.now, Double.random(in: 0...1))
            for (place, index) in waiting.enumerated() {
                switch outcome.step(of: place, &items[index].progress, now: now, chance: chance) {
                case .answer(let response): results[index] = .success(response)
                case .fail(let error): results[index] = .failure(error)
                case .repeat(let wait):
                    again.append(index)
                    delay = max(delay, wait)
                case nil: alone.append(index)
                }
            }
            for index in alone { results[index] = await result(of: items[index]) }
            if !again.isEmpty { try? await Task.sleep(for: delay) }
            waiting = again
        }
        return results.compactMap(\.self)
    }

    private func resultsInHalves(of items: [Item]) async -> [ItemResult] {
        let middle = items.count / 2
        let first = await results(of: Array(items[..<middle]))
        return first + (await results(of: Array(items[middle...])))
    }

    private func result(of item: Item) async -> ItemResult {
        do {
            return .success(try await response(to: item.request, item.progress))
        } catch {
            return .failure(error)
        }
    }

    private func attempt(_ requests: [CallRequest]) async -> BatchOutcome {
        do {
            let request = try CallRequest.batch(requests)
            let outcome = await attempt(request)
            let result = BatchOutcome(outcome, itemCount: requests.count)
            if case .failed = result { restraint.notice(outcome, to: request.method, now: .now) }
            return result
        } catch {
            return .failed(.unsent(error))
        }
    }
}

/// How an attempt of a batch ended, for each of its items.
private enum BatchOutcome {
    case answered([Entitled_V1_BatchAnswer])
    /// The call failed as a whole, and that is what each item met.
    case failed(AttemptOutcome)
    /// The call was answered, nobody knows how.
    case unreadable(String)

    init(_ outcome: AttemptOutcome, itemCount: Int) {
        guard case .response(let bytes) = outcome, let body = try? ResponseBody.read(from: bytes),
            body.header.status == StatusCode.ok.rawValue
        else {
            self = .failed(outcome)
            return
        }
        let answers = (try? PerformBatch.decodeAnswer(body.message)) ?? []
        let isComplete = answers.count == itemCount
        self = isComplete ? .answered(answers) : .unreadable("\(answers.count) answers to \(itemCount) items")
    }

    /// Whether frame or server don't take so much at once; nothing was done.
    var asksForLess: Bool {
        switch self {
        case .failed(.unsent(let error)): error.asksForLess
        case .failed(.response(let bytes)):
            (try? ResponseBody.read(from: bytes)).map { EntitledError($0.header).asksForLess } ?? false
        case .failed(.lost), .failed(.expired), .failed(.cancelled), .answered, .unreadable: false
        }
    }

    /// - Returns: nil if the item was carried out, and has to be asked again, alone, for its answer.
    func step(
        of place: Int, _ progress: inout CallProgress, now: ContinuousClock.Instant, chance: Double
    ) -> CallProgress.Step? {
        switch self {
        case .answered(let answers):
            let answer = answers[place]
            guard !answer.answerOmitted else { return nil }
            let response = ResponseBody(header: answer.header, message: ByteBuffer(bytes: answer.answer))
            return progress.step(after: response, now: now, chance: chance)
        case .failed(let outcome): return progress.step(after: outcome, now: now, chance: chance)
        case .unreadable(let problem): return progress.unreadable(problem)
        }
    }
}

extension [CallRequest] {
    /// The parts of it that one call each carries.
    func batches() -> [ArraySlice<CallRequest>] {
        var parts: [ArraySlice<CallRequest>] = []
        var (start, bytes) = (0, 0)
        for (index, request) in enumerated() {
            let more = request.message.readableBytes + BatchLimits.itemBytes
            if index > start, index - start == ProtocolLimits.batchItems || bytes + more > BatchLimits.bytes {
                parts.append(self[start..<index])
                (start, bytes) = (index, 0)
            }
            bytes += more
        }
        return isEmpty ? [] : parts + [self[start...]]
    }
}

extension CallRequest {
    /// One call of many commands, with the deadline of the first.
    fileprivate static func batch(_ requests: [CallRequest]) throws(EntitledError) -> CallRequest {
        let call = PerformBatch(items: requests.map(\.item))
        return CallRequest(
            method: .performBatch, requestID: nil, message: try call.encodeCall(),
            deadline: requests.first?.deadline ?? .now)
    }

    private var item: Entitled_V1_BatchItem {
        var item = Entitled_V1_BatchItem()
        item.method = UInt32(method.rawValue)
        if let requestID { item.requestID = Data(requestID.bytes) }
        item.message = Data(message.readableBytesView)
        item.dryRun = isDryRun
        return item
    }
}
